"""A dossier as its applicant sees it: what to do now, who has it, what comes next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from khuevan.counter.models import Dossier, Interval, Supplement
from khuevan.counter.owing import DUTY
from khuevan.counter.rules.clocks import Why
from khuevan.counter.rules.states import ENDED, Business, Delivery
from khuevan.directory.public import Person
from khuevan.feedback.public import ratings_of, send_address
from khuevan.payments.public import OrderView, State, orders_of, transfer_picture
from khuevan.platform import clock
from khuevan.platform.errors import N_

from .page import Trace, timeline


@dataclass(frozen=True, slots=True)
class Call:
    """The one thing the applicant has to do now; `until` where there is a last day.

    Where it is to pay: `amount` in đồng, what it is `for_what`, a VietQR `picture`.
    """

    what: str
    why: str
    button: str
    address: str
    until: datetime | None = None
    amount: int = 0
    for_what: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the common timeline of a dossier and those interlinked with it."""

    trace: Trace
    of: str


NEXT: dict[Business, str] = {
    Business.FILED: N_("An official of the receiving point looks at it, and accepts it, asks for all that is missing at once, or says why not."),
    Business.TO_COMPLETE: N_("It waits for you. The time for the result begins when it is complete."),
    Business.REFUSED: N_("It was not accepted. The reason, and where to go, stands below."),
    Business.ACCEPTED: N_("It is accepted. Somebody is named who examines it."),
    Business.IN_PROCESS: N_("It is examined. A decision follows by the day it is due."),
    Business.SUPPLEMENT: N_("It waits for you. The clock stands until you send what was asked for."),
    Business.WITHDRAWING: N_("You asked to withdraw. The agency says whether that is still possible."),
    Business.STOPPED: N_("It was stopped. The reason stands below."),
    Business.WITHDRAWN: N_("You withdrew it. Nothing more happens."),
    Business.DECIDED: N_("It is decided."),
}  # fmt: skip
RESULT: dict[Delivery, str] = {
    Delivery.NOT_READY: N_("The result is being made ready."),
    Delivery.READY: N_("It is decided, and the result is ready."),
    Delivery.E_DELIVERED: N_("The result was delivered to you electronically."),
    Delivery.HANDED_OVER: N_("The result was handed over to you."),
    Delivery.POSTED: N_("The result is on its way by post."),
    Delivery.RETURNED: N_("The post brought the result back. Collect it, or tell us the right address."),
}  # fmt: skip
STANDS = {
    Why.SUPPLEMENT: N_("The days until you send it are not counted against the agency, nor against you."),
    Why.FINANCE: N_("The law makes the agency wait until you have paid; those days are not counted."),
}  # fmt: skip


def next_words(dossier: Dossier) -> str:
    """Return what happens next, as a sentence to be translated."""
    if dossier.business == Business.DECIDED:
        return RESULT[Delivery(dossier.delivery)]
    business = Business(dossier.business)
    if business is Business.TO_COMPLETE and dossier.reception_due_at is not None:
        business = Business.FILED  # everything was sent: the reception's turn again
    return NEXT.get(business, "")


def open_request(dossier: Dossier) -> Supplement | None:
    """Return what the applicant still owes, with its items."""
    found = dossier.requests.filter(completed_at=None).prefetch_related("items")
    return found.first()


def open_pause(dossier: Dossier) -> Interval | None:
    """Return why the clock stands, if it does."""
    return dossier.intervals.filter(ends_at=None).order_by("starts_at").first()


def call_of(dossier: Dossier, orders: Iterable[OrderView]) -> Call | None:
    """Return the first thing the applicant has to do; None where it is others' turn."""
    request = open_request(dossier)
    if request is not None:
        return Call(
            N_("Send what was asked for"), N_("Everything that is missing is listed, once."),
            N_("See the list and answer"), reverse("dossier-supplement", args=[dossier.pk]),
            request.expires_at,
        )  # fmt: skip
    waiting = [o for o in orders if o.state is State.WAITING]
    if waiting:
        # The duty comes before the fee: a clock may wait for it.
        return _call_to_pay(min(waiting, key=lambda order: order.purpose != DUTY))
    if dossier.business == Business.DECIDED and dossier.delivery in {Delivery.READY, Delivery.RETURNED}:  # fmt: skip
        return Call(
            N_("Your result is ready"), N_("Open it here. A paper copy waits at the point of return."),
            N_("Open the result"), reverse("dossier-result", args=[dossier.pk]),
        )  # fmt: skip
    return None


