"""DTMarket for other programs: what the caller may read on the pages, no more."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import Field as Bounds, StringConstraints

from khuevan.clients.public import Scope, for_everybody
from khuevan.directory.public import Person
from khuevan.platform.problems import NO

from . import queries
from .models import Problem
from .rules.problems import Standing, State
from .rules.trials import TrialState


MOST = 100
router = Router(tags=["dtmarket"])
READING = for_everybody(Scope.EXCHANGE_READ)
Words = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=100)]


class Asked(Schema):
    """Which problems a program wants."""

    q: Words = ""
    state: State | None = None
    page: int = Bounds(1, ge=1, le=10_000)
    limit: int = Bounds(20, ge=1, le=MOST)


class ProblemRow(Schema):
    """A problem as the list tells it; money in đồng, `need` is its code on the exchange."""

    code: str
    title: str
    agency: str
    need: str
    state: State
    budget: int
    opened_at: datetime
    closes_at: datetime
    ended_at: datetime | None
    answers: int


class ProblemPage(Schema):
    problems: list[ProblemRow]
    count: int


class CriterionOut(Schema):
    """What answers are scored by; `weight` in per cent."""

    name: str
    weight: int


class MetricOut(Schema):
    """What a trial is judged by: today's figure, the target, and where they are read."""

    name: str
    unit: str
    baseline: Decimal
    target: Decimal
    source: str


class AnswerOut(Schema):
    """An answer as the caller may know it; the last three null where they may not."""

    supplier: str
    standing: Standing
    offer: str
    points: Decimal | None
    solution: str | None
    price: int | None
    trial_days: int | None


class VerdictOut(Schema):
    """What the readings say of a metric; `mean` null before the first."""

    metric: str
    mean: Decimal | None
    readings: int
    cases: int
    met: bool


class TrialOut(Schema):
    """A trial with what was measured; support paid in đồng."""

    supplier: str
    state: TrialState
    starts_on: date
    ends_on: date
    decision: str
    verdicts: list[VerdictOut]
    support: int


class OrderOut(Schema):
    """What was ordered after a trial; đồng."""

    number: str
    title: str
    supplier: str
    amount: int
    signed_on: date


class StepOut(Schema):
    """One thing that happened, and over which firm."""

    at: datetime
    what: str
    supplier: str


class ProblemOut(Schema):
    """A problem with its course, as far as the caller may read it."""

    problem: ProblemRow
    outcome: str
    data: str
    market: str
    why: str
    criteria: list[CriterionOut]
    metrics: list[MetricOut]
    answers: list[AnswerOut]
    trials: list[TrialOut]
    order: OrderOut | None
    course: list[StepOut]


@router.get(
    "/problems",
    response={200: ProblemPage, **NO},
    auth=READING,
    operation_id="list_problems",
)
def list_problems(request: HttpRequest, asked: Query[Asked]) -> ProblemPage:
    """List problems put out for trials, the newest first."""
    found, count = queries.find_problems(
        _who(request), asked.state or "", asked.q, asked.page, asked.limit
    )
    return ProblemPage(problems=[_row(problem) for problem in found], count=count)


@router.get(
    "/problems/{code}",
    response={200: ProblemOut, **NO},
    auth=READING,
    operation_id="read_problem",
)
def read_problem(request: HttpRequest, code: str) -> ProblemOut:
    """Read a problem: what must get better, who answered, what trials showed, the order."""
    rows = queries.counted(Problem.objects.visible_to(_who(request)))
    problem = get_object_or_404(rows, code=code)
    return ProblemOut(
        problem=_row(problem), outcome=problem.outcome, data=problem.data,
        market=problem.market, why=problem.why,
        criteria=[CriterionOut(name=c.name, weight=c.weight) for c in queries.criteria_of(problem)],
        metrics=[MetricOut(name=m.name, unit=m.unit, baseline=m.baseline, target=m.target, source=m.source) for m in queries.metrics_of(problem)],
        answers=[_answer(a) for a in queries.answers_to(problem, _who(request))],
        trials=[_trial(t) for t in queries.trials_of(problem)], order=_order(problem),
        course=[StepOut(at=at, what=what, supplier=firm) for at, what, firm in queries.course_lines(problem)],
    )  # fmt: skip


def _who(request: HttpRequest) -> Person | AnonymousUser:
    return request.user if isinstance(request.user, Person) else AnonymousUser()


def _row(problem: Any) -> ProblemRow:
    return ProblemRow(
        code=problem.code, title=problem.title, agency=problem.agency.name,
        need=problem.need, state=problem.state, budget=problem.budget,
        opened_at=problem.opened_at, closes_at=problem.closes_at,
        ended_at=problem.ended_at, answers=problem.many,
    )  # fmt: skip


def _answer(told: queries.AnswerView) -> AnswerOut:
    seen = told.readable
    return AnswerOut(
        supplier=told.supplier, standing=told.standing, offer=told.offer,
        points=told.total, solution=told.solution if seen else None,
        price=told.price if seen else None, trial_days=told.trial_days if seen else None,
    )  # fmt: skip


def _trial(told: queries.TrialView) -> TrialOut:
    return TrialOut(
        supplier=told.supplier, state=told.state, starts_on=told.trial.starts_on,
        ends_on=told.trial.ends_on, decision=told.trial.decision, support=told.trial.support,
        verdicts=[
            VerdictOut(metric=v.metric.name, mean=v.mean, readings=v.readings, cases=v.cases, met=v.met)
            for v in told.verdicts
        ],
    )  # fmt: skip


def _order(problem: Problem) -> OrderOut | None:
    made = queries.order_of(problem)
    if made is None:
        return None
    return OrderOut(
        number=made.number, title=made.title, amount=made.amount, signed_on=made.signed_on,
        supplier=made.trial.answer.supplier.name,
    )  # fmt: skip
