"""What the actions of this package share; none of it is an action itself."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from khuevan.dtmarket.models import Answer, Problem, Trial
from khuevan.dtmarket.rules.problems import Score, State, after
from khuevan.dtmarket.rules.trials import Reading, TrialState
from khuevan.platform.errors import N_, RuleBroken


def require(allowed: bool) -> None:
    """Refuse somebody who may not."""
    if not allowed:
        raise PermissionDenied


def locked(problem: Problem) -> Problem:
    """Return the problem again, locked until the action ends."""
    rows = Problem.objects.select_for_update(of=("self",)).select_related("agency")
    return rows.get(pk=problem.pk)


def locked_trial(trial: Trial) -> tuple[Problem, Trial]:
    """Return a trial again with its problem locked."""
    problem = locked(trial.answer.problem)
    found = Trial.objects.select_related("answer__supplier").get(pk=trial.pk)
    found.answer.problem = problem
    return problem, found


def require_state(problem: Problem, *states: State) -> None:
    """Refuse what comes too early or too late."""
    if problem.state not in states:
        raise RuleBroken(
            N_(
                "This cannot be done with the problem as it stands now; reload its page."
            )
        )


def require_trial(trial: Trial, *states: TrialState) -> None:
    """Refuse what comes too early or too late for a trial."""
    if trial.state not in states:
        raise RuleBroken(
            N_("This cannot be done with the trial as it stands now; reload its page.")
        )


def move(problem: Problem, to: State, *more: str) -> None:
    """Move a locked problem on and keep it."""
    problem.state = after(State(problem.state), to)
    problem.save(update_fields=["state", *more])


def refuse_short(text: str, field: str, least: int = 10) -> str:
    """Return what was said, without blanks around it; refuse what says nothing."""
    if len(text.strip()) < least:
        raise RuleBroken(
            N_("Say in at least %(least)s characters why."), field=field, least=least
        )
    return text.strip()


def scores_of(answer: Answer) -> list[Score]:
    """Return what an answer was given."""
    return [
        Score(r.scorer_id, r.criterion, r.points, r.why) for r in answer.scores.all()
    ]


def readings_of(trial: Trial) -> list[Reading]:
    """Return the readings that count."""
    return [
        Reading(r.metric, r.on, r.value, r.cases)
        for r in trial.readings.filter(counts=True)
    ]
