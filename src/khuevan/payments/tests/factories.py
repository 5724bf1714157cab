"""Orders in a given state, reached only through the actions that lead there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from khuevan.directory.public import Organisation, Person, Role
from khuevan.directory.tests.factories import (
    OrganisationFactory,
    PersonFactory,
    make_person,
)
from khuevan.payments import actions
from khuevan.payments.gateways import Event
from khuevan.payments.models import Order, Refund
from khuevan.payments.queries import our_movements
from khuevan.payments.rules.books import Line, Payer, RefundReason
from khuevan.payments.rules.reconciling import Kind
from khuevan.payments.tasks import expire_orders as expire_orders
from khuevan.platform import clock


FEE = 120_000
_numbers = count(1)


@dataclass
class Cast:
    beneficiary: Organisation
    official: Person
    head: Person
    payer: Person
    outsider: Person
    operator: Person
    inspector: Person


def make_cast() -> Cast:
    beneficiary = OrganisationFactory.create()
    return Cast(
        beneficiary=beneficiary,
        official=make_person(Role.OFFICIAL, beneficiary),
        head=make_person(Role.HEAD, beneficiary),
        payer=PersonFactory.create(),
        outsider=make_person(Role.OFFICIAL),
        operator=make_person(Role.OPERATOR),
        inspector=make_person(Role.INSPECTOR),
    )


LINES = (
    Line("le_phi", "Lệ phí cấp phép", FEE),
    Line("phi_ho_so", "Phí gửi kết quả", 30_000, Payer.CITY),
)


def make_order(cast: Cast, **changes: object) -> Order:
    fields: dict[str, object] = {
        "subject": f"thing.dossier:{next(_numbers)}",
        "purpose": "dossier_fee",
        "lines": LINES,
        "payer": cast.payer,
        "beneficiary": cast.beneficiary,
        "due_at": clock.now() + timedelta(days=10),
        "by": None,
    }
    return actions.open_order(**(fields | changes))  # type: ignore[arg-type]


def payment(order: Order, amount: int = FEE, transaction: str = "") -> Event:
    name = transaction or f"TX{next(_numbers)}"
    return Event(Kind.PAYMENT, name, amount, clock.now(), order.pay_reference)


def returned(of: Event, amount: int = FEE, transaction: str = "") -> Event:
    name = transaction or f"RF{next(_numbers)}"
    return Event(Kind.REFUND, name, amount, clock.now(), refund_of=of.transaction)


def tell(event: Event) -> None:
    actions.take_callback(gateway="sandbox", event=event, raw="{}")


def pay(order: Order, amount: int = FEE) -> Order:
    tell(payment(order, amount))
    order.refresh_from_db()
    return order


def make_account(organisation: Organisation) -> None:
    """Name the bank account into which an organisation is paid."""
    actions.name_account(
        organisation=organisation, bin="970415", bank="VietinBank", number="1",
        holder="PHƯỜNG", by=None,
    )  # fmt: skip


def refund_of(subject: str) -> Refund:
    """Return the only refund of what was paid for a subject, the bank's own aside."""
    rows = Refund.objects.exclude(reason=RefundReason.BANK)
    return rows.get(order__subject=subject)


def send_back(subject: str) -> int:
    """Let the gateway send back what is to go back for a subject; return how much that was."""
    refund = refund_of(subject)
    actions.send_refund(refund=refund, by=None)
    actions.settle_refund(refund=refund, done=True, by=None)
    return refund.amount


def take_back(subject: str, amount: int) -> None:
    """Let the bank tell that it took some of what was paid last for a subject back."""
    paid = Order.objects.filter(subject=subject).latest("opened_at").credits.get()
    tell(Event(Kind.REFUND, f"RF{next(_numbers)}", amount, clock.now(), refund_of=paid.transaction))  # fmt: skip


def off_today() -> list[int]:
    """Let the bank list what payments knows; return by how much each body's books differ."""
    today = clock.today()
    for gateway in ("sandbox", "transfer"):
        actions.reconcile_day(day=today, gateway=gateway, listed=our_movements(gateway, today), by=None)  # fmt: skip
    return [row.off for row in actions.compare_books(day=today, by=None)]
