"""What the codes of payments are called on screen."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _, pgettext_lazy

from .rules.books import RefundReason, RefundState, State
from .rules.reconciling import Verdict


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
