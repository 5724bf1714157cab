"""What DTMarket calls things on screen."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_lazy as _

from .rules.problems import Standing, State
from .rules.trials import Step, TrialState


STATES = {
    State.OPEN: _("Answers are taken"),
    State.SCORING: _("Answers are being scored"),
    State.SHORTLISTED: _("Short list made"),
    State.TRIAL: _("On trial"),
    State.PROVEN: _("Shown to work"),
    State.ORDERED: _("Ordered"),
    State.ENDED: _("Ended without an order"),
}
COLOURS = {
    State.OPEN: "claimed", State.SCORING: "claimed", State.SHORTLISTED: "claimed",
    State.TRIAL: "risk", State.PROVEN: "done", State.ORDERED: "done", State.ENDED: "",
}  # fmt: skip
STANDINGS = {
    Standing.SENT: _("Sent"),
    Standing.WITHDRAWN: _("Taken back"),
    Standing.SHORTLISTED: _("On the short list"),
    Standing.PASSED_OVER: _("Not on the short list"),
}
TRIAL_STATES = {
    TrialState.RUNNING: _("Running"),
    TrialState.SUCCEEDED: _("Succeeded"),
    TrialState.FAILED: _("Targets not reached"),
    TrialState.STOPPED: _("Stopped"),
}
TRIAL_COLOURS = {
    TrialState.RUNNING: "risk", TrialState.SUCCEEDED: "done",
    TrialState.FAILED: "overdue", TrialState.STOPPED: "",
}  # fmt: skip
STEPS = {
    Step.DECISION: _("Decision on the trial"),
    Step.READINGS: _("File the readings come from"),
    Step.AUDIT: _("Audit report"),
    Step.ORDER: _("The order as signed"),
    Step.OTHER: _("Another paper"),
}
NEXT = {
    State.OPEN: _("Suppliers answer until the time given"),
    State.SCORING: _("The body scores every answer by the criteria"),
    State.SHORTLISTED: _("The head decides on a trial"),
    State.TRIAL: _("The body measures; the head ends the trial"),
    State.PROVEN: _("The head decides on an order"),
    State.ORDERED: _("Nothing is open here any more"),
    State.ENDED: _("Nothing is open here any more"),
}
"""Who has it next."""


COURSE = {
    "problem_put_out": _("The problem was put out"),
    "shortlist_made": _("The short list was made"),
    "trial_began": _("A trial began"),
    "trial_succeeded": _("The trial succeeded"),
    "trial_failed": _("The trial did not reach its targets"),
    "trial_stopped": _("The trial was stopped"),
    "trial_supported": _("Support for the trial was paid"),
    "solution_ordered": _("The solution was ordered"),
    "problem_ended": _("It ended without an order"),
}
"""What happened, for everybody."""


def place(where: str) -> str:
    """Return where in an input a fault is: a line of a file, or a figure by its name."""
    if where == "metrics":
        return gettext("Figures")
    number = where.removeprefix("line ")
    return gettext("Line %(number)s") % {"number": number} if number != where else where
