"""What the codes of contracts are called on screen."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _, pgettext_lazy

from .queries.verifying import Verdict
from .rules.clauses import Paper, Tag
from .rules.duty import Authority, Case, Effect, Kind, Restriction, Side
from .rules.states import Ending, Owner, State


PAPERS = {
    Paper.MEMORANDUM: _("Memorandum"),
    Paper.LICENCE: _("Licence contract"),
    Paper.ASSIGNMENT: _("Assignment contract"),
    Paper.CAPITAL: _("Contribution of technology as capital"),
}
STATES = {
    State.DRAWN_UP: _("drawn up"),
    State.HALF_SIGNED: _("signed by one side"),
    State.SIGNED: _("signed, not in effect yet"),
    State.IN_FORCE: pgettext_lazy("contract", "in force"),
    State.ENDED: pgettext_lazy("contract", "ended"),
    State.CANCELLED: _("called off"),
}
COLOURS = {
    State.DRAWN_UP: "running",
    State.HALF_SIGNED: "running",
    State.SIGNED: "risk",
    State.IN_FORCE: "done",
    State.ENDED: "",
    State.CANCELLED: "",
}
SIDES = {Side.GIVER: _("Giver"), Side.TAKER: _("Taker")}
OWNERS = {
    Owner.BOTH: _("both sides"),
    Owner.GIVER: pgettext_lazy("holder", "the giver"),
    Owner.TAKER: pgettext_lazy("holder", "the taker"),
    Owner.AUTHORITY: _("the authority"),
    Owner.NOBODY: _("nobody: it is over"),
}
KINDS = {
    Kind.NONE: _("Nothing to register"),
    Kind.VOLUNTARY: _("May be registered"),
    Kind.MANDATORY: _("Must be registered"),
    Kind.LICENCE: _("Needs a licence"),
}
REASONS = {
    Case.MEMORANDUM: _("A memorandum transfers nothing."),
    Case.LICENSED: _("The technology is restricted and its transfer is licensed already: nothing is registered beside the licence."),
    Case.RESTRICTED: _("The technology is on the list of the restricted: its transfer needs a licence."),
    Case.INBOUND: _("The technology comes from abroad: the contract must be registered."),
    Case.OUTBOUND: _("The technology goes abroad: the contract must be registered."),
    Case.STATE: _("State capital or the State budget paid for it, and its result has no certificate of registration: the contract must be registered."),
    Case.CERTIFIED: _("The State paid for it, and its result has a certificate of registration: the contract may be registered, and need not be."),
    Case.DOMESTIC: _("It stays within Vietnam and uses no State money: the contract may be registered, and need not be."),
}  # fmt: skip
AUTHORITIES = {
    Authority.DEPARTMENT: _("Department of Science and Technology"),
    Authority.MINISTRY: _("Ministry of Science and Technology"),
}
EFFECTS = {
    Effect.SIGNING: _("from the day the last side signed"),
    Effect.CERTIFICATE: _("from the day of the certificate of registration"),
    Effect.LICENCE: _("from the day of the licence"),
}
ENDINGS = {
    Ending.TERM_OVER: _("its term is over"),
    Ending.COMPLETED: _("fulfilled"),
    Ending.TERMINATED: _("ended before its time"),
    Ending.AMENDED: _("replaced by an amendment"),
}
RESTRICTIONS = {
    Restriction.NO: _("not restricted"),
    Restriction.UNLICENSED: _("restricted, not licensed yet"),
    Restriction.LICENSED: _("restricted, licensed already"),
}
TAGS = {
    Tag.OWNERSHIP: _("ownership passes"),
    Tag.USE: _("the right to use passes"),
    Tag.EXCLUSIVE: _("exclusive"),
    Tag.SUB_TRANSFER: _("may be passed on"),
    Tag.INDEPENDENT: _("independent transfer"),
    Tag.IN_PROJECT: _("within an investment project"),
    Tag.FRANCHISE: _("franchise"),
    Tag.IP: _("intellectual property"),
    Tag.MACHINERY: _("machinery comes along"),
    Tag.SOFTWARE_OR_DATA: _("processes, drawings, software or data"),
    Tag.DOCUMENTS: _("documents"),
    Tag.TRAINING: _("training"),
    Tag.EXPERTS: _("experts"),
    Tag.EQUIPMENT: pgettext_lazy("method", "equipment"),
    Tag.PRICE: _("a fixed price"),
    Tag.INSTALMENTS: _("instalments"),
    Tag.ROYALTY: _("a royalty"),
    Tag.LEAST: _("a least royalty"),
    Tag.EQUITY: _("a share of capital"),
    Tag.CROSS_BORDER: _("across the border"),
    Tag.STATE_FUNDED: _("State money"),
    Tag.CERTIFIED: _("a registered result"),
    Tag.REGISTERED: _("must be registered"),
    Tag.LICENSED: _("needs a licence"),
    Tag.WARRANTY: _("a warranty"),
    Tag.PENALTY: _("a penalty"),
    Tag.CONFIDENTIAL: _("secrecy"),
    Tag.BROKER: _("a broker"),
    Tag.OTHER: _("other agreements"),
    Tag.AMENDS: _("amends a contract"),
}
LABELS = {
    "name": _("Name of the technology"),
    "objects": _("Objects"),
    "content": _("What is handed over"),
    "product": _("Product"),
    "standards": _("Standards and quality"),
    "form": pgettext_lazy("terms", "Form"),
    "crossing": _("Crossing the border"),
    "right": _("Right"),
    "exclusive": _("Exclusive"),
    "sub_transfer": _("May be passed on"),
    "field_of_use": _("Field of use"),
    "territory": _("Territory"),
    "methods": _("Methods"),
    "place": _("Place"),
    "milestones": _("Milestones"),
    "price": _("Price"),
    "royalty": _("Royalty"),
    "equity": _("Share of capital"),
    "taxes": _("Taxes and fees"),
    "term_months": _("Term (months)"),
    "warranty_months": _("Warranty (months)"),
    "warranty": _("What is warranted"),
    "improvements": _("Improvements"),
    "confidential_years": _("Secrecy (years)"),
    "penalty": _("Penalty"),
    "liability": _("Liability"),
    "ending": _("Ending before the term"),
    "disputes": _("Who decides disputes"),
    "other": _("Other agreements"),
    "broker": _("Broker's share"),
    "purpose": _("Purpose"),
    "plan": _("Plan of work"),
}
"""The terms of contracts and memoranda, by their fields."""
PLACES = LABELS | {
    "royalty_rate": _("Royalty rate"),
    "royalty_base": _("Base of the royalty"),
    "royalty_every": _("Months between payments"),
    "royalty_months": _("Months the royalty runs"),
    "royalty_least": _("Least royalty"),
    "certificate": _("Number of the certificate"),
    "amended": _("Number of the amended contract"),
    "since": _("Day the first contract took effect"),
    "filer": _("The side that files"),
    "filer_en": _("The side that files"),
    "duty_days": _("Days to file"),
}
"""What stands in the braces of a clause."""
VERDICTS = {
    Verdict.OURS: _("This is the contract as it stands here: not a byte was changed."),
    Verdict.EARLIER: _("This is the contract as it stood before the other side signed it."),
    Verdict.CHANGED: _("This file names a contract of the exchange and is not what was signed here: something in it was changed."),
    Verdict.FOREIGN: _("This file is signed, but not on this exchange."),
    Verdict.UNSIGNED: _("This file has no digital signature."),
    Verdict.UNREADABLE: _("This is no PDF that can be read."),
}  # fmt: skip
