"""What petitions count as in indices 5.1 and 5.2: today from the tables, else the journal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from khuevan.feedback.models import Petition, PetitionClock
from khuevan.feedback.rules.petitions import OUT_OF_SCOPE, SETTLED, Judged, State
from khuevan.journal.public import latest_facts
from khuevan.platform import clock


HANDLING_CLOCKS = ("settle", "urgent")


@dataclass(frozen=True, slots=True)
class One:
    """One petition with what it counts as."""

    judged: Judged
    organisation: str
    procedure: str
    category: str


def with_counts(petitions: QuerySet[Petition]) -> Any:
    """Annotate likes, dislikes and whether a limit of handling ran out."""
    late = PetitionClock.objects.filter(
        petition=OuterRef("pk"), code__in=HANDLING_CLOCKS, late_at__isnull=False
    )
    return petitions.annotate(
        likes=Count("reactions", filter=Q(reactions__like=True)),
        dislikes=Count("reactions", filter=Q(reactions__like=False)),
        late=Exists(late),
    )


def judge(row: Any) -> Judged:
    """Return what an annotated petition counts as."""
    state = State(row.state)
    return Judged(
        counted=state not in OUT_OF_SCOPE,
        settled=state in SETTLED,
        late=row.late,
        repeated=row.reopened_at is not None,
        likes=row.likes,
        dislikes=row.dislikes,
    )


def standing_of(petition: Petition) -> dict[str, Any]:
    """Return what a petition counts as, for a fact: one query."""
    row = with_counts(Petition.objects.filter(pk=petition.pk)).get()
    judged = judge(row)
    return {
        "organisation": str(petition.organisation_id),
        "procedure": petition.procedure,
        "category": petition.category,
        "state": str(petition.state),
        "counted": judged.counted,
        "settled": judged.settled,
        "late": judged.late,
        "repeated": judged.repeated,
        "likes": judged.likes,
        "dislikes": judged.dislikes,
    }


def from_figures(standing: Mapping[str, Any]) -> One:
    """Return what a fact says its petition counts as."""
    judged = Judged(
        counted=standing["counted"],
        settled=standing["settled"],
        late=standing["late"],
        repeated=standing["repeated"],
        likes=standing["likes"],
        dislikes=standing["dislikes"],
    )
    return One(
        judged, standing["organisation"], standing["procedure"], standing["category"]
    )


def judged_on(day: date) -> Iterator[One]:
    """Yield every petition as it stood at the end of a day."""
    if day >= clock.today():
        for row in with_counts(Petition.objects.all()).iterator():
            unit = str(row.organisation_id)
            yield One(judge(row), unit, row.procedure, row.category)
        return
    for fact in latest_facts("feedback.petition", until=clock.end_of_day(day)).values():
        yield from_figures(fact.figures["standing"])


@dataclass(frozen=True, slots=True)
class PetitionCounts:
    """The items of index group 5 over a time; `items` are those handled or past due."""

    items: int
    on_time: int
    dissatisfied: int
    repeated: int
    late: int
    filed: int


@dataclass(frozen=True, slots=True)
class PetitionJudged:
    """One petition by its key, with what it counts as."""

    key: UUID
    judged: Judged


def petitions_judged(
    *,
    since: date,
    until: date,
    organisation: UUID | None = None,
    procedure: str = "",
) -> list[PetitionJudged]:
    """Return the petitions filed from one day to another that count: both included.

    Out of scope ones (turned away, passed outside, joined to another) count nowhere.
    """
    rows = Petition.objects.filter(filed_at__range=_span(since, until))
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    if procedure:
        rows = rows.filter(procedure=procedure)
    judged = (PetitionJudged(row.pk, judge(row)) for row in with_counts(rows))
    return [one for one in judged if one.judged.counted]


def petition_counts(
    *,
    since: date,
    until: date,
    organisation: UUID | None = None,
    procedure: str = "",
) -> PetitionCounts:
    """Count the petitions filed from one day to another; see `petitions_judged`.

    766/QĐ-TTg, group 5: 5.1 = on_time ÷ items, 5.2 = (items − dissatisfied) ÷ items.
    """
    found = petitions_judged(
        since=since, until=until, organisation=organisation, procedure=procedure
    )
    due = [one.judged for one in found if one.judged.due]
    return PetitionCounts(
        items=len(due),
        on_time=sum(one.on_time for one in due),
        dissatisfied=sum(one.dissatisfied for one in due),
        repeated=sum(one.repeated for one in due),
        late=sum(one.late for one in due),
        filed=len(found),
    )


def _span(since: date, until: date) -> tuple[datetime, datetime]:
    return clock.at_local(since, time.min), clock.end_of_day(until)
