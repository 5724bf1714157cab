"""Reading DTMarket: problems, what one may read of answers, how trials stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Prefetch, Q

from khuevan.directory.public import Organisation, Person
from khuevan.platform import clock

from .dated import custom_on, limits_on, ocds_prefix_on
from .models import Answer, Order, Paper, Problem, ReadingRow, ScoreRow, Trial
from .rules.ocds import Course, Ordered, Party, Tried
from .rules.problems import Criterion, Score, Standing, State, scorers_of, total
from .rules.trials import Metric, Reading, TrialState, Verdict, support, verdicts


PUBLIC_NAMES = (State.SHORTLISTED, State.TRIAL, State.PROVEN, State.ORDERED)
"""From when on everybody knows who answered, and with how many points."""
OPEN_DATA_PAGE = 50
LATEST = 200
"""Problems on the list; the search finds the others."""


@dataclass(frozen=True, slots=True)
class Given:
    """Points and reasons one scorer gave for a criterion; the scorer's name only where it may be known."""

    criterion: str
    points: int
    why: str
    scorer: str


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An answer as one reader may know it; `solution` and `price` empty where they may not."""

    id: UUID
    supplier: str
    standing: Standing
    offer: str
    total: Decimal | None
    scorers: int
    readable: bool
    own: bool
    solution: str
    price: int | None
    trial_days: int
    given: tuple[Given, ...]
    tried: bool


@dataclass(frozen=True, slots=True)
class TrialView:
    """A trial with what its readings say; đồng. Public."""

    id: UUID
    supplier: str
    trial: Trial
    state: TrialState
    verdicts: tuple[Verdict, ...]
    readings: tuple[ReadingRow, ...]
    days_left: int
    support_due: int


def problems(*, state: str = "", words: str = "") -> list[Problem]:
    """Return problems, those whose answering ends first in front, with `many` answers; 1 query."""
    found = list(_wanted(Problem.objects.all(), state, words)[:LATEST])
    taking = sorted(
        (p for p in found if p.state == State.OPEN), key=lambda p: p.closes_at
    )
    return taking + [p for p in found if p.state != State.OPEN]


def find_problems(
    person: Person | AnonymousUser, state: str, words: str, page: int, size: int
) -> tuple[list[Problem], int]:
    """Return a page of problems, the newest first, with `many` answers, and how many there are."""
    rows = _wanted(Problem.objects.visible_to(person), state, words)
    start = (page - 1) * size
    return list(rows[start : start + size]), rows.count()


def counted(rows: Any) -> Any:
    """Return problems with their body, and with `many` answers that were not taken back."""
    many = Count("answers", filter=~Q(answers__standing=Standing.WITHDRAWN))
    return rows.select_related("agency").annotate(many=many)


def _wanted(rows: Any, state: str, words: str) -> Any:
    """Return the problems of a state with some words, the newest first."""
    if state:
        rows = rows.filter(state=state)
    if said := words.strip():
        rows = rows.filter(Q(title__icontains=said) | Q(agency__name__icontains=said))
    return counted(rows).order_by("-opened_at", "-pk")


def criteria_of(problem: Problem) -> list[Criterion]:
    """Return what answers are scored by."""
    return [Criterion(row.name, row.weight) for row in problem.criteria.all()]


def metrics_of(problem: Problem) -> list[Metric]:
    """Return what trials are judged by."""
    return [
        Metric(r.name, r.unit, r.baseline, r.target, r.source)
        for r in problem.metrics.all()
    ]


def answers_to(problem: Problem, person: Person | AnonymousUser) -> list[AnswerView]:
    """Return the answers somebody may know of, the best first.

    One's own at once; for people of the body all of them once answering is over; for
    everybody names and points from the short list on. A supplier reads the points and
    reasons its answer was given, not who gave them; somebody who scores reads only their
    own points until the short list is made.
    """
    scores = Prefetch(
        "scores",
        ScoreRow.objects.select_related("scorer").order_by("criterion", "given_at"),
    )
    rows = problem.answers.select_related("supplier").prefetch_related(scores, "trial")
    seen = Answer.objects.visible_to(person).filter(problem=problem)
    readable = set(seen.values_list("pk", flat=True))
    judged = problem.state in PUBLIC_NAMES
    reading = _Reading(
        criteria_of(problem),
        judged,
        custom_on(clock.today()).scorers,
        person.pk,
        _houses(person),
    )
    found = [
        _answer_view(row, reading, row.pk in readable)
        for row in rows
        if row.pk in readable or (judged and row.standing != Standing.WITHDRAWN)
    ]
    return sorted(found, key=lambda view: (-(view.total or -1), view.supplier))


@dataclass(frozen=True, slots=True)
class _Reading:
    """Who reads answers, and what all of them share."""

    criteria: list[Criterion]
    judged: bool
    least: int
    person: object
    houses: set[UUID]


def _houses(person: Person | AnonymousUser) -> set[UUID]:
    if not isinstance(person, Person):
        return set()
    return {h.organisation_id for h in person.authority.holdings}


def _answer_view(row: Answer, reading: _Reading, readable: bool) -> AnswerView:
    own = row.supplier_id in reading.houses
    kept = list(row.scores.all())
    scores = [Score(s.scorer_id, s.criterion, s.points, s.why) for s in kept]
    many = scorers_of(reading.criteria, scores)
    told = [
        s
        for s in kept
        if readable and (reading.judged or s.scorer_id == reading.person)
    ]
    given = (
        Given(s.criterion, s.points, s.why, "" if own else s.scorer.full_name)
        for s in told
    )
    counted = reading.judged or (readable and not own and many >= reading.least)
    return AnswerView(
        row.pk, row.supplier.name, Standing(row.standing), row.offer,
        total(reading.criteria, scores) if counted else None, many,
        readable, own, row.solution if readable else "", row.price if readable else None,
        row.trial_days, tuple(given), hasattr(row, "trial"),
    )  # fmt: skip


def trials_of(problem: Problem) -> list[TrialView]:
    """Return the trials of a problem with what was measured, the newest first."""
    rows = Trial.objects.filter(answer__problem=problem).select_related(
        "answer__supplier", "auditor", "decided_by"
    )
    rows = rows.prefetch_related(
        Prefetch("readings", ReadingRow.objects.select_related("kept_by"))
    )
    return [
        _trial_view(row, metrics_of(problem)) for row in rows.order_by("-decided_at")
    ]


def _trial_view(row: Trial, metrics: list[Metric]) -> TrialView:
    kept = tuple(row.readings.all())
    counting = [Reading(r.metric, r.on, r.value, r.cases) for r in kept if r.counts]
    today = clock.today()
    due = 0
    if row.audited is not None and row.supported_at is None:
        due = support(
            row.audited, supported_before(row.answer.supplier), limits_on(today)
        )
    return TrialView(
        row.pk, row.answer.supplier.name, row, TrialState(row.state),
        tuple(verdicts(metrics, counting, custom_on(today).readings)), kept,
        max(0, (row.ends_on - today).days), due,
    )  # fmt: skip


def supported_before(supplier: Organisation) -> int:
    """Return the support a firm has had for trials and keeps, in đồng."""
    rows = Trial.objects.filter(answer__supplier=supplier, repaid_at=None)
    return sum(rows.values_list("support", flat=True))


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of a firm's trials: how many reached their targets, how many did not."""

    succeeded: int
    failed: int
    orders: int


