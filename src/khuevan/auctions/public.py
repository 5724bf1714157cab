"""Auctions for every other app: announce one of your things, and read how it ended."""

from khuevan.directory.public import Person

from . import actions
from .actions import announce, cancel, declare_default
from .dated import deposit_rule_on
from .live import LIVE_CHANNEL, look
from .lots import Lots, register_lots
from .models import Auction
from .queries import (
    auctions_about,
    buyer_of,
    database_now,
    free_keys,
    has_bids,
    is_bound,
    on_sale,
    subjects_of,
)
from .rules.replay import Outcome, Why
from .rules.terms import Form, State
from .values import AuctionView
from .words import FORMS, STATES


def withdraw_lot(*, code: str, reason: str, by: Person | None) -> None:
    """Call an auction off for whoever sells; raises RuleBroken once somebody bid."""
    actions.withdraw(auction=Auction.objects.get(code=code), reason=reason, by=by)


def may_be_withdrawn(subject: str) -> bool:
    """Tell whether a thing is on sale and nobody bid for it yet."""
    rows = Auction.objects.filter(subject=subject, state=State.RUNNING)
    return any(not has_bids(one) for one in rows)


__all__ = [
    "FORMS",
    "LIVE_CHANNEL",
    "STATES",
    "AuctionView",
    "Form",
    "Lots",
    "Outcome",
    "State",
    "Why",
    "announce",
    "auctions_about",
    "buyer_of",
    "cancel",
    "database_now",
    "declare_default",
    "deposit_rule_on",
    "free_keys",
    "is_bound",
    "look",
    "may_be_withdrawn",
    "on_sale",
    "register_lots",
    "subjects_of",
    "withdraw_lot",
]
