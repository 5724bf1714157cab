"""What the actions of this package share; none of it is an action itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import wraps
from typing import ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied

from khuevan.directory.public import Appointment, Organisation, Person, in_force
from khuevan.dtmarket.access import may_answer
from khuevan.dtmarket.dated import clock_on
from khuevan.dtmarket.models import SUPPLYING, WORKING, Answer, Problem, Trial
from khuevan.dtmarket.rules.problems import Score, State, after
from khuevan.dtmarket.rules.trials import Reading, Step, TrialState
from khuevan.journal.public import misuse_noted
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken


Asked = ParamSpec("Asked")
Done = TypeVar("Done")


def require(allowed: bool) -> None:
    """Refuse somebody who may not."""
    if not allowed:
        raise PermissionDenied


def noting_misuse(action: Callable[Asked, Done]) -> Callable[Asked, Done]:
    """Run an action over a problem in one transaction; refused as misuse, it leaves a fact."""

    @wraps(action)
    def noted(*args: Asked.args, **told: Asked.kwargs) -> Done:
        problem, by = _problem_of(told), told["by"]
        assert by is None or isinstance(by, Person)
        with misuse_noted("dtmarket.misuse_refused", subject=problem.ref, by=by, code=problem.code):  # fmt: skip
            return action(*args, **told)

    return noted


def _problem_of(told: Mapping[str, object]) -> Problem:
    found = told.get("problem")
    if found is None:
        answer = getattr(told.get("trial"), "answer", None) or told["answer"]
        found = getattr(answer, "problem", None)
    assert isinstance(found, Problem)
    return found


def refuse_tied(by: Person | None, *suppliers: Organisation) -> None:
    """Refuse somebody of the body who holds a post at a firm it is about.

    Who judges, measures, decides and pays has no part in who is judged and paid.
    """
    for supplier in suppliers:
        if by is not None and may_answer(by, supplier):
            raise RuleBroken(
                N_("You hold a post at %(firm)s, which this is about: somebody else of your body does it."),
                firm=supplier.name, misuse="self_dealing",
            )  # fmt: skip


def refuse_related(agency: Organisation, supplier: Organisation) -> None:
    """Refuse a supplier that is of the body itself, or for which people of the body act."""
    if supplier.pk in (agency.pk, agency.parent_id) or supplier.parent_id == agency.pk:
        raise RuleBroken(
            N_("The body that has the problem does not answer it, nor does what belongs to it."),
            field="supplier", misuse="self_dealing",
        )  # fmt: skip
    posts = Appointment.objects.filter(in_force())
    insiders = posts.filter(organisation=agency, role__in=WORKING).values("person")
    if posts.filter(organisation=supplier, role__in=SUPPLYING, person__in=insiders).exists():  # fmt: skip
        raise RuleBroken(
            N_("Somebody works for both the body and this supplier: it cannot answer."),
            field="supplier", misuse="self_dealing",
        )  # fmt: skip


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


def move(problem: Problem, to: State, *more: str, ends_on: date | None = None) -> None:
    """Move a locked problem on and start the clock of who has it then.

    `ends_on` is the last day of its trial, after which the clock runs.
    """
    problem.state = after(State(problem.state), to)
    problem.due_on, problem.late_at = due_in(to, ends_on or clock.today()), None
    problem.save(update_fields=["state", "due_on", "late_at", *more])


def due_in(state: State, start: date) -> date | None:
    """Return by when whoever has a problem in a state acts, from a day on."""
    days = clock_on(state, start)
    return start + timedelta(days=days) if days is not None else None


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


def refuse_without_paper(trial: Trial, step: Step) -> None:
    """Refuse what rests on a paper that nobody kept."""
    if not trial.papers.filter(step=step).exists():
        raise RuleBroken(_WITHOUT[step], field="file")


_WITHOUT = {
    Step.READINGS: N_("Keep the file first that the readings come from: a success rests on it."),
    Step.AUDIT: N_("Keep the auditor's report first: support rests on it."),
}  # fmt: skip
