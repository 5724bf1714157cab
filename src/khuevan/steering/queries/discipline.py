"""The register of discipline, the load of units, and their quarterly evaluation."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from uuid import UUID

from django.db.models import Count

from khuevan.directory.public import Appointment, Organisation, Person, Role, in_force
from khuevan.journal.public import facts_of
from khuevan.platform import clock
from khuevan.steering.access import may_read_register
from khuevan.steering.capacity import acting
from khuevan.steering.facts import DISCIPLINE
from khuevan.steering.grading import dated_rules, grade_rules_on
from khuevan.steering.models import DisciplineAnswer, Task
from khuevan.steering.policies import policy_on
from khuevan.steering.rules import (
    Basis,
    Grade,
    State,
    Status,
    Tally,
    drawn_for_reaudit,
    grade,
)

from .summary import Cell, Judged, cells_on, judged_on, per_unit


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the register: a fact, the unit it names, and the unit's answer."""

    fact: int
    at: datetime
    words: str
    code: str
    organisation_id: UUID
    organisation: str
    answer: str
    answered_at: datetime | None


def register(*, person: Person, many: int = 500) -> list[Entry]:
    """List the register's entries, newest first.

    Inspection and the committee read all of it, others their own unit's.
    """
    entries = [
        (fact, UUID(fact.figures["standing"]["lead"]))
        for fact in facts_of(list(DISCIPLINE), limit=many)
    ]
    if not may_read_register(person):
        mine = acting(person).organisations
        entries = [(fact, unit) for fact, unit in entries if unit in mine]
    names = dict(
        Organisation.objects.filter(pk__in={u for _, u in entries}).values_list(
            "pk", "name"
        )
    )
    answers = {
        answer.fact: answer
        for answer in DisciplineAnswer.objects.filter(
            fact__in=[fact.number for fact, _ in entries]
        )
    }
    return [
        Entry(
            fact=fact.number,
            at=fact.occurred_at,
            words=DISCIPLINE[fact.kind],
            code=fact.figures["code"],
            organisation_id=unit,
            organisation=names[unit],
            answer=answers[fact.number].text if fact.number in answers else "",
            answered_at=(
                answers[fact.number].answered_at if fact.number in answers else None
            ),
        )
        for fact, unit in entries
    ]


@dataclass(frozen=True, slots=True)
class Load:
    """How much a unit carries today."""

    organisation_id: UUID
    organisation: str
    running: int
    overdue: int
    at_risk: int
    to_verify: int


def load_per_unit(*, person: Person, cells: list[Cell] | None = None) -> list[Load]:
    """Count running tasks per leading unit among those somebody may see, heaviest first.

    `cells` are today's counts where the caller has them already.
    """
    if cells is None:
        cells = cells_on(clock.today(), person=person)
    counts = {unit: c for unit, c in per_unit(cells).items() if c.open}
    names = dict(
        Organisation.objects.filter(pk__in=counts).values_list("pk", "short_name")
    )
    verifying: dict[UUID, int] = dict(
        Task.objects.visible_to(person)
        .filter(state=State.CLAIMED)
        .order_by()
        .values_list("verifier")
        .annotate(n=Count("pk"))
    )
    loads = [
        Load(unit, names[unit], c.open, c.overdue, c.at_risk, verifying.get(unit, 0))
        for unit, c in counts.items()
    ]
    return sorted(loads, key=lambda load: (-load.overdue, -load.running))


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a unit and its head finished in a quarter, and the grade for it."""

    organisation_id: UUID
    organisation: str
    head: str
    tally: Tally
    grade: Grade


def quarter_days(year: int, quarter: int) -> tuple[date, date]:
    """Return the first and the last day of a quarter."""
    after = date(year + quarter // 4, 3 * quarter % 12 + 1, 1)
    return date(year, 3 * quarter - 2, 1), after - timedelta(days=1)


def evaluate_quarter(*, year: int, quarter: int, person: Person) -> list[Evaluation]:
    """Grade every unit on the tasks originally due in a quarter, as of its end (or today).

    Regulation 366-QĐ/TW: counts of products on time, late and beyond what was asked.
    """
    first, last = quarter_days(year, quarter)
    day = min(last, clock.today())
    due: dict[UUID, list[Judged]] = {}
    for one in judged_on(day, person=person):
        date_due = one.standing.original_due_on
        if (
            date_due
            and first <= date_due <= last
            and one.status is not Status.CANCELLED
        ):
            due.setdefault(UUID(one.standing.lead), []).append(one)
    names = dict(Organisation.objects.filter(pk__in=due).values_list("pk", "name"))
    heads = _heads(list(due), day)
    # A quarter is graded by what holds at its end, or by the first rule there was.
    rules = grade_rules_on(day) or grade_rules_on(dated_rules()[0].valid_from)
    beyond = _beyond([one.task for group in due.values() for one in group])
    found = []
    for unit, group in due.items():
        tally = _tally(group, beyond)
        found.append(
            Evaluation(
                unit, names[unit], heads.get(unit, ""), tally, grade(tally, rules)
            )
        )
    return sorted(found, key=lambda e: (list(Grade).index(e.grade), e.organisation))


def _heads(units: list[UUID], day: date) -> dict[UUID, str]:
    """Name who headed each unit on a day: the regulation grades heads with their unit."""
    posts = Appointment.objects.filter(
        in_force(day), organisation__in=units, role=Role.HEAD
    )
    return dict(
        posts.order_by("valid_from").values_list("organisation", "person__full_name")
    )


def _beyond(keys: list[UUID]) -> set[UUID]:
    return set(
        Task.objects.filter(pk__in=keys, beyond=True).values_list("pk", flat=True)
    )


def _tally(group: list[Judged], beyond: set[UUID]) -> Tally:
    marks = Counter(one.original for one in group)
    return Tally(
        due=len(group),
        on_time=marks[Status.DONE_ON_TIME],
        late=marks[Status.DONE_LATE],
        beyond=sum(one.task in beyond for one in group),
    )


def drawn_to_reaudit(*, person: Person, many: int = 20) -> list[Task]:
    """List accepted tasks drawn for a second look that nobody has looked at again.

    Those accepted by report alone come first and are always drawn: nobody has
    verified them yet. At most `many`, the longest accepted first.
    """
    share = policy_on(clock.today()).reaudit_share
    accepted = (
        Task.objects.visible_to(person)
        .filter(state=State.ACCEPTED)
        .exclude(verifications__is_reaudit=True)
        .select_related("lead")
        .order_by("accepted_on", "code")
    )
    bare = list(accepted.filter(basis=Basis.REPORT)[:many])
    if len(bare) == many or not share:
        return bare
    rest = accepted.exclude(basis=Basis.REPORT).iterator(chunk_size=200)
    drawn = (task for task in rest if drawn_for_reaudit(task.code, share))
    return [*bare, *islice(drawn, many - len(bare))]
