"""What the traces of contracts say, and who may read them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext

from khuevan.journal.public import Fact, register_presenter

from .facts import WORDS
from .models import Contract


def _may_see(person: Any, subject: str) -> bool:
    found = Contract.objects.visible_to(person or AnonymousUser())
    return found.filter(pk=UUID(subject.partition(":")[2])).exists()


def _words(fact: Fact) -> str:
    return gettext(WORDS.get(fact.kind, fact.kind)) % fact.figures


register_presenter("contracts.contract", may_see=_may_see, words=_words)