def outcomes_of(supplier: Organisation) -> Outcomes:
    """Return what became of a firm's trials: one query."""
    trials = Trial.objects.filter(answer__supplier=supplier)
    told = trials.aggregate(
        succeeded=Count("pk", filter=Q(state=TrialState.SUCCEEDED)),
        failed=Count("pk", filter=Q(state=TrialState.FAILED)),
        orders=Count("order"),
    )
    return Outcomes(**told)


def order_of(problem: Problem) -> Order | None:
    """Return what was ordered, None where nothing was."""
    return (
        Order.objects.filter(problem=problem)
        .select_related("trial__answer__supplier")
        .first()
    )


def papers_of(problem: Problem, person: Person | AnonymousUser) -> list[Paper]:
    """Return the papers of a problem somebody may read, in the order they were kept."""
    rows = Paper.objects.visible_to(person).filter(problem=problem)
    return list(rows.select_related("file", "trial__answer__supplier"))


def course_lines(problem: Problem) -> list[tuple[datetime, str, str]]:
    """Return what everybody may know happened: when, which kind of fact, to which firm.

    Made from the records themselves, in the order things happened.
    """
    course = course_of(problem)
    lines = [(course.opened, "problem_put_out", "")]
    if course.shortlisted is not None:
        lines.append((course.shortlisted, "shortlist_made", ""))
    for trial in course.trials:
        lines.append((trial.begun, "trial_began", trial.supplier.name))
        if trial.ended is not None:
            lines.append((trial.ended, f"trial_{trial.state}", trial.supplier.name))
        if trial.supported is not None:
            lines.append((trial.supported, "trial_supported", trial.supplier.name))
    if course.order is not None:
        lines.append((course.order.made, "solution_ordered", course.order.supplier.name))  # fmt: skip
    elif course.ended is not None:
        lines.append((course.ended, "problem_ended", ""))
    return sorted(lines, key=lambda line: line[0])


