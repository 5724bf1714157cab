"""Reading orders: for pages, for apps above, for the comparison with the bank."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.text import fold

from .gateways import OFFLINE
from .models import (
    Account,
    BookDay,
    Credit,
    Order,
    Payout,
    Receipt,
    Refund,
    Statement,
    StatementLine,
)
from .rules.books import Line, Payer, RefundReason, RefundState, State
from .rules.reconciling import Kind, Movement, Verdict
from .rules.standing import OrderView
from .rules.vietqr import Transfer, build


PAGE = 50


def orders_of(subject: str) -> tuple[OrderView, ...]:
    """Return the orders for one subject, the oldest first."""
    return tuple(orders_of_many([subject]).get(subject, ()))


def orders_of_many(subjects: Iterable[str]) -> dict[str, list[OrderView]]:
    """Return the orders of several subjects by subject: four queries in all."""
    found: dict[str, list[OrderView]] = {}
    rows = Order.objects.filter(subject__in=list(subjects)).order_by("opened_at", "pk")
    for view in views_of(rows):
        found.setdefault(view.subject, []).append(view)
    return found


def returned_on(order_id: UUID) -> int:
    """Return the đồng of an order that went back, a surplus left aside."""
    done = Refund.objects.filter(order=order_id, state=RefundState.DONE)
    wanted = done.exclude(reason=RefundReason.SURPLUS)
    return int(wanted.aggregate(sum=Sum("amount", default=0))["sum"])


def views_of(orders: QuerySet[Order]) -> list[OrderView]:
    """Return orders as frozen values, with their lines and money."""
    rows = orders.prefetch_related("lines", "credits").select_related("receipt")
    return [view_of(order) for order in rows]


def view_of(order: Order) -> OrderView:
    """Return one order as a frozen value."""
    lines = tuple(
        Line(line.code, line.name, line.amount, Payer(line.payer))
        for line in order.lines.all()
    )
    came = order.credits.all()
    received = sum(credit.amount for credit in came)
    receipt = _receipt(order)
    waiting = order.state == State.WAITING
    return OrderView(
        id=order.pk,
        ref=order.ref,
        subject=order.subject,
        purpose=order.purpose,
        pay_reference=order.pay_reference,
        token=order.token,
        state=State(order.state),
        amount=order.amount,
        covered=sum(line.amount for line in lines if line.payer is Payer.CITY),
        received=received,
        missing=max(0, order.amount - received) if waiting else 0,
        online=any(credit.gateway not in OFFLINE for credit in came),
        opened_at=order.opened_at,
        due_at=order.due_at,
        paid_at=order.paid_at,
        receipt_number=receipt_number(receipt) if receipt else "",
        lines=lines,
    )


def _receipt(order: Order) -> Receipt | None:
    """Return an order's receipt, as looked up together with it or anew."""
    if "receipt" in order._state.fields_cache:
        found: Receipt | None = getattr(order, "receipt", None)
        return found
    return Receipt.objects.filter(order=order).first()


def receipt_number(receipt: Receipt) -> str:
    """Return a receipt's number as it is printed: 2026/0000012."""
    return f"{receipt.year}/{receipt.number:07d}"


@dataclass(frozen=True, slots=True)
class Totals:
    """What orders of a time added up to; đồng."""

    orders: int
    asked: int
    received: int
    returned: int
    paid: int
    paid_online: int


def totals(
    *,
    since: date,
    until: date,
    beneficiary: UUID | None = None,
    purpose: str = "",
) -> Totals:
    """Return what the orders opened from one day to another, both included, came to."""
    orders = Order.objects.filter(
        opened_at__gte=clock.at_local(since, time.min),
        opened_at__lte=clock.end_of_day(until),
    )
    if beneficiary is not None:
        orders = orders.filter(beneficiary=beneficiary)
    if purpose:
        orders = orders.filter(purpose=purpose)
    paid = Q(state=State.PAID)
    counted = orders.aggregate(
        orders=Count("pk"),
        asked=Sum("amount", default=0),
        paid=Count("pk", filter=paid),
    )
    online = Credit.objects.exclude(gateway__in=OFFLINE).values("order")
    done = Refund.objects.filter(order__in=orders, state=RefundState.DONE)
    return Totals(
        **counted,
        received=Credit.objects.filter(order__in=orders).aggregate(
            sum=Sum("amount", default=0)
        )["sum"],
        returned=done.aggregate(sum=Sum("amount", default=0))["sum"],
        paid_online=orders.filter(paid, pk__in=online).count(),
    )


def transfer_payload(order: Order, missing: int) -> tuple[Account, str] | None:
    """Return the account and the VietQR text to pay an order by bank transfer."""
    account = Account.objects.filter(organisation=order.beneficiary_id).first()
    if account is None or not missing:
        return None
    asked = Transfer(account.bin, account.number, missing, order.pay_reference)
    return account, build(asked)


