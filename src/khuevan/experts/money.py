"""Money of bookings: asked for through payments, owed to experts in the keeper's book."""

from __future__ import annotations

import re
from uuid import UUID

from khuevan.books.public import Kind, enter, move, open_account, open_book
from khuevan.directory.public import Organisation, Person
from khuevan.payments.public import Line, OrderView, open_order
from khuevan.platform import clock

from .dated import keeper_on
from .models import Booking


BANK = "BANK"
PURPOSE = "expert_fee"
# What stands in books and on orders is Vietnamese, as they are read.
BOOK_TITLE = "Thù lao chuyên gia tư vấn"
FEE, IN, OUT = "Thù lao tư vấn", "Bên đặt lịch trả thù lao", "Chi trả cho chuyên gia"


def keeper() -> Organisation:
    """Return the body that keeps the pool today: its bank account takes the money."""
    return Organisation.objects.get(code=keeper_on(clock.today()))


def ask_for_money(booking: Booking) -> UUID:
    """Ask whoever booked for what was confirmed and return the order."""
    assert booking.amount is not None
    order = open_order(
        subject=booking.ref, purpose=PURPOSE,
        lines=[Line(PURPOSE, f"{FEE} {booking.code}", booking.amount)],
        payer=booking.consultation.asked_by, beneficiary=keeper(), due_at=None, by=None,
    )  # fmt: skip
    return order.id


def take_in(booking: Booking, order: OrderView) -> None:
    """Enter what was paid: it is the expert's at once."""
    body = keeper()
    booking.book = "EXPERTS-" + re.sub(r"[^A-Z0-9]+", "-", body.code.upper())
    open_book(code=booking.book, title=BOOK_TITLE, owner=body, by=None)
    name = f"Phải trả chuyên gia {booking.expert_account}"
    open_account(book=booking.book, code=BANK, name="Tài khoản ngân hàng", kind=Kind.ASSET, by=None)  # fmt: skip
    open_account(
        book=booking.book, code=booking.account, name=name, kind=Kind.LIABILITY,
        about=booking.expert.ref, by=None,
    )  # fmt: skip
    enter(
        book=booking.book, key=f"in:{order.id}", words=f"{IN} {booking.code}",
        lines=move(order.amount, debit=BANK, credit=booking.account),
        about=booking.ref, by=None,
    )  # fmt: skip


def enter_payout(booking: Booking, reference: str, by: Person | None) -> None:
    """Enter that the money went to the expert's bank."""
    assert booking.amount is not None
    enter(
        book=booking.book, key=f"out:{booking.pk}", words=f"{OUT} {booking.code}, {reference}",
        lines=move(booking.amount, debit=booking.account, credit=BANK),
        about=booking.ref, by=by,
    )  # fmt: skip