# ---------------------------------------------------------------------- OCDS


def course_of(problem: Problem) -> Course:
    """Return all of a problem that is public, as open contracting data tells it."""
    return courses_of([problem])[0]


def courses_of(problems: Sequence[Problem]) -> list[Course]:
    """Return the courses of some problems, in their order: four queries for all of them."""
    answers, trials = defaultdict(list), defaultdict(list)
    sent = Answer.objects.filter(problem__in=problems).exclude(
        standing=Standing.WITHDRAWN
    )
    for answer in sent.select_related("supplier").order_by("sent_at"):
        answers[answer.problem_id].append(answer)
    tried = Trial.objects.filter(answer__problem__in=problems).select_related(
        "answer__supplier"
    )
    for trial in tried.order_by("decided_at"):
        trials[trial.answer.problem_id].append(trial)
    made = Order.objects.filter(problem__in=problems).select_related(
        "trial__answer__supplier"
    )
    orders = {order.problem_id: order for order in made}
    return [_course(p, answers[p.pk], trials[p.pk], orders.get(p.pk)) for p in problems]


def _course(
    problem: Problem, answers: list[Answer], trials: list[Trial], made: Order | None
) -> Course:
    known = problem.shortlisted_at is not None
    return Course(
        ocid=f"{ocds_prefix_on(clock.today())}-{problem.code}",
        basis=limits_on(clock.local_day(problem.opened_at)).basis, code=problem.code,
        title=problem.title, outcome=problem.outcome, buyer=_party(problem.agency),
        budget=problem.budget, opened=problem.opened_at, closes=problem.closes_at,
        received=bool(answers), answers=len(answers) if known else None,
        suppliers=tuple(_party(each.supplier) for each in answers) if known else (),
        shortlisted=problem.shortlisted_at,
        trials=tuple(_tried(each) for each in trials),
        order=Ordered(made.number, _party(made.trial.answer.supplier), made.amount,
                      min(_noon(made.signed_on), made.made_at), made.made_at, made.title) if made else None,
        ended=problem.ended_at,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """A page of open data: its problems, and after which problem its neighbours begin.

    `before` is empty where the page before is the first, None where there is no such page.
    """

    problems: list[Problem]
    after: str | None
    before: str | None


def with_public_money(after: str) -> Told | None:
    """Return the page of problems that open data tell of, after the one with a code.

    All of them, from the day they are put out, in that order, so that pages stay as they
    are. None where there is no such problem: three queries.
    """
    rows = Problem.objects.select_related("agency").order_by("opened_at", "pk")
    earlier: list[Problem] = []
    if after:
        last = Problem.objects.filter(code=after).first()
        if last is None:
            return None
        place = (last.opened_at, last.pk)
        beyond = Q(opened_at__gt=place[0]) | Q(opened_at=place[0], pk__gt=place[1])
        earlier = list(rows.exclude(beyond).reverse()[: OPEN_DATA_PAGE + 1])
        rows = rows.filter(beyond)
    found = list(rows[: OPEN_DATA_PAGE + 1])
    page = found[:OPEN_DATA_PAGE]
    before = earlier[-1].code if len(earlier) > OPEN_DATA_PAGE else ""
    return Told(
        page,
        page[-1].code if len(found) > OPEN_DATA_PAGE else None,
        before if after else None,
    )


def _tried(trial: Trial) -> Tried:
    return Tried(
        str(trial.pk), _party(trial.answer.supplier), trial.decided_at, _noon(trial.ends_on),
        trial.state, trial.ended_at, trial.support, trial.supported_at,
    )  # fmt: skip


def _party(organisation: Organisation) -> Party:
    return Party(f"VN-KV-{organisation.code}", organisation.name)


def _noon(day: object) -> datetime:
    return datetime.combine(day, time(12), tzinfo=clock.HANOI)  # type: ignore[arg-type]
