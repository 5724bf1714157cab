"""What the codes of payments are called on screen."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _, pgettext_lazy

from .rules.books import RefundReason, RefundState, State
from .rules.reconciling import Kind, Verdict


STATES = {
    State.WAITING: _("Waiting for payment"),
    State.PAID: pgettext_lazy("order", "Paid"),
    State.REFUNDED: _("Refunded"),
    State.CANCELLED: pgettext_lazy("order", "Cancelled"),
    State.EXPIRED: _("Not paid in time"),
}
COLOURS = {
    State.WAITING: "running",
    State.PAID: "done",
    State.REFUNDED: "none",
    State.CANCELLED: "none",
    State.EXPIRED: "late",
}
VERDICTS = {
    Verdict.MATCHED: _("Alike on both sides"),
    Verdict.MISSING_HERE: _("The bank lists it, our books do not"),
    Verdict.MISSING_THERE: _("Our books have it, the bank does not list it"),
    Verdict.DIFFERENT_AMOUNT: _("The amounts differ"),
}
KINDS = {
    Kind.PAYMENT: _("Money that came in"),
    Kind.REFUND: _("Money that went back to its payer"),
    Kind.PAYOUT: _("Money paid out to whom it was owed"),
}
MENDS = {
    Verdict.MATCHED: "",
    Verdict.MISSING_HERE: _("Money that came in is entered for its order from here; for money that left, find out who sent it and note it where it was owed."),
    Verdict.MISSING_THERE: _("It may stand on the bank's list of the next day; if not, the number was mistyped or the transfer never left."),
    Verdict.DIFFERENT_AMOUNT: _("Ask the bank which sum moved; the other side is mended, never the list."),
}  # fmt: skip
"""What to do about each verdict."""
REFUND_STATES = {
    RefundState.ASKED: _("To be sent"),
    RefundState.SENT: _("Sent to the gateway"),
    RefundState.DONE: _("Gone back"),
    RefundState.FAILED: _("Failed, to be asked again"),
}
REFUND_REASONS = {
    RefundReason.SURPLUS: _("More was paid than is due"),
    RefundReason.ASKED: _("Decided"),
    RefundReason.BANK: _("By the bank itself"),
}
GATEWAYS = {
    "sandbox": _("Trial bank (sandbox)"),
    "cash": _("Cash at the counter"),
    "transfer": _("Bank transfers (list brought as a file)"),
}