def _call_to_pay(owed: OrderView) -> Call:
    duty = owed.purpose == DUTY
    return Call(
        N_("Pay the financial duty") if duty else N_("Pay the fee"),
        N_("By VietQR, card or at any reception point."),
        N_("Pay now"), reverse("payments-pay", args=[owed.token]),
        owed.due_at, owed.missing, ", ".join(line.name for line in owed.lines),
        transfer_picture(order_id=owed.id),
    )  # fmt: skip


def common_timeline(dossier: Dossier, *, seen_by: Person) -> list[Told]:
    """Return what happened to a dossier and to those interlinked with it, in order."""
    lines = [Told(trace, "") for trace in timeline(dossier)]
    for child in Dossier.objects.visible_to(seen_by).filter(parent=dossier):
        lines += [Told(trace, child.title) for trace in timeline(child)]
    return sorted(lines, key=lambda one: (one.trace.at, one.trace.number))


def may_rate(dossier: Dossier) -> bool:
    """Tell whether there is a result that was not rated yet."""
    return dossier.business == Business.DECIDED and not ratings_of(dossier.ref)


def may_withdraw(dossier: Dossier) -> bool:
    """Tell whether withdrawing is still possible: not once it is decided or over."""
    return Business(dossier.business) not in {*ENDED, Business.DRAFT, Business.WITHDRAWING}  # fmt: skip


def petition_address(dossier: Dossier) -> str:
    """Return where a petition about a dossier is written, linked to it."""
    return send_address(subject=dossier.ref, code=dossier.code or "")


def late_days(dossier: Dossier) -> bool:
    """Tell whether a running dossier is past its day, so that its page says so."""
    due = dossier.due_at or dossier.reception_due_at
    return bool(due and dossier.ended_at is None and due < clock.now())


def mine(dossier: Dossier, person: Person) -> dict[str, Any]:
    """Return all the applicant's page shows beyond what both sides see."""
    orders = orders_of(dossier.ref)
    pause = open_pause(dossier)
    return {
        "call": call_of(dossier, orders),
        "orders": orders,
        "next": next_words(dossier),
        "pause": pause,
        "stands": STANDS[Why(pause.why)] if pause else "",
        "story": common_timeline(dossier, seen_by=person),
        "late": late_days(dossier),
        "send_address": petition_address(dossier),
        "may_rate": may_rate(dossier),
        "may_withdraw": may_withdraw(dossier),
        "doubts": dossier.doubts.order_by("asked_at"),
    }


@dataclass(frozen=True, slots=True)
class MyRow:
    """One of somebody's dossiers in their list."""

    dossier: Dossier
    next: str
    owes: bool


def my_dossiers(person: Person) -> QuerySet[Dossier]:
    """Return one's own dossiers: what waits for one, then the newest first.

    What one filed for others is theirs.
    """
    own = Dossier.objects.visible_to(person).filter(applicant=person)
    asked = Supplement.objects.filter(dossier=OuterRef("pk"), completed_at=None)
    return (
        own.select_related("agency", "application")
        .prefetch_related("intervals")
        .order_by(Exists(asked).desc(), "-created_at")
    )


def my_rows(found: Iterable[Dossier]) -> list[MyRow]:
    """Return dossiers as the list shows them."""
    rows = list(found)
    keys = [d.pk for d in rows]
    owing: set[UUID] = set(
        Supplement.objects.filter(dossier__in=keys, completed_at=None).values_list(
            "dossier_id", flat=True
        )
    )
    return [
        MyRow(d, next_words(d), d.pk in owing) for d in rows
    ]  # fmt: skip
