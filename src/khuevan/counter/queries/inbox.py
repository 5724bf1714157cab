"""The inbox of an official: every step that waits for them, over all procedures."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce

from khuevan.counter.access import ROLES_OF, of_interest_to, substituted_by
from khuevan.counter.models import Opinion, Step, SupplementProposal
from khuevan.counter.models.aside import LEADING
from khuevan.counter.rules.states import Business
from khuevan.counter.timing import running_out
from khuevan.directory.public import Person, Role
from khuevan.platform import clock
from khuevan.platform.text import fold
from khuevan.process.public import Duty
from khuevan.worktime.public import working_days_between


PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to see of their inbox."""

    duty: str = ""
    whose: str = ""  # mine | pool
    late: bool = False
    text: str = ""  # words of the code, the applicant's name or the title
    procedure: str = ""
    sort: str = "due"  # due | waiting | step


@dataclass(frozen=True, slots=True)
class Row:
    """One waiting step."""

    step: UUID
    code: str
    title: str
    applicant: str
    name: str
    duty: str
    since: datetime
    due_at: datetime | None
    step_due_at: datetime | None
    days_left: int | None
    mine: bool
    person: str
    colour: str
    supplements: int


@dataclass(frozen=True, slots=True)
class Kept:
    """How many steps of one procedure's dossiers wait under one title and duty."""

    duty: str
    procedure: str
    title: str
    steps: int


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page of the inbox, and how much there is of every duty and procedure."""

    rows: list[Row]
    number: int
    pages: int
    total: int
    by_duty: dict[str, int]
    procedures: list[tuple[str, str, int]]  # code, title, steps; by title


def waiting_for(person: Person) -> QuerySet[Step]:
    """Return the steps a person may do now: theirs, their pool's, their absentees'."""
    wanted = Q(pk__in=[])
    for holding in person.authority.holdings:
        duties = [duty.value for duty, roles in ROLES_OF.items() if holding.role in roles]  # fmt: skip
        if duties:
            wanted |= Q(organisation=holding.organisation_id, duty__in=duties)
    theirs = Q(person=None) | Q(person__in=[person.pk, *substituted_by(person)])
    stopped = [Business.SUPPLEMENT, Business.WITHDRAWING]
    owed = Q(dossier__business=Business.TO_COMPLETE, dossier__reception_due_at=None)
    return (
        Step.objects.waiting()
        .filter(wanted, theirs)
        .exclude(dossier__business__in=stopped)
        .exclude(owed)
        .exclude(of_interest_to(person, "dossier"))
    )


def inbox(person: Person, wanted: Wanted, page: int = 1) -> Inbox:
    """Return a page of 50 steps, the most urgent first."""
    now = clock.now()
    waits = waiting_for(person)
    everything = waits.annotate(
        counts=Coalesce("dossier__due_at", "dossier__reception_due_at")
    )
    counts = _counts(waits)
    found = _narrowed(everything, wanted, person, now, {c.title for c in counts})
    pages = Paginator(found.select_related("dossier", "person"), PAGE)
    shown = pages.get_page(page)
    return Inbox(
        rows=[_row(step, person, now) for step in shown],
        number=shown.number,
        pages=pages.num_pages,
        total=pages.count,
        by_duty=_by_duty(counts),
        procedures=_by_procedure(counts),
    )


def opinions_for(person: Person) -> list[Opinion]:
    """Return what one's agencies were asked and have not answered, by date."""
    own = {h.organisation_id for h in person.authority.holdings}
    return list(
        Opinion.objects.filter(organisation__in=own, given_at=None)
        .exclude(step__dossier__ended_at__isnull=False)
        .exclude(of_interest_to(person, "step__dossier"))
        .select_related("step__dossier")
        .order_by("due_at")
    )


def proposals_for(person: Person) -> list[SupplementProposal]:
    """Return the further requests one has to decide on as the agency's leader."""
    led = {h.organisation_id for h in person.authority.holdings if h.role == Role.HEAD}
    return list(
        SupplementProposal.objects.open()
        .filter(dossier__agency__in=led)
        .exclude(of_interest_to(person, "dossier"))
        .select_related("dossier", "proposed_by")
        .order_by("proposed_at")
    )


def stuck_for(person: Person) -> list[Step]:
    """Return the steps that cannot open their procedure and are this person's to mend."""
    led = {h.organisation_id for h in person.authority.holdings if h.role in LEADING}
    theirs = Q(person__in=[person.pk, *substituted_by(person)])
    return list(
        Step.objects.stuck()
        .filter(theirs | Q(organisation__in=led))
        .exclude(of_interest_to(person, "dossier"))
        .select_related("dossier", "person")
        .order_by("due_at", "pk")
    )


_ORDERS: dict[str, tuple[Any, ...]] = {
    "due": ("counts", "pk"),
    "waiting": ("entered_at", "pk"),
    "step": (F("due_at").asc(nulls_last=True), "pk"),
}


def _narrowed(
    found: Any, wanted: Wanted, person: Person, now: datetime, titles: set[str]
) -> Any:
    """Typed Any: the stubs lose annotations over a function."""
    if wanted.duty in set(Duty):
        found = found.filter(duty=wanted.duty)
    if wanted.whose == "mine":
        found = found.filter(person=person)
    elif wanted.whose == "pool":
        found = found.filter(person=None)
    if wanted.late:
        found = found.filter(counts__lt=now)
    if wanted.procedure:
        found = found.filter(dossier__procedure=wanted.procedure)
    for word in fold(wanted.text).split():
        # Titles are the procedures': few enough to be read without accents here.
        found = found.filter(
            Q(dossier__folded__contains=word)
            | Q(dossier__procedure=word)
            | Q(dossier__title__in=[t for t in titles if word in fold(t)])
        )
    return found.order_by(*_ORDERS.get(wanted.sort, _ORDERS["due"]))


def _counts(found: QuerySet[Step]) -> list[Kept]:
    by = ("duty", "dossier__procedure", "dossier__title")
    rows = found.order_by().values_list(*by).annotate(steps=Count("pk"))
    return [Kept(*row) for row in rows.order_by(*by)]


def _by_duty(counts: list[Kept]) -> dict[str, int]:
    summed: Counter[str] = Counter()
    for one in counts:
        summed[one.duty] += one.steps
    return {duty: summed[duty] for duty in Duty if summed[duty]}


def _by_procedure(counts: list[Kept]) -> list[tuple[str, str, int]]:
    """Sum up by procedure; versions may have given it several titles: one is shown."""
    titles = {one.procedure: one.title for one in counts}
    summed: Counter[str] = Counter()
    for one in counts:
        summed[one.procedure] += one.steps
    rows = [(code, title, summed[code]) for code, title in titles.items()]
    return sorted(rows, key=lambda row: (fold(row[1]), row[0]))


def _row(step: Step, person: Person, now: datetime) -> Row:
    dossier = step.dossier
    due = dossier.due_at or dossier.reception_due_at
    left = working_days_between(clock.today(), clock.local_day(due)) if due else None
    return Row(
        step=step.pk,
        code=dossier.code or "",
        title=dossier.title,
        applicant=dossier.applicant_name,
        name=step.name,
        duty=step.duty,
        since=step.entered_at,
        due_at=due,
        step_due_at=step.due_at,
        days_left=left,
        mine=step.person_id == person.pk,
        person=step.person.full_name if step.person else "",
        colour=_colour(due, left, now),
        supplements=dossier.supplements,
    )


def _colour(due: datetime | None, left: int | None, now: datetime) -> str:
    if due is None:
        return "running"
    if due < now:
        return "late"
    return "risk" if running_out(left) else "running"
