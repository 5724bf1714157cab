"""What the codes of deals are called on screen."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _, pgettext_lazy

from khuevan.contracts.public import Crossing, Form, Method, Object, Right, RoyaltyBase
from khuevan.exchange.public import FIELDS, KINDS

from .models.deals import Answer
from .models.performing import MilestoneState
from .rules.origin import PaperKind
from .rules.room import Level
from .rules.states import Move, Part, State, Turn
from .rules.steps import Reached


PARTS = {
    Part.PROVIDER: _("Provider"),
    Part.RECIPIENT: pgettext_lazy("deal", "Recipient"),
    Part.BROKER: _("Broker"),
}
TURNS = {
    Turn.PROVIDER: _("Provider"),
    Turn.RECIPIENT: pgettext_lazy("deal", "Recipient"),
    Turn.BOTH: _("Both sides"),
    Turn.BROKER: _("Broker"),
    Turn.STAFF: _("The exchange"),
    Turn.NOBODY: _("Nobody"),
}
STATES = {
    State.WITH_BROKER: _("With the broker"),
    State.ASKED: _("Contact asked for"),
    State.INTRODUCED: _("Introduced, NDA next"),
    State.CONFIDENTIAL: _("In the data room"),
    State.NEGOTIATING: _("Negotiating"),
    State.CONTRACTING: _("Contract being made"),
    State.PERFORMING: _("In effect"),
    State.REPORTING: _("Delivered, royalties run"),
    State.DISPUTED: _("In dispute"),
    State.DECLINED: pgettext_lazy("deal", "Declined"),
    State.WITHDRAWN: pgettext_lazy("deal", "Withdrawn"),
    State.SILENT: _("Closed as silent"),
    State.CLOSED: pgettext_lazy("deal", "Closed, delivered"),
    State.TERMINATED: pgettext_lazy("deal", "Ended early"),
}
STEPS = {
    Reached.CONTACT: _("Contact asked for"),
    Reached.INTRODUCED: _("Introduced"),
    Reached.NDA: _("NDA agreed"),
    Reached.NEGOTIATING: _("Negotiating"),
    Reached.AGREED: _("Terms agreed"),
    Reached.SIGNED: pgettext_lazy("step", "Contract signed"),
    Reached.IN_FORCE: _("In force"),
    Reached.DELIVERED: _("Delivered"),
}
COLOURS = {
    State.CLOSED: "done",
    State.REPORTING: "done",
    State.DISPUTED: "late",
    State.DECLINED: "none",
    State.WITHDRAWN: "none",
    State.SILENT: "none",
    State.TERMINATED: "risk",
}
"""Colours of states; the others run."""
NEXT = {
    State.WITH_BROKER: _("The broker introduces both sides, or declines with a reason."),
    State.ASKED: _("The listed side accepts to be in contact, or declines with a reason."),
    State.INTRODUCED: _("Both sides read the NDA; who may bind them agrees to it. Then the data room opens."),
    State.CONFIDENTIAL: _("Look at the files, meet, and draft a short memorandum; once both have signed it, negotiation begins."),
    State.NEGOTIATING: _("One side proposes complete terms, the other agrees or proposes others."),
    State.CONTRACTING: _("The contract is drawn up from the agreed terms and signed; the exchange notes its days."),
    State.PERFORMING: _("The recipient pays in, the provider delivers; accepting a milestone releases its money."),
    State.REPORTING: _("The recipient reports every period what the royalty is reckoned from, and pays it."),
    State.DISPUTED: _("The exchange names a mediator, who decides how the held money is parted."),
    State.DECLINED: _("Nothing more happens here."),
    State.WITHDRAWN: _("Nothing more happens here."),
    State.SILENT: _("Nobody answered. Contact can be asked for again."),
    State.CLOSED: _("Everything was delivered and accepted."),
    State.TERMINATED: _("What was held and not released goes back."),
}  # fmt: skip
MOVES = {
    Move.INTRODUCE: _("Introduce"),
    Move.ACCEPT: _("Accept contact"),
    Move.DECLINE: _("Decline"),
    Move.SIGN_NDA: _("Agree to the NDA"),
    Move.OPEN_ROOM: _("Agree to the NDA; the data room opens"),
    Move.PUT_FILE: _("Put a file into the data room"),
    Move.CALL_MEETING: _("Propose a meeting"),
    Move.WRITE_MINUTES: _("Write minutes"),
    Move.DRAFT_MEMORANDUM: _("Draft a memorandum"),
    Move.AGREE_MEMORANDUM: _("Agree to the memorandum"),
    Move.PROPOSE_TERMS: _("Propose terms"),
    Move.TAKE_BACK_TERMS: _("Take the terms back"),
    Move.AGREE_TERMS: _("Agree to the terms"),
    Move.NOTE_SIGNED: _("Note the day of signing"),
    Move.NOTE_REGISTERED: _("Note the registration"),
    Move.CALLED_OFF: _("Note that the contract was called off"),
    Move.REOPEN_TERMS: _("Negotiate the terms again"),
    Move.TAKE_EFFECT: _("Let the contract take effect"),
    Move.PROPOSE_CHANGE: _("Propose to amend the contract"),
    Move.TAKE_BACK_CHANGE: _("Take the proposed amendment back"),
    Move.AGREE_CHANGE: _("Agree to the amendment"),
    Move.DROP_CHANGE: _("Give the agreed amendment up"),
    Move.AMEND: _("Let the amendment take effect"),
    Move.DELIVER: _("Deliver"),
    Move.ACCEPT_WORK: _("Accept the work"),
    Move.SEND_BACK: _("Send back with reasons"),
    Move.END_WORK: _("Everything is delivered"),
    Move.FILE_REPORT: _("File a royalty report"),
    Move.ROYALTY_PAID: _("A royalty was paid"),
    Move.ROYALTY_LOST: _("The bank took a royalty back"),
    Move.ASK_END: _("Ask to end the deal"),
    Move.REFUSE_END: _("Go on, do not end"),
    Move.DISPUTE: _("Ask for mediation"),
    Move.NAME_MEDIATOR: _("Name a mediator"),
    Move.RESUME: _("Decided: the deal goes on"),
    Move.CLOSE: _("The deal is closed"),
    Move.TERMINATE: _("End the deal"),
    Move.WITHDRAW: _("Withdraw from the deal"),
    Move.REMIND: _("Reminder sent"),
    Move.HAND_TO_STAFF: _("Handed to the exchange's people"),
    Move.GIVE_BACK: _("Give the deal back"),
    Move.FALL_SILENT: _("Closed as silent"),
}
PAPERS = {
    PaperKind.CERTIFICATE: _("Certificate of registration of a State-funded task's results"),
    PaperKind.LICENCE: _("Licence to transfer a restricted technology"),
}  # fmt: skip
LEVELS = {
    Level.NDA: _("From the NDA on"),
    Level.MEMORANDUM: _("From the memorandum on"),
}
MILESTONES = {
    MilestoneState.DUE: _("To be delivered"),
    MilestoneState.DELIVERED: _("Delivered, to be looked at"),
    MilestoneState.ACCEPTED: _("Accepted"),
    MilestoneState.DECIDED: _("Decided by the mediator"),
    MilestoneState.DROPPED: _("Dropped"),
}
ANSWERS = {
    Answer.NO: _("No"),
    Answer.TALKING: _("We still talk"),
    Answer.ELSEWHERE: _("Yes, we closed elsewhere"),
}
OBJECTS = {
    Object.KNOW_HOW: _("Technical know-how"),
    Object.PROCESS: _("Process, solution, drawings, formulas, software, data"),
    Object.IMPROVEMENT: _("Improvement of production"),
    Object.MACHINERY: _("Machines that come with it"),
}
FORMS = {
    Form.INDEPENDENT: _("Transfer by itself"),
    Form.IN_PROJECT: _("Part of an investment project"),
    Form.CAPITAL: _("Contribution to capital"),
    Form.FRANCHISE: _("Franchise"),
    Form.IP_TRANSFER: _("Transfer of industrial property"),
    Form.MACHINERY_PURCHASE: _("Purchase of machines"),
    Form.OTHER: _("Another form"),
}
METHODS = {
    Method.DOCUMENTS: _("Documents are handed over"),
    Method.TRAINING: _("Training"),
    Method.EXPERTS: _("Experts come and advise"),
    Method.EQUIPMENT: _("Machines with documents"),
    Method.OTHER: _("Another way"),
}
RIGHTS = {
    Right.OWNERSHIP: _("Ownership passes"),
    Right.USE: _("The right to use it"),
}
CROSSINGS = {
    Crossing.DOMESTIC: _("Within Viet Nam"),
    Crossing.INBOUND: _("From abroad into Viet Nam"),
    Crossing.OUTBOUND: _("From Viet Nam abroad"),
}
BASES = {
    RoyaltyBase.NET_PRICE: _("Net selling price"),
    RoyaltyBase.NET_REVENUE: _("Net revenue"),
    RoyaltyBase.PROFIT_BEFORE_TAX: _("Profit before tax"),
    RoyaltyBase.PROFIT_AFTER_TAX: _("Profit after tax"),
}
TERMS = {
    "name": _("Name of the technology"),
    "objects": _("What is transferred"),
    "content": _("Content of the technology"),
    "product": _("Product made with it"),
    "standards": _("Standards and quality of the product"),
    "form": _("Form of the transfer"),
    "crossing": _("Across the border?"),
    "right": _("Right that passes"),
    "exclusive": _("Exclusive"),
    "sub_transfer": _("May be transferred on to others"),
    "field_of_use": _("Field of use"),
    "territory": pgettext_lazy("terms", "Territory"),
    "methods": _("Ways of handing over"),
    "place": pgettext_lazy("terms", "Place"),
    "milestones": _("Milestones and payments"),
    "royalty": _("Royalty"),
    "equity": _("Share of capital given in place of money (per cent)"),
    "taxes": _("Taxes and costs"),
    "term_months": _("Term (months)"),
    "warranty_months": _("Warranty (months)"),
    "warranty": _("What the warranty covers"),
    "improvements": _("Whose are improvements"),
    "confidential_years": _("Confidentiality (years)"),
    "penalty": _("Penalty (per cent of the breached part)"),
    "liability": _("Liability"),
    "ending": _("Ending early"),
    "disputes": _("Where disputes are settled"),
    "other": _("Anything else"),
    "broker": _("Broker's share (per cent)"),
}
"""What every term is called, in the order of a contract."""
FIGURES = {
    "sales": _("Invoiced sales"),
    "taxes": _("VAT, excise and export tax in them"),
    "components": _("Purchased components"),
    "packaging": _("Packaging"),
    "transport": _("Transport"),
    "advertising": _("Advertising"),
    "discounts": _("Trade discounts"),
    "reductions": _("Price reductions"),
    "returns": _("Returned goods"),
    "costs": _("Reasonable costs"),
    "income_tax": _("Corporate income tax"),
}
"""Figures of royalty reports, in đồng."""


def labels() -> dict[str, Any]:
    """Return what the codes are called, for templates."""
    return {
        "parts_of": PARTS, "turns": TURNS, "states": STATES, "colours": COLOURS,
        "nexts": NEXT, "moves": MOVES, "levels": LEVELS, "milestone_states": MILESTONES,
        "answers": ANSWERS, "papers_of": PAPERS, "bases": BASES, "terms": TERMS, "figures_of": FIGURES, "steps_of": STEPS, "fields_of": FIELDS, "kinds_of": KINDS,
    }  # fmt: skip
