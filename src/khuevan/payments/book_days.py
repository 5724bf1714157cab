"""What the bank says moved for each body whose money stands in books; queries only.

Money in books is entered whole: an order's sum once it is paid. What came of an order
that is not paid in full, or beyond it, is at the bank and in no book: it is told apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from uuid import UUID

from khuevan.books.public import CashPosting, cash_postings
from khuevan.platform import clock

from .gateways import OFFLINE
from .models import BookDay, Credit, Order, Payout, Refund, Statement, StatementLine
from .payables import is_booked
from .rules.books import RefundReason, RefundState
from .rules.reconciling import Kind


@dataclass(frozen=True, slots=True)
class Listed:
    """One movement at the bank, or of cash taken for it; đồng, negative where it left."""

    owner: UUID
    transaction: str
    reference: str
    amount: int


@dataclass(frozen=True, slots=True)
class Apart:
    """What stands on one side of a day only, matched by its amount."""

    listed: tuple[Listed, ...]
    posted: tuple[CashPosting, ...]


def listed_on(day: date, owner: UUID | None = None) -> list[Listed]:
    """Return what the bank lists on a day for bodies that keep books, cash included."""
    since, until = _bounds(day)
    lines = StatementLine.objects.filter(statement__day=day, theirs__isnull=False)
    # Whatever is noted as paid out was owed in a book.
    paid_out = set(Payout.objects.filter(happened_at__gte=since, happened_at__lt=until).values_list("transaction", flat=True))  # fmt: skip
    found = []
    for line in lines.select_related("order").order_by("transaction"):
        booked = is_booked(line.order.subject) if line.order else line.transaction in paid_out  # fmt: skip
        if line.owner_id is not None and booked:
            sign = 1 if line.kind == Kind.PAYMENT else -1
            found.append(Listed(line.owner_id, line.transaction, line.reference, sign * (line.theirs or 0)))  # fmt: skip
    found += _cash(day)
    return [one for one in found if owner in (None, one.owner)]


def _cash(day: date) -> list[Listed]:
    since, until = _bounds(day)
    came = Credit.objects.filter(gateway__in=OFFLINE, happened_at__gte=since, happened_at__lt=until)  # fmt: skip
    went = Refund.objects.filter(gateway__in=OFFLINE, state=RefundState.DONE, settled_at__gte=since, settled_at__lt=until)  # fmt: skip
    rows = [(c.order, c.transaction, c.amount) for c in came.select_related("order")]
    rows += [(r.order, r.transaction, -r.amount) for r in went.select_related("order")]
    return [
        Listed(order.beneficiary_id, transaction, order.pay_reference, amount)
        for order, transaction, amount in rows
        if is_booked(order.subject)
    ]


def apart_on(day: date) -> Counter[UUID]:
    """Return by body what came in on a day and stands in no book: not all of it, or too much."""
    since, until = _bounds(day)
    found: Counter[UUID] = Counter()
    for order in _moved(since, until):
        if is_booked(order.subject):
            found[order.beneficiary_id] += _unbooked(order, until) - _unbooked(order, since)  # fmt: skip
    return found


def _moved(since: datetime, until: datetime) -> Iterable[Order]:
    came = Credit.objects.filter(happened_at__gte=since, happened_at__lt=until)
    went = Refund.objects.filter(state=RefundState.DONE, settled_at__gte=since, settled_at__lt=until)  # fmt: skip
    keys = came.values("order").union(went.values("order"))
    rows = Order.objects.filter(pk__in=[row["order"] for row in keys])
    return rows.prefetch_related("credits", "refunds")


def _unbooked(order: Order, before: datetime) -> int:
    came = sum(c.amount for c in order.credits.all() if c.happened_at < before)
    back = sum(
        refund.amount
        for refund in order.refunds.all()
        if refund.state == RefundState.DONE
        and refund.reason == RefundReason.SURPLUS
        and refund.settled_at
        and refund.settled_at < before
    )
    paid = order.paid_at is not None and order.paid_at < before
    return came - back - (order.amount if paid else 0)


def not_listed_yet(day: date) -> set[UUID]:
    """Return the bodies of whose money a gateway's list of the day is not here yet."""
    since, until = _bounds(day)
    here = set(Statement.objects.filter(day=day).values_list("gateway", flat=True)) | OFFLINE  # fmt: skip
    came = Credit.objects.filter(happened_at__gte=since, happened_at__lt=until)
    went = Refund.objects.filter(state=RefundState.DONE, settled_at__gte=since, settled_at__lt=until)  # fmt: skip
    orders = [c.order for c in came.exclude(gateway__in=here).select_related("order")]
    orders += [r.order for r in went.exclude(gateway__in=here).select_related("order")]
    waiting = {order.beneficiary_id for order in orders if is_booked(order.subject)}
    out = Payout.objects.filter(happened_at__gte=since, happened_at__lt=until)
    return waiting | set(out.exclude(gateway__in=here).values_list("owner_id", flat=True))  # fmt: skip


def apart_of(row: BookDay) -> Apart:
    """Return what stands on one side of a body's day only: equal sums count as the same."""
    listed, posted = listed_on(row.day, row.owner_id), cash_postings(row.day, row.owner_id)  # fmt: skip
    more = Counter(one.amount for one in posted)
    more.subtract(one.amount for one in listed)
    return Apart(
        tuple(_over(listed, Counter({a: -n for a, n in more.items()}))),
        tuple(_over(posted, more)),
    )


Row = TypeVar("Row", Listed, CashPosting)


def _over(rows: list[Row], more: Counter[int]) -> Iterable[Row]:
    """Yield as many of the newest rows of each amount as there are too many of it."""
    left = Counter(more)
    for row in reversed(rows):
        if left[row.amount] > 0:
            left[row.amount] -= 1
            yield row


def _bounds(day: date) -> tuple[datetime, datetime]:
    return clock.at_local(day, time.min), clock.at_local(day + timedelta(days=1), time.min)  # fmt: skip
