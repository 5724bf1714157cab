"""From answers to the short list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from khuevan.directory.public import Person
from khuevan.dtmarket.access import may_decide, may_score, may_work_on
from khuevan.dtmarket.dated import custom_on
from khuevan.dtmarket.facts import record_in
from khuevan.dtmarket.models import Answer, Problem, ScoreRow
from khuevan.dtmarket.queries import criteria_of
from khuevan.dtmarket.rules.problems import (
    Standing,
    State,
    check_points,
    check_shortlist,
    scorers_of,
    total,
)
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken

from .common import (
    locked,
    move,
    noting_misuse,
    refuse_short,
    refuse_tied,
    require,
    require_state,
    scores_of,
)


@transaction.atomic
def begin_scoring(*, problem: Problem, by: Person | None) -> Problem:
    """Open the answers once answering is over; without any the problem ends."""
    problem = locked(problem)
    require(may_work_on(by, problem))
    require_state(problem, State.OPEN)
    if clock.now() < problem.closes_at:
        raise RuleBroken(N_("Answers are still taken; nobody reads them before."))
    count = problem.answers.filter(standing=Standing.SENT).count()
    if count:
        move(problem, State.SCORING)
        record_in(problem, "scoring_began", by=by, count=count)
    else:
        problem.why, problem.ended_at = (
            "Không có nhà cung cấp nào trả lời.",
            clock.now(),
        )
        move(problem, State.ENDED, "why", "ended_at")
        record_in(problem, "problem_ended", by=by)
    return problem


@transaction.atomic
def score(
    *, answer: Answer, given: Mapping[str, tuple[int, str]], by: Person
) -> Answer:
    """Give an answer points from 0 to 100 and the reason for every criterion; again replaces one's own.

    PermissionDenied for whoever has a part in the supplier; RuleBroken for a criterion
    left out or unknown.
    """
    problem = locked(answer.problem)
    found = Answer.objects.select_related("supplier", "problem").get(pk=answer.pk)
    require(may_score(by, found))
    require_state(problem, State.SCORING)
    if found.standing != Standing.SENT:
        raise RuleBroken(N_("This answer was taken back."))
    if set(given) != {criterion.name for criterion in criteria_of(problem)}:
        raise RuleBroken(N_("Score every criterion."))
    for points, why in given.values():
        check_points(points, why)
    for name, (points, why) in given.items():
        ScoreRow.objects.update_or_create(
            answer=found, scorer=by, criterion=name,
            defaults={"points": points, "why": why.strip(), "given_at": clock.now()},
        )  # fmt: skip
    record_in(problem, "answer_scored", by=by, answer=str(found.pk))
    return found


@noting_misuse
def make_shortlist(*, problem: Problem, chosen: Sequence[Answer], why: str, by: Person | None) -> Problem:  # fmt: skip
    """Put answers on the short list, by their scores; the others are passed over."""
    problem = locked(problem)
    require(may_decide(by, problem))
    require_state(problem, State.SCORING)
    criteria, least = criteria_of(problem), custom_on(clock.today()).scorers
    answers = list(
        problem.answers.filter(standing=Standing.SENT)
        .select_related("supplier")
        .prefetch_related("scores")
    )
    refuse_tied(by, *(each.supplier for each in answers))
    totals = {
        each.pk: total(criteria, scores_of(each)) if scorers_of(criteria, scores_of(each)) >= least else None
        for each in answers
    }  # fmt: skip
    check_shortlist(totals, [each.pk for each in chosen], why)
    keys = {each.pk for each in chosen}
    for each in answers:
        each.standing = (
            Standing.SHORTLISTED if each.pk in keys else Standing.PASSED_OVER
        )
        each.save(update_fields=["standing"])
    problem.why = refuse_short(why, "why")
    problem.shortlisted_at = clock.now()
    move(problem, State.SHORTLISTED, "why", "shortlisted_at")
    record_in(problem, "shortlist_made", by=by, count=len(keys))
    return problem
