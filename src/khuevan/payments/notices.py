"""What the facts of payments tell the payer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse

from khuevan.directory.public import Appointment, in_force
from khuevan.journal.public import Fact
from khuevan.notices.public import Teller
from khuevan.platform.errors import N_
from khuevan.platform.text import grouped

from .access import WORKERS
from .models import Order


class _Known:
    """The orders of a batch of facts, asked once."""

    def __init__(self, facts: list[Fact]) -> None:
        keys = [_key(fact) for fact in facts]
        self.orders = Order.objects.in_bulk(keys)


def _key(fact: Fact) -> UUID:
    return UUID(fact.subject.partition(":")[2])


def _payer(fact: Fact, known: _Known) -> Iterable[UUID | None]:
    return [known.orders[_key(fact)].payer_id]


def _about(fact: Fact, known: _Known) -> dict[str, Any]:
    amount = grouped(fact.figures.get("amount", 0))
    return {"code": known.orders[_key(fact)].pay_reference, "amount": amount}


def _page(fact: Fact, known: _Known) -> str:
    return reverse("payments-pay", args=[known.orders[_key(fact)].token])


tell = Teller("payments", params=_about, link=_page, gather=_Known)


class _Days:
    """The days of bodies a batch of facts is about, and who works for these bodies."""

    def __init__(self, facts: list[Fact]) -> None:
        bodies = {fact.figures["owner"] for fact in facts}
        posts = Appointment.objects.filter(in_force(), organisation__in=bodies, role__in=WORKERS)  # fmt: skip
        self.people: dict[str, list[UUID | None]] = {}
        for body, person in posts.values_list("organisation_id", "person_id"):
            self.people.setdefault(str(body), []).append(person)


def _workers(fact: Fact, known: _Days) -> Iterable[UUID | None]:
    return dict.fromkeys(known.people.get(fact.figures["owner"], []))


def _off(fact: Fact, known: _Days) -> dict[str, Any]:
    day = date.fromisoformat(fact.figures["day"])
    told = {name: grouped(fact.figures[name]) for name in ("bank", "books")}
    return {"day": f"{day:%d/%m/%Y}", **told}


def _day_page(fact: Fact, known: _Days) -> str:
    return reverse("payments-book-day", args=[_key(fact)])


tell_workers = Teller("payments", params=_off, link=_day_page, gather=_Days)
tell_workers(
    "books_differ",
    _workers,
    N_("Books and bank differ on %(day)s"),
    N_("The bank: %(bank)s đồng, the books: %(books)s đồng. The page shows what stands on one side only."),
)  # fmt: skip
tell(
    "order_opened",
    _payer,
    N_("Payment %(code)s: %(amount)s đồng"),
    N_("You are asked to pay %(amount)s đồng. The page says what for and how."),
)
tell(
    "order_paid",
    _payer,
    N_("Payment %(code)s was received"),
    N_("Thank you. Your receipt is on the page of the payment."),
)
tell(
    "order_expired",
    _payer,
    N_("Payment %(code)s was not made in time"),
    N_("The order is closed. Money that comes now is sent back to you."),
)
tell(
    "refund_done",
    _payer,
    N_("Payment %(code)s: %(amount)s đồng went back to you"),
    N_("The refund is done. The page of the payment says why."),
)
