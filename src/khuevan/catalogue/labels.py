"""Words for what the catalogue keeps as codes."""

from __future__ import annotations

from django.utils.translation import (
    gettext,
    gettext_lazy as _,
    ngettext,
    pgettext_lazy,
)

from .rules.definition import (
    Channel,
    FeeKind,
    Initiative,
    Level,
    Limit,
    PartialReason,
    Subject,
    Supply,
    Tier,
)
from .rules.states import FaultState, Origin, VersionState


TIERS = {
    Tier.CITY: _("City"),
    Tier.COMMUNE: _("Ward or commune"),
    Tier.MINISTRY: _("Ministry"),
}
LEVELS = {Level.FULL: _("Fully online"), Level.PART: _("Partly online")}
INITIATIVES = {
    Initiative.REMIND: _("Level 1: the system reminds"),
    Initiative.PREPARE: _("Level 2: it also prepares the dossier"),
    Initiative.RECOMMEND: _("Level 3: it also recommends among services"),
    Initiative.EXECUTE: _("Level 4: it also settles without a dossier"),
}
LEVEL_COLOURS = {Level.FULL: "done", Level.PART: "risk"}
CHANNELS = {
    Channel.COUNTER: _("At a counter"),
    Channel.POST: _("By post"),
    Channel.ASSISTED: _("Online, with a helper"),
    Channel.PORTAL: _("Online, National Public Service Portal"),
    Channel.VNEID: _("VNeID app"),
}
SUBJECTS = {
    Subject.CITIZEN: _("Citizens"),
    Subject.HOUSEHOLD_BUSINESS: _("Household businesses"),
    Subject.ENTERPRISE: _("Enterprises"),
    Subject.ORGANISATION: _("Organisations"),
    Subject.FOREIGNER: _("Foreigners"),
}
NOT_ASKED = _("Not asked for")
SUPPLIES = {
    Supply.SUBMIT: _("Hand in"),
    Supply.SHOW: _("Only show"),
    Supply.DATA: NOT_ASKED,
    Supply.STORE: NOT_ASKED,
    Supply.GENERATED: NOT_ASKED,
    Supply.WAIVED: NOT_ASKED,
}
WHY_NOT_ASKED = {
    Supply.DATA: _("Taken from a database."),
    Supply.STORE: _("Already in your electronic store."),
    Supply.GENERATED: _("Made from your form."),
    Supply.WAIVED: _("Waived."),
}
SUPPLY_COLOURS = {
    Supply.SUBMIT: "running",
    Supply.SHOW: "running",
    Supply.DATA: "done",
    Supply.STORE: "done",
    Supply.GENERATED: "done",
    Supply.WAIVED: "done",
}
PARTIAL_REASONS = {
    PartialReason.PRESENCE: _("the law asks for your presence"),
    PartialReason.FIELD_CHECK: _("the law asks for a check on the spot"),
    PartialReason.INCIDENT: _("a technical incident is not repaired yet"),
    PartialReason.TECHNICAL: _("a technical problem is not solved yet"),
}
FEE_KINDS = {
    FeeKind.FEE: pgettext_lazy("lệ phí", "Fee"),
    FeeKind.CHARGE: pgettext_lazy("phí", "Charge"),
    FeeKind.APPRAISAL: _("Appraisal fee"),
}
STATES = {
    VersionState.DRAFT: _("Draft"),
    VersionState.CHECKED: _("Checked"),
    VersionState.PUBLISHED: _("Published"),
    VersionState.WITHDRAWN: pgettext_lazy("version", "Undone"),
}
STATE_COLOURS = {
    VersionState.DRAFT: "risk",
    VersionState.CHECKED: "running",
    VersionState.PUBLISHED: "done",
    VersionState.WITHDRAWN: "none",
}
ORIGINS = {
    Origin.CITY: _("written by the city"),
    Origin.NATIONAL: _("taken over from the national catalogue"),
    Origin.BUILT_IN: _("facts shipped with this platform"),
}
FAULT_STATES = {
    FaultState.OPEN: pgettext_lazy("fault", "Open"),
    FaultState.CORRECTED: pgettext_lazy("fault", "Corrected"),
    FaultState.ACCEPTED: pgettext_lazy("fault", "Accepted as it is"),
    FaultState.MENDED: pgettext_lazy("fault", "Mended at the source"),
}
FAULT_COLOURS = {
    FaultState.OPEN: "late",
    FaultState.CORRECTED: "done",
    FaultState.ACCEPTED: "none",
    FaultState.MENDED: "done",
}
RULES = {
    "channel_unparsed": _("The channels cannot be told apart"),
    "limit_without_unit": _("A time limit has no unit"),
    "limit_missing": _("A channel has no time limit"),
    "tier_guessed": _(
        "Which level of government decides is not said, so it was assumed"
    ),
    "subject_guessed": _("Who may apply is not said, so it was assumed"),
    "level_guessed": _("How far it is online is not said, so it was assumed"),
    "fee_under_1000": _("A fee is under 1,000 đồng"),
    "fee_without_amount": _("A fee has no amount"),
    "district_named": _("It names a district, a level that is no more"),
    "not_nfc": _("Letters are not composed (NFC)"),
    "agency_missing": _("No agency is named"),
    "components_missing": _("No papers are listed"),
    "legal_basis_missing": _("No legal basis is named"),
    "duplicate_code": _("The code was used by an earlier row"),
    "duplicate_title": _("The title was used by an earlier row"),
    "test_row": _("It looks like a test"),
    "code_malformed": _("The code has not the national form"),
}
PLACES = {
    "title": _("Title"),
    "sector": _("Sector"),
    "agency": _("Deciding agency"),
    "agency_name": _("Deciding agency"),
    "executing": _("Who carries it out"),
    "steps": _("Steps"),
    "channels": _("Channels"),
    "components": _("Papers"),
    "fees": _("Fees"),
    "legal": _("Legal basis"),
    "result": _("Result"),
    "conditions": _("Conditions"),
    "guide": _("Plain words"),
    "form": _("Form"),
    "process": pgettext_lazy("procedure", "Process"),
    "tests": _("The author's cases"),
    "level": _("Level online"),
    "proactive": _("Proactive service"),
    "decision": _("Decision"),
    "decided_on": _("Decided on"),
    "handled_by_system": _("Where dossiers are handled"),
    "receiving": _("Where dossiers are received"),
    "forms": _("Forms to fill in"),
    "sets": _("Number of sets"),
    "manner": _("Manner"),
    "subjects": _("Who may apply"),
    "limit_table": _("Table of time limits"),
}


def system_words(handled_by: str) -> str:
    """Return where dossiers of a procedure are handled, as people say it."""
    kind, _colon, name = handled_by.partition(":")
    if kind == "ministry":
        return gettext("The system of a ministry: %(name)s") % {"name": name.strip()}
    return str(SYSTEMS.get(kind, handled_by))


SYSTEMS = {
    "city": _("The city's system"),
    "portal": _("The National Public Service Portal"),
}


def limit_words(limit: Limit | None) -> str:
    """Return a time limit as people say it, empty where there is none."""
    if limit is None:
        return ""
    amount = limit.amount
    words = {
        "hour": ngettext("%(n)s hour", "%(n)s hours", amount),
        "working_day": ngettext("%(n)s working day", "%(n)s working days", amount),
        "day": ngettext("%(n)s day", "%(n)s days", amount),
        "month": ngettext("%(n)s month", "%(n)s months", amount),
    }
    return words.get(limit.unit, "%(n)s") % {"n": amount}


def place_words(where: str) -> str:
    """Return a place of a definition as people call its part."""
    head = where.replace("[", ".").split(".")[0].split(":")[0]
    return str(PLACES.get(head, head))


AFTER = pgettext_lazy("changes", "After")
LATE = pgettext_lazy("deadline", "late")
