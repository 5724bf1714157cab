"""What the State has to do with the technology of a deal."""

from __future__ import annotations

from khuevan.contracts.public import Crossing, Origin, Restriction
from khuevan.deals.models import Deal, StatePaper
from khuevan.deals.rules.bargaining import crossing_between
from khuevan.deals.rules.origin import PaperKind, kinds_for
from khuevan.deals.rules.states import BEFORE_CONTRACT, SIDES, Part, State
from khuevan.exchange.public import is_restricted, member_with

from .contracting import contract_for


def may_still_change(deal: Deal) -> bool:
    """Tell whether no contract rests yet on what the State has to do with a technology."""
    early = State(deal.state) in BEFORE_CONTRACT and deal.signed_on is None
    return early and contract_for(deal) is None


def seats_of(deal: Deal) -> Crossing | None:
    """Return how a transfer between a deal's sides crosses the border; None: both abroad."""
    abroad = {
        party.part: (member := member_with(party.member)) is not None and member.abroad
        for party in deal.parties.filter(part__in=SIDES)
    }
    return crossing_between(
        giver_abroad=abroad[Part.PROVIDER], taker_abroad=abroad[Part.RECIPIENT]
    )


def papers_wanted(deal: Deal) -> tuple[PaperKind, ...]:
    """Return the papers that would change what the contract of a deal owes."""
    restricted = is_restricted(deal.listing)
    return kinds_for(state_funded=bool(deal.state_funded), restricted=restricted)


def origin_of(deal: Deal) -> Origin:
    """Return what a contract is drawn up on: the listing, and papers that are confirmed."""
    confirmed = StatePaper.objects.filter(deal=deal, confirmed_at__isnull=False)
    held = {PaperKind(paper.kind): paper.number for paper in confirmed}
    certificate = held.get(PaperKind.CERTIFICATE, "")
    restriction = Restriction.NO
    if is_restricted(deal.listing):
        licensed = PaperKind.LICENCE in held
        restriction = Restriction.LICENSED if licensed else Restriction.UNLICENSED
    return Origin(
        state_funded=bool(deal.state_funded),
        result_certificate=certificate if deal.state_funded else "",
        restriction=restriction,
    )
