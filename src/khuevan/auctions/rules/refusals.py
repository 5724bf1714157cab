"""Why the database did not take a bid, as sentences."""

from __future__ import annotations

from khuevan.platform.errors import N_, RuleBroken


SENTENCES = {
    "other_request": N_("Under this key another bid was sent; reload the page and bid again."),
    "not_admitted": N_("Only bidders whose deposit is held may bid in this auction."),
    "not_open": N_("Bidding has not opened yet; nothing was taken. Come back at the hour that is announced."),
    "closed": N_("Bidding is over: your bid came after the end and was not taken."),
    "leading": N_("Yours is the highest bid already."),
    "too_low": N_("The least that can be bid now is %(least)s đồng: somebody may have been faster. Nothing was taken."),
    "price_above": N_("The price is %(least)s đồng now, above what you said. Nothing was taken."),
    "wrong_form": N_("Bids in this auction are given in another way; reload the page."),
}  # fmt: skip
"""What each code of `auctions_bid` says; `least` is đồng."""


def refuse(code: str, least: int | None) -> RuleBroken:
    """Return the refusal that a code of the database means."""
    return RuleBroken(SENTENCES[code], field="amount", least=least or 0)
