"""Who may hold auctions, and who may bid."""

from __future__ import annotations

from khuevan.directory.public import Organisation, Person

from .models import WORKERS, Auction, KeyHolder


def may_hold_auctions(person: Person | None, keeper: Organisation) -> bool:
    """Announce for a body: its head and officials."""
    return person is None or person.authority.has_in(keeper.pk, *WORKERS)


def may_run(person: Person | None, auction: Auction) -> bool:
    """Open sealed bids, cancel, say that the winner paid: people of the keeper."""
    return person is None or person.authority.has_in(auction.keeper_id, *WORKERS)


def may_apply(person: Person, auction: Auction) -> bool:
    """Bid: everybody but people of the keeper, who know who the others are, and who opens."""
    return (
        auction.keeper_id not in person.authority.organisations
        and holder_of(auction, person) is None
    )


def holder_of(auction: Auction, person: Person) -> KeyHolder | None:
    """Return as which holder somebody helps to open the bids; None where they do not."""
    return KeyHolder.objects.filter(key__auction=auction, person=person).first()


def may_read_bidders(person: Person, auction: Auction) -> bool:
    """Know who bidders are: people of the keeper, and those who read everything."""
    return person.authority.reads_everything or may_run(person, auction)
