"""What the codes of steering are called on screen."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .rules import (
    Basis,
    Grade,
    Group,
    Level,
    Proof,
    Risk,
    SourceKind,
    State,
    Status,
    Visibility,
)


STATUSES = {
    Status.DONE_ON_TIME: _("Done on time"),
    Status.DONE_LATE: _("Done late"),
    Status.IN_TIME: _("In time"),
    Status.AT_RISK: _("At risk"),
    Status.OVERDUE: _("Overdue"),
    Status.NO_DEADLINE: _("No deadline"),
    Status.SUSPENDED: _("Suspended"),
    Status.CANCELLED: _("Cancelled"),
}
COLOURS = {
    Status.DONE_ON_TIME: "done",
    Status.DONE_LATE: "done-late",
    Status.IN_TIME: "running",
    Status.AT_RISK: "risk",
    Status.OVERDUE: "late",
    Status.NO_DEADLINE: "none",
    Status.SUSPENDED: "none",
    Status.CANCELLED: "none",
}
"""The class of the tag; shape and word say it too, never colour alone."""
SETS = {
    "done": _("Done"),
    "open": _("Still running"),
    "verified": _("Done and verified"),
    "reported_only": _("Done by report only"),
    "claimed": _("Claimed, waiting for verification"),
}
LEVELS = {Level.CENTRAL: _("Given by the Centre"), Level.CITY: _("Given by the city")}
GROUPS = {
    Group.AWARENESS: _("1. Awareness and leadership"),
    Group.INSTITUTIONS: _("2. Institutions and policies"),
    Group.INFRASTRUCTURE: _("3. Infrastructure and data"),
    Group.PEOPLE: _("4. People and talent"),
    Group.GOVERNMENT: _("5. Digital government and administration"),
    Group.ENTERPRISES: _("6. Science and innovation in enterprises"),
    Group.COOPERATION: _("7. International cooperation"),
}
SOURCE_KINDS = {
    SourceKind.RESOLUTION: _("Resolution"),
    SourceKind.PLAN: _("Plan"),
    SourceKind.PROGRAMME: _("Programme"),
    SourceKind.NOTICE: _("Notice"),
    SourceKind.CONCLUSION: _("Conclusion of a meeting"),
}
PROOFS = {
    Proof.DOCUMENT: _("A signed document"),
    Proof.INDICATOR: _("An indicator that holds its target"),
    Proof.COUNT: _("A count of records"),
    Proof.PHOTO: _("A photo with place and time"),
    Proof.REPORT: _("A report"),
}
STATES = {
    State.OPEN: _("Running"),
    State.CLAIMED: _("Claimed done, not verified"),
    State.ACCEPTED: _("Accepted"),
    State.SUSPENDED: _("Suspended"),
    State.CANCELLED: _("Cancelled"),
}
BASES = {
    Basis.VERIFIED: _("verified by a second unit"),
    Basis.INDICATOR: _("shown by the indicator"),
    Basis.REPORT: _("by report only, nobody verified it"),
}
VISIBILITIES = {
    Visibility.PUBLIC: _("Everybody: a public commitment"),
    Visibility.INTERNAL: _("The units that take part, and the committee"),
    Visibility.RESTRICTED: _("Few: the leading unit and the committee"),
}
RISKS = {
    Risk.SOON: _("due soon"),
    Risk.SILENT: _("no report for a long time"),
    Risk.BEHIND: _("behind its trajectory"),
    Risk.WAITING: _("waiting for another agency"),
}
GRADES = {
    Grade.EXCELLENT: _("Excellent"),
    Grade.GOOD: _("Good"),
    Grade.COMPLETED: _("Completed"),
    Grade.NOT_COMPLETED: _("Not completed"),
    Grade.NOTHING_DUE: _("Nothing due"),
}
