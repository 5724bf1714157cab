"""What the codes of feedback are called on screen."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _, pgettext_lazy

from .rules.petitions import (
    Category,
    Cause,
    Channel,
    Kind,
    Move,
    Refusal,
    Severity,
    State,
)


KINDS = {
    Kind.REFLECTION: _("Reflection: I report a problem"),
    Kind.PROPOSAL: _("Proposal: I report a problem and say what to do"),
}
CATEGORIES = {
    Category.RULE: _("A rule or procedure"),
    Category.CONDUCT: _("How officials behave or handle a dossier"),
    Category.SYSTEM: _("The online system"),
    Category.FIELD: _("Something in the street or neighbourhood"),
}
SEVERITIES = {
    Severity.URGENT: pgettext_lazy("petition", "Urgent"),
    Severity.NORMAL: pgettext_lazy("petition", "Normal"),
    Severity.COMPLEX: pgettext_lazy("petition", "Complex"),
}
CHANNELS = {
    Channel.WEB: _("This website"),
    Channel.COUNTER: _("At the counter"),
    Channel.PHONE: _("By telephone"),
    Channel.PAPER: _("On paper"),
    Channel.IHANOI: "iHanoi",
    Channel.DVCQG: _("National portal"),
}
STATES = {
    State.RECEIVED: pgettext_lazy("petition", "Received"),
    State.HANDLING: pgettext_lazy("petition", "Being handled"),
    State.MORE_ASKED: _("Waiting for the sender"),
    State.ANSWERED: pgettext_lazy("petition", "Answered"),
    State.PUBLISHED: _("Answered and published"),
    State.REFUSED: pgettext_lazy("petition", "Turned away"),
    State.FORWARDED: _("Passed to another system"),
    State.MERGED: _("Joined to another petition"),
}
COLOURS = {
    State.RECEIVED: "running",
    State.HANDLING: "running",
    State.MORE_ASKED: "risk",
    State.ANSWERED: "done",
    State.PUBLISHED: "done",
    State.REFUSED: "none",
    State.FORWARDED: "none",
    State.MERGED: "none",
}
MOVES = {
    Move.ACCEPT: _("Accept"),
    Move.REFUSE: _("Turn away"),
    Move.FORWARD: _("Pass on"),
    Move.ASK: _("Ask for more"),
    Move.REPLY: _("More from the sender"),
    Move.ANSWER: pgettext_lazy("petition", "Answer"),
    Move.PUBLISH: _("Publish after a second look"),
    Move.MERGE: _("Join to another"),
    Move.REOPEN: _("Opened again by the sender"),
}
REFUSALS = {
    Refusal.COMPLAINT: _("It is a complaint against a decision (khiếu nại)"),
    Refusal.DENUNCIATION: _("It is a denunciation of a person (tố cáo)"),
    Refusal.COURT: _("A court decides it"),
    Refusal.UNCLEAR: _("It cannot be understood, and nobody answers our questions"),
    Refusal.SETTLED: _("It was answered before and brings nothing new"),
}
CAUSES = {
    Cause.RULE: _("The rule itself"),
    Cause.PROCESS: _("How the work is organised"),
    Cause.PERSON: _("Somebody's conduct"),
    Cause.SYSTEM: _("The online system"),
    Cause.DATA: _("Wrong or missing data"),
    Cause.RESOURCES: _("Too few people or means"),
    Cause.NONE: _("No fault was found"),
}
LIMITS = {
    "accept": _("Accept"),
    "triage": _("Turn away or pass on"),
    "forward": _("Pass on, by law at the latest"),
    "ask_more": _("Ask for more"),
    "urgent": _("Handle, as urgent"),
    "settle": pgettext_lazy("petition", "Answer"),
    "publish": _("Publish"),
}
