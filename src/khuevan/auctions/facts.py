"""The facts auctions leave in the journal."""

from __future__ import annotations

from typing import Any

from khuevan.directory.public import Person
from khuevan.journal.public import record
from khuevan.platform.errors import N_

from .models import Auction


def record_in(auction: Auction, kind: str, *, by: Person | None, **figures: Any) -> int:  # fmt: skip
    """Write one fact about an auction, with its newest public event and hash."""
    auction.refresh_from_db(fields=["last", "head"])
    return record(
        f"auctions.{kind}", subject=auction.ref, by=by, auction=auction.code,
        event=auction.last, hash=auction.head, **figures,
    )  # fmt: skip


WORDS: dict[str, str] = {
    "auctions.auction_announced": N_("The auction was announced"),
    "auctions.opening_key_made": N_("An opening key for sealed bids was asked for: %(holders)s hold it, %(threshold)s open together"),
    "auctions.opening_key_joined": N_("Holder %(holder)s made their part of the opening key"),
    "auctions.opening_key_entered": N_("Holder %(holder)s told their key to open the bids"),
    "auctions.bidder_applied": N_("Somebody asked to bid"),
    "auctions.bidder_admitted": N_("Bidder %(bidder)s was admitted: the deposit is held"),
    "auctions.bidder_refused": N_("Somebody who asked to bid was refused by the rule %(rule)s"),
    "auctions.bidder_flagged": N_("Bidder %(bidder)s was flagged by the rule %(rule)s"),
    "auctions.award_held": N_("The award waits for a word: bidder %(bidder)s is flagged"),
    "auctions.award_allowed": N_("The award was let pass though a flag held it"),
    "auctions.bid_placed": N_("Bidder %(bidder)s bid"),
    "auctions.auction_extended": N_("The end of the bidding moved"),
    "auctions.deposit_returned": N_("The deposit of bidder %(bidder)s goes back"),
    "auctions.deposit_taken_back": N_("The bank took the deposit of bidder %(bidder)s back"),
    "auctions.price_taken_back": N_("The bank took the price back: %(amount)s đồng"),
    "auctions.runner_up_named": N_("Bidder %(bidder)s, whose bid was the next, may buy"),
    "auctions.auction_closed": N_("Bidding ended"),
    "auctions.bids_opened": N_("The sealed bids were opened with the keys of %(holders)s holders"),
    "auctions.auction_decided": N_("The auction was decided"),
    "auctions.auction_cancelled": N_("The auction was cancelled"),
    "auctions.auction_settled": N_("The winner paid"),
    "auctions.winner_defaulted": N_("The winner did not pay and loses the deposit"),
    "auctions.seller_paid": N_("%(amount)s đồng left for the seller"),
}  # fmt: skip
"""What each kind of fact says on a timeline."""
