"""Keeping the papers of a problem's course, so that it can be audited."""

from __future__ import annotations

from khuevan.directory.public import Person
from khuevan.dtmarket.access import may_work_on
from khuevan.dtmarket.facts import record_in
from khuevan.dtmarket.models import Paper, Problem, Trial
from khuevan.dtmarket.rules.trials import Step
from khuevan.platform import files
from khuevan.platform.errors import N_, RuleBroken

from .common import locked, noting_misuse, refuse_tied, require


TRIED = frozenset({Step.DECISION, Step.READINGS, Step.AUDIT})
"""Papers of a trial, not of the problem."""


@noting_misuse
def keep_paper(
    *, problem: Problem, step: Step, title: str, content: bytes, name: str,
    trial: Trial | None = None, public: bool = False, by: Person | None,
) -> Paper:  # fmt: skip
    """Keep a paper: the decision, the file readings come from, the audit, the order.

    People of the body who have no part in the firm keep it; nothing kept is changed.
    RuleBroken for a paper of a trial without one, InputRefused for a file that is none.
    """
    problem = locked(problem)
    require(may_work_on(by, problem))
    if (step in TRIED) is not (trial is not None):
        raise RuleBroken(N_("Say of which trial it is the paper, or choose another kind."), field="trial")  # fmt: skip
    if trial is not None:
        if trial.answer.problem_id != problem.pk:
            raise RuleBroken(N_("This trial is of another problem."), field="trial")
        refuse_tied(by, trial.answer.supplier)
    kept = files.keep(content, name)
    paper = Paper.objects.create(
        problem=problem, trial=trial, step=step, title=title.strip() or kept.name[:150],
        file=kept, public=public, kept_by=by,
    )  # fmt: skip
    record_in(problem, "paper_kept", by=by, step=str(step), sha256=kept.sha256)
    return paper