def order_list(
    person: Person, *, state: str = "", words: str = "", page: int = 1
) -> tuple[list[Order], int]:
    """Return a page of the orders of one's bodies and how many there are."""
    rows = Order.objects.visible_to(person).select_related("beneficiary", "receipt")
    if state in set(State):
        rows = rows.filter(state=state)
    if words.strip():
        code = fold(words).upper().replace(" ", "")
        rows = rows.filter(
            Q(pay_reference=code) | Q(subject__endswith=words.strip())
            | Q(beneficiary__folded__contains=fold(words))
        )  # fmt: skip
    start = (max(page, 1) - 1) * PAGE
    return list(rows.order_by("-opened_at", "-pk")[start : start + PAGE]), rows.count()


def our_movements(gateway: str, day: date) -> list[Movement]:
    """List what our books say moved through a gateway on a day of Hanoi."""
    since = clock.at_local(day, time.min)
    until = clock.at_local(day + timedelta(days=1), time.min)
    paid = Credit.objects.filter(
        gateway=gateway, happened_at__gte=since, happened_at__lt=until
    ).select_related("order")
    refunds = Refund.objects.filter(
        gateway=gateway, state=RefundState.DONE, settled_at__gte=since, settled_at__lt=until
    ).select_related("order")  # fmt: skip
    came = [Movement(c.transaction, Kind.PAYMENT, c.amount, c.order.pay_reference) for c in paid]  # fmt: skip
    went = [Movement(r.transaction, Kind.REFUND, r.amount, r.order.pay_reference) for r in refunds]  # fmt: skip
    paid_out = Payout.objects.filter(
        gateway=gateway, happened_at__gte=since, happened_at__lt=until
    )
    left = [Movement(p.transaction, Kind.PAYOUT, p.amount, p.subject) for p in paid_out]
    return came + went + left


@dataclass(frozen=True, slots=True)
class MatchedRow:
    """How many movements of one kind are alike on both sides; đồng."""

    kind: Kind
    count: int
    amount: int


@dataclass(frozen=True, slots=True)
class DayPage:
    """A day's comparison as one may see it."""

    day: date
    statements: Sequence[Statement]
    problems: Sequence[StatementLine]
    settled: Sequence[StatementLine]
    matched: Sequence[MatchedRow]
    books: Sequence[BookDay]


def day_page(person: Person, day: date) -> DayPage:
    """Return what comparing a day found: seven queries at most."""
    lines = (
        StatementLine.objects.visible_to(person)
        .filter(statement__day=day)
        .select_related("statement", "order", "owner", "resolved_by")
    )
    matched = (
        lines.filter(verdict=Verdict.MATCHED)
        .values_list("kind")
        .annotate(count=Count("pk"), sum=Sum("ours", default=0))
    )
    others = lines.exclude(verdict=Verdict.MATCHED).order_by("transaction")
    return DayPage(
        day=day,
        statements=list(Statement.objects.filter(day=day).order_by("gateway")),
        problems=[line for line in others if line.is_open],
        settled=[line for line in others if not line.is_open],
        matched=[
            MatchedRow(Kind(kind), n, sum_)
            for kind, n, sum_ in matched.order_by("kind")
        ],
        books=list(
            BookDay.objects.visible_to(person)
            .filter(day=day)
            .select_related("owner", "resolved_by")
            .order_by("owner__sort_key")
        ),
    )


@dataclass(frozen=True, slots=True)
class DayRow:
    """One compared day in the list."""

    day: date
    open: int


def recent_days(person: Person, *, most: int = 31) -> list[DayRow]:
    """List the last compared days with how many problems wait, the newest first."""
    lines = StatementLine.objects.visible_to(person)
    waiting = lines.filter(resolved_at=None).exclude(verdict=Verdict.MATCHED)
    counts = dict(
        waiting.values("statement__day")
        .annotate(n=Count("pk"))
        .values_list("statement__day", "n")
    )
    apart = BookDay.objects.visible_to(person).open().values("day").annotate(n=Count("pk"))  # fmt: skip
    for on, n in apart.values_list("day", "n"):
        counts[on] = counts.get(on, 0) + n
    days = Statement.objects.order_by("-day").values_list("day", flat=True).distinct()
    return [DayRow(day, counts.get(day, 0)) for day in days[:most]]


def refunds_to_do(person: Person) -> list[Refund]:
    """List refunds that wait for somebody, the oldest first."""
    rows = Refund.objects.visible_to(person).exclude(state=RefundState.DONE)
    return list(rows.select_related("order__beneficiary").order_by("asked_at")[:200])


@dataclass(frozen=True, slots=True)
class Checked:
    """What anybody may know of a receipt by its code."""

    number: str
    organisation: str
    amount: int
    issued_at: datetime
    refunded: bool


def check_receipt(code: str) -> Checked | None:
    """Return what a receipt's code stands for; None where it is no code of ours."""
    found = Receipt.objects.filter(code=code).select_related("organisation", "order")
    receipt = found.first()
    if receipt is None:
        return None
    return Checked(
        receipt_number(receipt),
        receipt.organisation.name,
        receipt.amount,
        receipt.issued_at,
        receipt.order.state == State.REFUNDED,
    )
