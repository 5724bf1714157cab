"""Putting a problem out, answering it, taking an answer back, ending without an order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from khuevan.directory.public import Organisation, Person
from khuevan.dtmarket.access import may_answer, may_decide, may_put_out
from khuevan.dtmarket.dated import custom_on, limits_on
from khuevan.dtmarket.facts import record_in, record_of
from khuevan.dtmarket.models import Answer, CriterionRow, MetricRow, Problem
from khuevan.dtmarket.rules.problems import (
    SHORTEST,
    Criterion,
    Standing,
    State,
    check_criteria,
)
from khuevan.dtmarket.rules.trials import Metric, check_metrics, longest
from khuevan.exchange.public import (
    Kind,
    MemberKind,
    State as Listed,
    lister_of,
    listing_for,
)
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .common import (
    due_in,
    locked,
    move,
    noting_misuse,
    refuse_related,
    refuse_short,
    require,
    require_state,
)


@transaction.atomic
def put_out(
    *, need: str, market: str, budget: int, closes_at: datetime,
    criteria: Sequence[Criterion], metrics: Sequence[Metric], by: Person | None,
) -> Problem:  # fmt: skip
    """Put a published need of a body out for solutions to be tried; `budget` in đồng.

    `market` says why nothing on sale solves it: Decree 224/2026, Article 39 is for what
    is not on the market or has no precedent. RuleBroken for a need that is not one, that
    allows no trial, or that gives suppliers too little time.
    """
    shown = listing_for(by, need)
    if (
        shown is None
        or shown.kind is not Kind.NEED
        or shown.state is not Listed.PUBLISHED
    ):
        raise RuleBroken(
            N_("“%(code)s” is no published need on the exchange."),
            field="need",
            code=need,
        )
    lister = lister_of(shown.id)
    agency = lister.organisation
    if agency is None or lister.kind is not MemberKind.AGENCY:
        raise RuleBroken(
            N_("Public bodies put problems out here: what follows is paid with public money. A firm finds solutions in the catalogue."),
            field="need",
        )  # fmt: skip
    if not may_put_out(by, agency):
        raise RuleBroken(
            N_("“%(code)s” is another body's need: put out one of your own."),
            field="need",
            code=need,
        )
    if not shown.get("trial_possible"):
        raise RuleBroken(N_("The need says that no trial is possible."), field="need")
    refuse_short(market, "market", SHORTEST)
    least = custom_on(clock.today()).answer_days
    if closes_at < clock.now() + timedelta(days=least):
        raise RuleBroken(
            N_("Suppliers have at least %(days)s days to answer."),
            field="closes_at",
            days=least,
        )
    if budget <= 0:
        raise RuleBroken(N_("A budget is above nought."), field="budget")
    check_criteria(criteria)
    check_metrics(metrics)
    if (
        Problem.objects.filter(need=need)
        .exclude(state__in=(State.ENDED, State.ORDERED))
        .exists()
    ):
        raise RuleBroken(N_("This need is out already."), field="need")
    made = Problem.objects.create(
        code=_next_code(), need=need, title=shown.get("title_vi"),
        outcome=shown.get("outcome") or shown.get("summary_vi") or "",
        data=shown.get("data_available") or "", market=market.strip(), agency=agency,
        budget=budget, closes_at=closes_at, opened_by=by,
        due_on=due_in(State.OPEN, clock.local_day(closes_at)),
    )  # fmt: skip
    CriterionRow.objects.bulk_create(
        CriterionRow(problem=made, place=n, name=c.name.strip(), weight=c.weight)
        for n, c in enumerate(criteria)
    )
    MetricRow.objects.bulk_create(
        MetricRow(
            problem=made, place=n, name=m.name.strip(), unit=m.unit.strip(),
            baseline=m.baseline, target=m.target, source=m.source.strip(),
        )
        for n, m in enumerate(metrics)
    )  # fmt: skip
    record_in(made, "problem_put_out", by=by, need=need, budget=budget)
    return made


@noting_misuse
def answer(
    *, problem: Problem, supplier: Organisation, solution: str, price: int,
    trial_days: int, offer: str = "", by: Person | None,
) -> Answer:  # fmt: skip
    """Answer a problem, or change one's answer, until answering is over; `price` in đồng.

    RuleBroken for the body itself, for a price beyond the budget and for an offer that is
    not the supplier's.
    """
    problem = locked(problem)
    require(may_answer(by, supplier))
    require_state(problem, State.OPEN)
    if clock.now() >= problem.closes_at:
        raise RuleBroken(N_("Answering is over."))
    refuse_related(problem.agency, supplier)
    if len(solution.strip()) < SHORTEST:
        raise RuleBroken(
            N_("Say in at least %(least)s characters how you solve it."),
            field="solution",
            least=SHORTEST,
        )
    if not 0 <= price <= problem.budget:
        raise RuleBroken(
            N_("The price lies between nought and the budget."), field="price"
        )
    most = longest(clock.today(), limits_on(clock.today()))
    if not 1 <= trial_days <= most:
        raise RuleBroken(
            N_("A trial lasts a day at least and %(most)s days at most."),
            field="trial_days",
            most=most,
        )
    if offer:
        _check_offer(offer, supplier, by)
    told = {"solution": solution.strip(), "price": price, "trial_days": trial_days, "offer": offer,
            "standing": Standing.SENT, "sent_at": clock.now(), "sent_by": by}  # fmt: skip
    made, is_new = Answer.objects.update_or_create(
        problem=problem, supplier=supplier, defaults=told
    )
    record_of(made, "answer_sent" if is_new else "answer_changed", by=by)
    return made


@transaction.atomic
def withdraw_answer(*, answer: Answer, by: Person | None) -> Answer:
    """Take an answer back while answers are taken."""
    problem = locked(answer.problem)
    require(may_answer(by, answer.supplier))
    require_state(problem, State.OPEN)
    found = Answer.objects.get(pk=answer.pk)
    if found.standing != Standing.SENT:
        raise RuleBroken(N_("This answer was taken back already."))
    found.standing = Standing.WITHDRAWN
    found.save(update_fields=["standing"])
    record_of(found, "answer_withdrawn", by=by)
    return found


@transaction.atomic
def end_problem(*, problem: Problem, why: str, by: Person | None) -> Problem:
    """End a problem without an order, with the reason everybody reads."""
    problem = locked(problem)
    require(may_decide(by, problem))
    problem.why = refuse_short(why, "why")
    problem.ended_at = clock.now()
    move(problem, State.ENDED, "why", "ended_at")
    record_in(problem, "problem_ended", by=by)
    return problem


def _check_offer(code: str, supplier: Organisation, by: Person | None) -> None:
    shown = listing_for(by, code)
    if (
        shown is None
        or shown.kind is Kind.NEED
        or lister_of(shown.id).organisation != supplier
    ):
        raise RuleBroken(
            N_("“%(code)s” is no offer of yours on the exchange."),
            field="offer",
            code=code,
        )


def _next_code() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('dtmarket_number')")
        [number] = cursor.fetchone()
    return f"DT-{clock.today().year}-{number:04}"
