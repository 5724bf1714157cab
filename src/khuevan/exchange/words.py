"""What the codes of the exchange are called on screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _, pgettext_lazy

from .rules.disclosing import Group, Level
from .rules.listings import (
    Field,
    IpStatus,
    Kind,
    Licence,
    Move,
    Stage,
    State,
    Territory,
    Verification,
)
from .rules.members import MemberKind, Tier
from .rules.papers import Reading
from .rules.screening import Screening


KINDS = {
    Kind.TECHNOLOGY: pgettext_lazy("exchange", "Technology"),
    Kind.EQUIPMENT: _("Equipment"),
    Kind.IP_RIGHT: _("Intellectual property right"),
    Kind.RESEARCH_RESULT: _("Research result"),
    Kind.SOFTWARE: _("Software"),
    Kind.SERVICE: _("Science and technology service"),
    Kind.EXPERT: _("Expert"),
    Kind.NEED: _("Problem to solve"),
}
FIELDS = {
    Field.DIGITAL: _("Digital technology"),
    Field.DATA_AI: _("Data and artificial intelligence"),
    Field.BIOTECH: _("Biotechnology"),
    Field.MATERIALS: _("New materials"),
    Field.ENERGY: _("Energy"),
    Field.ENVIRONMENT: _("Environment and water"),
    Field.AGRICULTURE: _("Agriculture and food"),
    Field.HEALTH: _("Medicine and health"),
    Field.MANUFACTURING: _("Machines and automation"),
    Field.CONSTRUCTION: _("Construction and transport"),
}
STAGES = {
    Stage.CONCEPT: _("Concept shown to work"),
    Stage.PROTOTYPE: _("Prototype"),
    Stage.PILOT: _("Pilot in use"),
    Stage.MARKET: _("On the market"),
}
IP_STATUSES = {
    IpStatus.NONE: _("Not protected"),
    IpStatus.KNOW_HOW: _("Know-how kept secret"),
    IpStatus.FILED: _("Application filed"),
    IpStatus.GRANTED: _("Patent or certificate granted"),
    IpStatus.COPYRIGHT: _("Copyright"),
}
LICENCES = {
    Licence.ASSIGNMENT: _("Ownership is transferred"),
    Licence.EXCLUSIVE: _("Use, exclusive"),
    Licence.NON_EXCLUSIVE: _("Use, not exclusive"),
    Licence.OPEN: _("Open licence"),
}
TERRITORIES = {
    Territory.CITY: _("Hanoi"),
    Territory.COUNTRY: _("Viet Nam"),
    Territory.ASEAN: "ASEAN",
    Territory.WORLD: _("The world"),
}
PLACES = {
    "VN-HN": _("Hanoi"), "VN": _("Viet Nam"), "BN": "Brunei", "ID": "Indonesia",
    "KH": _("Cambodia"), "LA": _("Laos"), "MM": "Myanmar", "MY": "Malaysia",
    "PH": "Philippines", "SG": "Singapore", "TH": _("Thailand"), "TL": "Timor-Leste",
    "WORLD": _("The whole world"),
}  # fmt: skip
"""Where a right reaches, by the codes matching uses."""
VERIFICATIONS = {
    Verification.DECLARED: _("As declared by the member"),
    Verification.PAPERS_CHECKED: _("Papers were checked"),
    Verification.EXPERT_EVALUATED: _("Evaluated by experts"),
    Verification.TRIALLED: _("Tried in real use"),
}
READINGS = {
    Reading.WAITING: _("Its words are being read"),
    Reading.READ: "",
    Reading.EMPTY: _("No words were found in it: it may be a scan or a picture"),
    Reading.LOCKED: _("Locked by a password, so that nobody can look through it"),
    Reading.LONG: _("Too long to be looked through: over 300 pages"),
    Reading.BROKEN: _("Cannot be read: broken, or no real PDF or Word"),
    Reading.SLOW: _("Cannot be read: it takes too long"),
}
STATES = {
    State.DRAFT: pgettext_lazy("listing", "Draft"),
    State.SUBMITTED: _("In first review"),
    State.CHECKED: _("In second review"),
    State.RETURNED: pgettext_lazy("listing", "Sent back"),
    State.PUBLISHED: pgettext_lazy("listing", "Published"),
    State.EXPIRED: pgettext_lazy("listing", "Expired"),
    State.WITHDRAWN: pgettext_lazy("listing", "Withdrawn"),
}
COLOURS = {
    State.DRAFT: "none",
    State.SUBMITTED: "running",
    State.CHECKED: "running",
    State.RETURNED: "risk",
    State.PUBLISHED: "done",
    State.EXPIRED: "late",
    State.WITHDRAWN: "none",
}
MOVES = {
    Move.SUBMIT: _("Submit for review"),
    Move.CHECK: _("Pass the first review"),
    Move.PUBLISH: pgettext_lazy("listing", "Publish"),
    Move.SEND_BACK: _("Send back with reasons"),
    Move.RENEW: pgettext_lazy("listing", "Renew"),
    Move.EXPIRE: _("Its last day is over"),
    Move.REVISE: _("Take off to rewrite"),
    Move.WITHDRAW: pgettext_lazy("listing", "Withdraw"),
    Move.VERIFY: _("Vouch for it"),
    Move.UNPROTECT: _("Its protection has ended"),
}
REVIEWS = {
    "first_review": _("First review"),
    "second_review": _("Second review"),
}
GROUPS = {
    Group.HEADLINE: _("Headline"),
    Group.PROVIDER: _("Who lists it"),
    Group.ADVANTAGE: _("Advantage"),
    Group.TECHNICAL: _("Technical description"),
    Group.RIGHTS: _("Rights and owners"),
    Group.TERMS: _("Terms and money"),
}
LEVELS = {
    Level.PUBLIC: _("Everybody"),
    Level.MEMBERS: _("Members of the exchange"),
    Level.NDA: _("After an NDA"),
}
SCREENINGS = {
    Screening.PROHIBITED: _("On the list of prohibited technologies"),
    Screening.RESTRICTED: _("On the list of restricted technologies"),
    Screening.ENCOURAGED: _("On the list of encouraged technologies"),
}
MEMBER_KINDS = {
    MemberKind.ENTERPRISE: _("Enterprise"),
    MemberKind.INSTITUTE: _("Institute or university"),
    MemberKind.FUND: _("Fund"),
    MemberKind.AGENCY: _("Public body"),
    MemberKind.PLATFORM: _("Linked platform"),
    MemberKind.EXPERT: _("Expert"),
}
TIERS = {
    Tier.REGISTERED: _("Registered, not verified"),
    Tier.VERIFIED: _("Verified member"),
    Tier.PARTNER: _("Partner of the exchange"),
}
LABELS = {
    "title_vi": _("Title"),
    "title_en": _("Title in English"),
    "summary_vi": _("Summary"),
    "summary_en": _("Summary in English"),
    "advantage_en": _("Advantage in English"),
    "description_en": _("Description in English"),
    "outcome_en": _("Outcome in English"),
    "criteria_en": _("Criteria in English"),
    "field": pgettext_lazy("exchange", "Field"),
    "ipc": _("Patent classes (IPC)"),
    "nace": _("Branches (NACE)"),
    "territory": _("Territory"),
    "stage": _("Stage of development"),
    "trl": _("Readiness level (TRL, 1 to 9)"),
    "trl_most": _("Most readiness accepted (TRL)"),
    "trl_evidence": _("What shows this readiness"),
    "advantage": _("Advantage, with figures"),
    "advantage_against": _("Better than"),
    "description": _("Technical description"),
    "ip_status": _("Protection"),
    "ip_number": _("Number in the register"),
    "ip_until": _("Protected until"),
    "owners": _("Owners and their shares"),
    "state_funded": _("Made with money of the State"),
    "licence": _("What is given"),
    "licence_terms": _("Terms of the licence"),
    "price_from": _("From, in đồng"),
    "price_to": _("Up to, in đồng"),
    "outcome": _("Outcome, measurable"),
    "data_available": _("Data a supplier may use"),
    "criteria": _("Criteria for choosing"),
    "deadline": _("Answers needed by"),
    "trial_possible": _("A trial is possible"),
    "takes_restricted": _("Restricted technology accepted"),
    "member": _("Listed by"),
}
"""What every field is called, on pages and in files."""
CHOICES: Mapping[str, Mapping[Any, Any]] = {
    "field": FIELDS,
    "stage": STAGES,
    "ip_status": IP_STATUSES,
    "licence": LICENCES,
    "territory": TERRITORIES,
}
"""Fields whose value is a code, with what the codes are called."""
