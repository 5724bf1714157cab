"""How kinds, levels, relations and statuses are called on screen."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .rules import Kind, Level, Relation, Severity, Status


KINDS = {
    Kind.CODE: _("Code of law"),
    Kind.LAW: _("Law"),
    Kind.RESOLUTION: _("Resolution"),
    Kind.DECREE: _("Decree"),
    Kind.DECISION: _("Decision"),
    Kind.CIRCULAR: _("Circular"),
    Kind.REGULATION: _("Regulation"),
    Kind.WORKING_RULES: _("Working rules"),
    Kind.PLAN: _("Plan"),
    Kind.NOTICE: _("Notice"),
    Kind.LETTER: _("Official letter"),
}
LEVELS = {
    Level.PARTY: _("The Party"),
    Level.NATIONAL: _("National"),
    Level.MINISTRY: _("Ministry"),
    Level.CITY: _("City"),
}
RELATIONS = {
    Relation.AMENDS: _("amends"),
    Relation.REPLACES: _("replaces"),
    Relation.REPEALS: _("repeals"),
    Relation.GUIDES: _("guides"),
}
RELATIONS_REVERSED = {
    Relation.AMENDS: _("is amended by"),
    Relation.REPLACES: _("is replaced by"),
    Relation.REPEALS: _("is repealed by"),
    Relation.GUIDES: _("is guided by"),
}
STATUSES = {
    Status.NOT_YET_IN_FORCE: _("not yet in force"),
    Status.IN_FORCE: _("in force"),
    Status.PARTLY_REPEALED: _("partly repealed"),
    Status.REPEALED: _("repealed"),
    Status.EXPIRED: _("expired"),
}
COLOURS = {
    Status.NOT_YET_IN_FORCE: "none",
    Status.IN_FORCE: "done",
    Status.PARTLY_REPEALED: "risk",
    Status.REPEALED: "late",
    Status.EXPIRED: "late",
}
"""The tags of the interface: each has a colour and a shape."""
SEVERITIES = {
    Severity.MISSING: _("not in the register"),
    Severity.DEAD: _("no longer in force"),
    Severity.NOT_YET_IN_FORCE: _("not yet in force"),
    Severity.EXPIRING: _("about to end"),
}
