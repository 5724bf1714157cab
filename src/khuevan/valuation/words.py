"""What valuations call things on screen."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext, gettext_lazy as _, pgettext_lazy

from .rules.concluding import Purpose, Right, State
from .rules.prices import Source
from .rules.sheets import Method


METHODS = {
    Method.COST: _("Cost: what it would take to make it anew"),
    Method.MARKET: _("Market: what others paid for something alike"),
    Method.RELIEF: _("Income: royalties one is relieved from"),
    Method.PREMIUM: _("Income: profit with it and without it"),
    Method.INCREMENTAL: _("Income: profit beyond what other assets earn"),
}
SHORT_METHODS = {
    Method.COST: _("Cost"),
    Method.MARKET: _("Market"),
    Method.RELIEF: _("Relief from royalty"),
    Method.PREMIUM: _("Premium profit"),
    Method.INCREMENTAL: _("Incremental income"),
}
RIGHTS = {
    Right.OWNERSHIP: _("Ownership"),
    Right.EXCLUSIVE: _("Use, exclusive"),
    Right.NON_EXCLUSIVE: _("Use, not exclusive"),
}
PURPOSES = {
    Purpose.TRANSFER: _("Transfer of ownership"),
    Purpose.LICENCE: _("Licence"),
    Purpose.CAPITAL: _("Contribution to capital"),
    Purpose.COLLATERAL: _("Collateral of a loan"),
    Purpose.AUCTION: _("Starting price of an auction"),
    Purpose.OTHER: _("Another purpose"),
}
STATES = {
    State.ASKED: _("Appraisers to be appointed"),
    State.WORKING: _("Being valued"),
    State.DIFFERING: _("Opinions differ"),
    State.CONCLUDED: _("Concluded"),
    State.CANCELLED: _("Called off"),
}
COLOURS = {
    State.ASKED: "claimed",
    State.WORKING: "claimed",
    State.DIFFERING: "overdue",
    State.CONCLUDED: "done",
    State.CANCELLED: "",
}
SOURCES = {
    Source.DEAL: _("a contract on the exchange"),
    Source.AUCTION: _("an auction"),
    Source.STATED: _("stated by both sides"),
}
INPUTS = {
    "labour": _("Pay of those who made it"),
    "materials": _("Materials, equipment, services"),
    "overhead": _("Overhead"),
    "registration": _("Registration of rights"),
    "protection": _("Keeping rights in force"),
    "index": _("Prices of the day of valuation, in per cent of those then"),
    "margin": _("Margin a maker would ask (per cent)"),
    "functional": _("Lost to better technology (per cent)"),
    "economic": _("Lost to the market's change (per cent)"),
    "revenue": _("Revenue from what uses it"),
    "royalty": _("Royalty one would pay (per cent of revenue)"),
    "upfront": _("Payment at once one is spared"),
    "upkeep": _("Cost of keeping and advertising it"),
    "tax": _("Tax on profit (per cent)"),
    "discount": _("Discount rate (per cent a year)"),
    "profit_with": _("Profit with it"),
    "profit_without": _("Profit without it"),
    "profit": _("Profit of the whole business"),
    "other_assets": _("What all other assets earn of it"),
    "comparables": _("Comparables"),
    "weight": _("Weight in the conclusion (per cent)"),
}
LINES = {
    **INPUTS,
    "spent": _("Spent in all"),
    "at_todays_prices": _("At prices of the day of valuation"),
    "with_margin": _("With the maker's margin"),
    "after_functional": _("After what better technology takes"),
    "after_economic": _("After what the market takes: the value"),
    "adjusted_prices": _("Adjusted prices"),
    "royalty_saved": _("Royalty saved"),
    "upfront_after_tax": _("Payment at once spared, after tax"),
    "before_tax": pgettext_lazy("valuation", "Before tax"),
    "after_tax": pgettext_lazy("valuation", "After tax"),
    "factor": _("Discount factor (middle of the year)"),
    "present": _("Present value"),
}
"""What the lines of a working are called."""


BILLION, MILLION = 10**9, 10**6


def in_short(amount: int) -> str:
    """Return đồng as people say it: billions with two places, millions whole."""
    if amount >= BILLION:
        told = number_format(round(amount / BILLION, 2), decimal_pos=2)
        return gettext("%(amount)s bn") % {"amount": told}
    if amount >= MILLION:
        told = number_format(
            round(amount / MILLION), decimal_pos=0, force_grouping=True
        )
        return gettext("%(amount)s m") % {"amount": told}
    return number_format(amount, force_grouping=True)
