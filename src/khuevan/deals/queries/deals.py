"""Deals as lists and as one page: frozen rows, few queries whatever their number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db.models import F, Q, QuerySet

from khuevan.deals.access import may_know_lister, oversees, parts_of
from khuevan.deals.models import Deal, Milestone, Party, RoyaltyReport
from khuevan.deals.models.deals import DealQuerySet
from khuevan.deals.rules.states import ENDS, LIVE, Part, State, Turn
from khuevan.deals.rules.steps import COLUMNS, Reached
from khuevan.directory.public import Person
from khuevan.exchange.public import ACTING
from khuevan.platform import clock

from .statistics import lost_at


PAGE = 30
LACKING = "lacking"
"""What narrows a list to deals that lack money the bank took back."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a list of deals is narrowed; empty values narrow nothing.

    `scope` is `mine` (a side), `broker` or `exchange` (all, for its people); `state` a
    state, `live` or `ended`; `turn` keeps those in which one is to act, `late` overdue ones.
    `step` keeps deals that came to a step of the funnel (`lost`: and ended there), `since`
    and `until` those whose contact was asked for between two days.
    """

    scope: str = "mine"
    state: str = ""
    turn: bool = False
    late: bool = False
    words: str = ""
    field: str = ""
    kind: str = ""
    step: str = ""
    lost: bool = False
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class DealRow:
    """A deal in a list: `names` of the parts the reader may know, `mine` one's own parts."""

    code: str
    title: str
    listing: str
    state: State
    turn: Turn
    since: datetime
    due_at: datetime | None
    late: bool
    chased: int
    names: tuple[tuple[Part, str], ...]
    mine: frozenset[Part]


def list_deals(person: Person, wanted: Wanted, page: int = 1) -> tuple[list[DealRow], int]:  # fmt: skip
    """Return a page of deals, the first due first and ended ones last, and how many there are."""
    rows = Deal.objects.visible_to(person, oversees=oversees(person))
    own = _own(person)
    if wanted.scope == "broker":
        rows = rows.filter(pk__in=own.filter(part=Part.BROKER).values("deal"))
    elif wanted.scope != "exchange":
        mine = own.exclude(part=Part.BROKER).values("deal")
        rows = rows.filter(Q(pk__in=mine) | Q(mediator=person))
    rows = rows.filter(_stands(wanted.state))
    if wanted.turn:
        rows = rows.filter(_turn_of(own, wanted.scope))
    if wanted.late:
        rows = rows.filter(due_at__lt=clock.now())
    rows = _of_statistics(rows, wanted)
    words = wanted.words.strip()[:100]
    if words:
        rows = rows.filter(Q(code__icontains=words) | Q(listing_code__icontains=words) | Q(title__icontains=words))  # fmt: skip
    first = (max(page, 1) - 1) * PAGE
    found = rows.prefetch_related("parties__organisation", "parties__person")
    ordered = found.order_by(F("due_at").asc(nulls_last=True), "-ended_at", "pk")
    return [_row(deal, person) for deal in ordered[first : first + PAGE]], rows.count()


def _stands(state: str) -> Q:
    if state == LACKING:
        return _lacks()
    if state in ("live", "ended"):
        return Q(state__in=LIVE if state == "live" else ENDS)
    return Q(state=state) if state else Q()


def _lacks() -> Q:
    """Keep deals in which the bank took back what was released, and nobody paid it again."""
    milestones = Milestone.objects.filter(released__gt=0, paid_at=None)
    reports = RoyaltyReport.objects.filter(taken_back__gt=0, paid_at=None)
    return Q(pk__in=milestones.values("deal")) | Q(pk__in=reports.values("deal"))


def lacking_count(person: Person) -> int:
    """Return how many deals somebody may see lack money the bank took back."""
    return Deal.objects.visible_to(person, oversees=oversees(person)).filter(_lacks()).count()  # fmt: skip


def _of_statistics(rows: DealQuerySet, wanted: Wanted) -> DealQuerySet:
    """Keep what a figure of the statistics counts."""
    if wanted.field:
        rows = rows.filter(field=wanted.field)
    if wanted.kind:
        rows = rows.filter(listing_kind=wanted.kind)
    if wanted.since:
        rows = rows.filter(asked_at__gte=clock.at_local(wanted.since, time.min))
    if wanted.until:
        rows = rows.filter(asked_at__lte=clock.end_of_day(wanted.until))
    if wanted.step in COLUMNS:
        step = Reached(wanted.step)
        came = Q(**{f"{COLUMNS[step]}__isnull": False})
        rows = rows.filter(lost_at(step) if wanted.lost else came)
    return rows


def _own(person: Person) -> QuerySet[Party]:
    posts = [h.organisation_id for h in person.authority.holdings if h.role in ACTING]
    return Party.objects.filter(Q(person=person) | Q(organisation__in=posts))


def _turn_of(own: QuerySet[Party], scope: str) -> Q:
    if scope == "exchange":
        return Q(turn=Turn.STAFF)
    held = Q()
    for part in Part:
        turns = [part.value] if part is Part.BROKER else [part.value, Turn.BOTH.value]
        held |= Q(turn__in=turns, pk__in=own.filter(part=part).values("deal"))
    return held


def _row(deal: Deal, person: Person) -> DealRow:
    return DealRow(
        deal.code, deal.title, deal.listing_code, State(deal.state), Turn(deal.turn),
        deal.since, deal.due_at, bool(deal.due_at and deal.due_at < clock.now()),
        deal.chased, names_of(deal, person), parts_of(person, deal),
    )  # fmt: skip


def names_of(deal: Deal, person: Person) -> tuple[tuple[Part, str], ...]:
    """Return who takes part, as far as the reader may know it; a hidden lister is “”."""
    hidden = None if may_know_lister(person, deal) else Part(deal.asker).other
    order = list(Part)
    return tuple(
        (Part(party.part), "" if party.part == hidden else party.name)
        for party in sorted(deal.parties.all(), key=lambda p: order.index(Part(p.part)))
    )


def people_of(deals: Iterable[UUID]) -> dict[tuple[UUID, Part], tuple[UUID | None, UUID | None]]:  # fmt: skip
    """Return organisation and person behind every part of some deals: one query."""
    rows = Party.objects.filter(deal__in=list(deals))
    return {
        (deal, Part(part)): (organisation, person)
        for deal, part, organisation, person in rows.values_list("deal_id", "part", "organisation_id", "person_id")
    }  # fmt: skip
