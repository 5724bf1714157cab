"""What of the exchange may be auctioned, and who may not bid for it.

An auction ends with one buyer: so what is sold passes whole or to one alone. Whoever
belongs to the seller, or to another bidder, does not bid.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from khuevan.platform.errors import N_, RuleBroken
from khuevan.platform.text import fold

from .listings import WITH_RIGHTS, Kind, Licence, State
from .screening import Screening


AUCTIONED = WITH_RIGHTS | {Kind.EQUIPMENT}
TO_ONE = frozenset({Licence.ASSIGNMENT, Licence.EXCLUSIVE})
SHORTEST = 20
"""Characters of a consent or a decision: enough for who, which paper, which day."""
_CODES = re.compile(r"\d(?:[\s.-]?\d)*")


class PartyKind(StrEnum):
    """What a member declares of itself, so that bidders who belong together are found."""

    OWNER = "owner"
    ACCOUNT = "account"


_SHORTEST = {PartyKind.OWNER: 9, PartyKind.ACCOUNT: 6}
"""Digits of a citizen's number or a tax code, and of a bank account."""


@dataclass(frozen=True, slots=True)
class Lot:
    """What counts for whether a listing may be auctioned."""

    kind: Kind
    state: State
    licence: Licence | None
    screening: str
    owners: int
    state_funded: bool


def check_lot(lot: Lot, consent: str, decision: str) -> None:
    """Refuse what may not be auctioned, or not yet, with how to mend it.

    `consent` says who of the other owners agreed and on which paper; `decision` which
    body let a result made with the State's money be transferred.
    """
    if lot.state is not State.PUBLISHED:
        raise RuleBroken(N_("Only a published listing is auctioned: two reviewers have looked at it then."))  # fmt: skip
    if lot.kind not in AUCTIONED:
        raise RuleBroken(N_("Only rights, technologies, software and equipment are auctioned: services, experts and problems have no single buyer."))  # fmt: skip
    if lot.licence not in TO_ONE:
        raise RuleBroken(N_("An auction has one buyer: offer ownership or exclusive use first, by rewriting the listing."))  # fmt: skip
    if lot.screening == Screening.RESTRICTED:
        raise RuleBroken(N_("Its words call to mind the list of restricted technologies: such a transfer needs a licence before anybody may be promised it. Ask the exchange."))  # fmt: skip
    if lot.owners > 1 and len(consent.strip()) < SHORTEST:
        raise RuleBroken(
            N_("It has %(owners)s owners: say on which paper and which day the others agreed to the auction and its terms."),
            field="consent", owners=lot.owners,
        )  # fmt: skip
    if lot.state_funded and len(decision.strip()) < SHORTEST:
        raise RuleBroken(
            N_("It was made with money of the State: name the decision that lets it be transferred by auction, its body, number and day."),
            field="decision",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Side:
    """Who stands behind somebody: bodies by reference, names, declared owners, accounts.

    `people` act for it.
    """

    bodies: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    owners: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()
    declared: bool = False
    people: frozenset[UUID] = frozenset()
    verified: bool = False

    @property
    def marks(self) -> frozenset[object]:
        """Return all by which two sides may be found to belong together."""
        return self.bodies | self.names | self.owners | self.accounts | self.people


def check_side(bidder: Side, seller: Side, others: list[Side]) -> None:
    """Refuse a bidder who belongs to the seller or to another bidder, or declares nothing."""
    if bidder.bodies & seller.bodies:
        raise RuleBroken(N_("Your organisation lists this itself: nobody bids for what is their own."), misuse="own_listing")  # fmt: skip
    if (bidder.owners | bidder.names) & (seller.owners | seller.names):
        raise RuleBroken(N_("You, your organisation or one of its owners own a part of what is sold or of who sells it: owners do not bid."), misuse="owner_of_lot")  # fmt: skip
    if bidder.accounts & seller.accounts:
        raise RuleBroken(N_("You pay from the same bank account as the seller: nobody bids for what is their own."), misuse="account_of_seller")  # fmt: skip
    if bidder.people & seller.people:
        raise RuleBroken(N_("Somebody who acts for you acts for the seller as well: who belongs to the seller does not bid."), misuse="represents_seller")  # fmt: skip
    if not bidder.declared:
        raise RuleBroken(N_("Join the exchange and declare on your page as a member who owns you and from which bank account you pay: bidders who belong together are told apart by it."))  # fmt: skip
    if not bidder.verified:
        raise RuleBroken(N_("The exchange has verified nobody you act for yet: ask it to on your page as a member, then bid."), misuse="unverified_member")  # fmt: skip
    for other in others:
        _check_apart(bidder, other)


def beside(sides: Mapping[UUID, Side]) -> dict[UUID, list[Side]]:
    """Return for each the others it has anything in common with, in their order.

    Only these may belong together with it: thousands of bidders are not held each
    against each.
    """
    at: dict[object, list[UUID]] = {}
    for key, side in sides.items():
        for mark in side.marks:
            at.setdefault(mark, []).append(key)
    near = {
        key: {other for mark in side.marks for other in at[mark]} - {key}
        for key, side in sides.items()
    }
    places = {key: place for place, key in enumerate(sides)}
    return {
        key: [sides[other] for other in sorted(others, key=places.__getitem__)]
        for key, others in near.items()
    }


def _check_apart(bidder: Side, other: Side) -> None:
    """Refuse a bidder who belongs together with another."""
    if bidder.bodies & other.bodies:
        raise RuleBroken(N_("Somebody of your organisation takes part already: an organisation bids as one."), misuse="same_body")  # fmt: skip
    if bidder.people & other.people:
        raise RuleBroken(N_("Somebody who acts for you acts for another bidder as well: who belongs together bids as one."), misuse="shared_representative")  # fmt: skip
    if _related(bidder, other):
        raise RuleBroken(N_("You share an owner with another bidder: who belongs together bids as one."), misuse="shared_owner")  # fmt: skip
    if bidder.accounts & other.accounts:
        raise RuleBroken(N_("You pay from the same bank account as another bidder: who belongs together bids as one."), misuse="shared_account")  # fmt: skip


def _related(one: Side, other: Side) -> bool:
    """Tell whether two share an owner or one owns the other; equal names alone say nothing."""
    shared = one.owners & (other.owners | other.names)
    return bool(shared or one.names & other.owners)


def related(one: Side, other: Side) -> bool:
    """Tell whether two belong together by what they declared: an owner, or a bank account."""
    return _related(one, other) or bool(one.accounts & other.accounts)


def party_key(told: str, kind: PartyKind = PartyKind.OWNER) -> str:
    """Return by what an owner or an account is known: the first code in it, else its name.

    What stands beside the code, a bank's name or a share, says nothing of who it is.
    """
    folded = fold(told)
    for found in _CODES.finditer(folded):
        digits = "".join(c for c in found.group() if c.isdigit())
        if len(digits) >= _SHORTEST[kind]:
            return digits
    return "".join(c for c in folded if c.isalnum())


def read_parties(text: str, kind: PartyKind) -> list[str]:
    """Return what was told line by line, without empty ones and without saying it twice."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    told = {party_key(line, kind): line for line in lines}
    return [line for key, line in told.items() if key]
