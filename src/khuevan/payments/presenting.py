"""What the traces of orders say, and who may read them; what an order's law stands on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from khuevan.journal.public import Fact, register_presenter

from .facts import WORDS
from .models import BookDay, Order, Payout


def _may_see(person: Any, subject: str) -> bool:
    key = UUID(subject.partition(":")[2])
    return Order.objects.visible_to(person).filter(pk=key).exists()


def _words(fact: Fact) -> str:
    return gettext(WORDS.get(fact.kind, fact.kind)) % fact.figures


def _may_see_payout(person: Any, subject: str) -> bool:
    key = UUID(subject.partition(":")[2])
    return Payout.objects.visible_to(person).filter(pk=key).exists()


def _may_see_book_day(person: Any, subject: str) -> bool:
    key = UUID(subject.partition(":")[2])
    return BookDay.objects.visible_to(person).filter(pk=key).exists()


register_presenter("payments.bookday", may_see=_may_see_book_day, words=_words)
register_presenter("payments.payout", may_see=_may_see_payout, words=_words)
register_presenter("payments.order", may_see=_may_see, words=_words)
