"""What the facts of payments tell the payer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.urls import reverse

from khuevan.journal.public import Fact
from khuevan.notices.public import Message, Urgency, declare
from khuevan.platform.errors import N_

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
    amount = f"{fact.figures.get('amount', 0):,}".replace(",", ".")
    return {"code": known.orders[_key(fact)].pay_reference, "amount": amount}


def _page(fact: Fact, known: _Known) -> str:
    return reverse("payments-pay", args=[known.orders[_key(fact)].token])


def _tell(kind: str, subject: str, body: str) -> None:
    declare(
        Message(
            kind=f"payments.{kind}",
            subject=subject,
            body=body,
            recipients=_payer,
            params=_about,
            link=_page,
            urgency=Urgency.NOW,
            gather=_Known,
        )
    )


_tell(
    "order_opened",
    N_("Payment %(code)s: %(amount)s đồng"),
    N_("You are asked to pay %(amount)s đồng. The page says what for and how."),
)
_tell(
    "order_paid",
    N_("Payment %(code)s was received"),
    N_("Thank you. Your receipt is on the page of the payment."),
)
_tell(
    "order_expired",
    N_("Payment %(code)s was not made in time"),
    N_("The order is closed. Money that comes now is sent back to you."),
)
_tell(
    "refund_done",
    N_("Payment %(code)s: %(amount)s đồng went back to you"),
    N_("The refund is done. The page of the payment says why."),
)
