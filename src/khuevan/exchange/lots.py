"""What the exchange says to auctions of its listings: from their page only, and who may bid."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse

from khuevan.auctions.public import Lots, register_lots
from khuevan.directory.public import Person
from khuevan.platform.errors import N_, RuleBroken

from .access import may_list
from .models import Listing, ListingAuction
from .queries.parties import bidder_sides, seller_side
from .rules.auctioning import beside, check_side


def _listing(subject: str) -> Listing:
    key = UUID(subject.partition(":")[2])
    return Listing.objects.select_related("member__organisation", "member__person").get(pk=key)  # fmt: skip


def _check_announcement(subject: str, code: str) -> None:
    """Refuse an announcement that did not come from the listing's own page."""
    key = UUID(subject.partition(":")[2])
    if not ListingAuction.objects.filter(code=code, listing=key).exists():
        raise RuleBroken(
            N_("A listing is put up for auction from its own page, where its owners agree."),
            field="subject",
        )  # fmt: skip


def _check_bidder(subject: str, person: Person, others: Sequence[Person]) -> None:
    """Refuse who belongs to the seller or to another bidder."""
    listing = _listing(subject)
    sides = bidder_sides([person, *others])
    check_side(sides.pop(person.pk), seller_side(listing), list(sides.values()))


def _doubts(subject: str, people: Sequence[Person]) -> list[tuple[Person, RuleBroken]]:
    """Return which bidders would be refused by what is declared today, with the refusal."""
    seller = seller_side(_listing(subject))
    sides = bidder_sides(people)
    near = beside(sides)
    found = []
    for person in people:
        try:
            check_side(sides[person.pk], seller, near[person.pk])
        except RuleBroken as refused:
            found.append((person, refused))
    return found


def _sells(subject: str, person: Person) -> bool:
    return may_list(person, _listing(subject).member)


def _page(subject: str) -> str:
    return reverse("exchange-listing", args=[_listing(subject).code])


register_lots(
    "exchange.listing",
    Lots(
        check_announcement=_check_announcement,
        check_bidder=_check_bidder,
        page=_page,
        doubts=_doubts,
        seller=lambda subject: _listing(subject).member.name,
        sells=_sells,
    ),
)
