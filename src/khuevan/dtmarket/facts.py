"""The facts DTMarket leaves in the journal: codes, references and figures."""

from __future__ import annotations

from typing import Any

from khuevan.directory.public import Person
from khuevan.journal.public import record
from khuevan.platform.errors import N_

from .models import Answer, Problem


def record_in(problem: Problem, kind: str, *, by: Person | None, **figures: Any) -> int:
    """Write one fact about a problem."""
    return record(
        f"dtmarket.{kind}", subject=problem.ref, by=by, code=problem.code,
        state=str(problem.state), **figures,
    )  # fmt: skip


def record_of(answer: Answer, kind: str, *, by: Person | None) -> int:
    """Write one fact about an answer: until answers are opened it is its supplier's alone."""
    return record(f"dtmarket.{kind}", subject=answer.ref, by=by, code=answer.problem.code)  # fmt: skip


WORDS: dict[str, str] = {
    "dtmarket.problem_put_out": N_("Problem %(code)s was put out"),
    "dtmarket.answer_sent": N_("A supplier answered %(code)s"),
    "dtmarket.answer_changed": N_("A supplier changed its answer to %(code)s"),
    "dtmarket.answer_withdrawn": N_("A supplier took its answer to %(code)s back"),
    "dtmarket.misuse_refused": N_(
        "Over %(code)s something was refused by the rule %(rule)s"
    ),
    "dtmarket.scoring_began": N_("Answering %(code)s is over: %(count)s answers"),
    "dtmarket.answer_scored": N_("An answer to %(code)s was scored"),
    "dtmarket.shortlist_made": N_(
        "%(count)s answers to %(code)s came on the short list"
    ),
    "dtmarket.trial_began": N_("A trial for %(code)s began"),
    "dtmarket.paper_kept": N_("A paper of %(code)s was kept"),
    "dtmarket.readings_kept": N_(
        "%(count)s readings of a trial for %(code)s were kept"
    ),
    "dtmarket.trial_succeeded": N_("A trial for %(code)s succeeded"),
    "dtmarket.trial_failed": N_("A trial for %(code)s did not reach its targets"),
    "dtmarket.trial_stopped": N_("A trial for %(code)s was stopped"),
    "dtmarket.trial_audited": N_("The cost of a trial for %(code)s was audited"),
    "dtmarket.trial_supported": N_(
        "Support for a trial for %(code)s was paid: %(amount)s ₫"
    ),
    "dtmarket.false_report_found": N_(
        "A report on a trial for %(code)s was false: support is owed back"
    ),
    "dtmarket.support_repaid": N_("The support for a trial for %(code)s was paid back"),
    "dtmarket.solution_ordered": N_("A solution for %(code)s was ordered"),
    "dtmarket.problem_fell_late": N_("Problem %(code)s waits longer than it may"),
    "dtmarket.repayment_fell_late": N_(
        "Support for %(code)s was not paid back in time"
    ),
    "dtmarket.problem_ended": N_("Problem %(code)s ended without an order"),
}
"""What each kind of fact says on a timeline."""
