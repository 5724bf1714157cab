"""What states, channels and duties are called on screen."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _, pgettext_lazy

from khuevan.catalogue.public import Channel, Supply
from khuevan.process.public import Duty

from .rules.clocks import Timeliness
from .rules.results import Validity, Verdict
from .rules.states import Business, Delivery, Finance, Outcome, Status, Sync
from .rules.syncing import State


STATUSES = {
    Status.FILED: _("Newly filed"),
    Status.ACCEPTED: pgettext_lazy("dossier", "Accepted"),
    Status.REFUSED: _("Not accepted"),
    Status.IN_PROCESS: _("In process"),
    Status.SUPPLEMENT: _("Papers asked for"),
    Status.FINANCE: _("Financial duty asked for"),
    Status.WITHDRAWING: _("Withdrawal asked for"),
    Status.STOPPED: _("Stopped"),
    Status.PROCESSED: _("Processed"),
    Status.RETURNED: _("Result returned"),
}
BUSINESS = {
    Business.DRAFT: _("Draft"),
    Business.FILED: _("Newly filed"),
    Business.TO_COMPLETE: _("To be completed before acceptance"),
    Business.REFUSED: _("Not accepted"),
    Business.ACCEPTED: pgettext_lazy("dossier", "Accepted"),
    Business.IN_PROCESS: _("In process"),
    Business.SUPPLEMENT: _("Waiting for papers"),
    Business.WITHDRAWING: _("Withdrawal asked for"),
    Business.STOPPED: _("Stopped"),
    Business.WITHDRAWN: _("Withdrawn"),
    Business.DECIDED: _("Decided"),
}
FINANCE = {
    Finance.NONE: _("nothing to pay"),
    Finance.NOTIFIED: _("to be paid"),
    Finance.WAITING: _("waiting for payment, the clock stands"),
    Finance.PAID: _("paid"),
    Finance.REFUNDING: _("will be refunded"),
    Finance.REFUNDED: _("refunded"),
    Finance.EXEMPT: _("exempt"),
}
DELIVERY = {
    Delivery.NOT_READY: _("not ready"),
    Delivery.READY: _("ready to be collected"),
    Delivery.E_DELIVERED: _("delivered electronically"),
    Delivery.HANDED_OVER: _("handed over"),
    Delivery.POSTED: _("sent by post"),
    Delivery.RETURNED: _("came back by post"),
}
SYNC = {
    Sync.PENDING: _("waiting to be sent"),
    Sync.SENT: _("sent"),
    Sync.ACKNOWLEDGED: _("acknowledged"),
    Sync.FAILED: _("failed, will be sent again"),
    Sync.CONFLICT: _("the portal holds something else"),
}
MESSAGE_STATES = {
    State.WAITING: _("Waiting to be sent"),
    State.SENDING: _("Being sent"),
    State.DONE: _("Taken by the portal"),
    State.CONFLICT: _("In conflict"),
    State.DROPPED: _("Not sent: theirs counted"),
}
OUTCOMES = {Outcome.APPROVED: _("Approved"), Outcome.REJECTED: _("Rejected")}
CHANNELS = {
    Channel.COUNTER: _("at the counter"),
    Channel.POST: _("by post"),
    Channel.ASSISTED: _("online with help"),
    Channel.PORTAL: _("on the national portal"),
    Channel.VNEID: _("in VNeID"),
}
DUTIES = {
    Duty.RECEPTION: _("Reception"),
    Duty.ASSIGN: _("Assignment"),
    Duty.HANDLE: _("Examination"),
    Duty.CHECK: _("Check"),
    Duty.SIGN: pgettext_lazy("duty", "Signature"),
    Duty.CLERK: _("Number and seal"),
    Duty.RETURN: _("Hand-over"),
}
SUPPLIES = {
    Supply.SUBMIT: _("to be handed in"),
    Supply.SHOW: _("to be shown"),
    Supply.DATA: _("not asked for: the city's data says it"),
    Supply.STORE: _("taken from your store"),
    Supply.GENERATED: _("made from the form"),
    Supply.WAIVED: _("waived"),
}
TIMELINESS = {
    Timeliness.ON_TIME: _("On time"),
    Timeliness.LATE: _("Late"),
    Timeliness.RUNNING: _("In time"),
    Timeliness.OVERDUE: _("Overdue"),
}
VERDICTS = {
    Verdict.OURS: _("We issued this document, and not a byte of it was changed."),
    Verdict.CHANGED: _(
        "This document comes from one of ours, but it was changed after it was signed. "
        "Do not rely on it."
    ),
    Verdict.FOREIGN: _("This document is signed, but we did not issue it."),
    Verdict.UNSIGNED: _("This document carries no electronic signature."),
    Verdict.UNREADABLE: _(
        "This file is no PDF, or it is damaged. Upload the file you were given, "
        "not a picture or a scan of it."
    ),
}
VALIDITIES = {
    Validity.VALID: pgettext_lazy("result", "In force"),
    Validity.EXPIRED: pgettext_lazy("result", "Expired"),
    Validity.WITHDRAWN: pgettext_lazy("result", "Withdrawn"),
}
COLOURS = {
    Timeliness.ON_TIME: "done",
    Timeliness.LATE: "late",
    Timeliness.RUNNING: "running",
    Timeliness.OVERDUE: "late",
    "soon": "risk",
}
SOURCES = {
    "applicant": _("you filled this in"),
    "sign_in": _("from your electronic identity"),
    "directory": _("from the register of organisations"),
    "store": _("from your store"),
    "previous_dossier": _("from an earlier dossier"),
    "contract": _("from the signed contract"),
}
UNITS = {
    "hour": _("hours"),
    "working_day": _("working days"),
    "day": _("days"),
    "month": _("months"),
}
PAPER_FORMS = {0: _("original shown"), 1: _("copy"), 2: _("electronic")}
RETURN_BY = {
    "electronic": _("electronically"),
    "point": _("on paper, collected at a point"),
    "post": _("on paper, by post"),
}
