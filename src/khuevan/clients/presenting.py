"""What the traces of clients say, and who may read them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from khuevan.journal.public import Fact, register_presenter

from .facts import WORDS
from .models import Client


def _may_see(person: Any, subject: str) -> bool:
    key = UUID(subject.partition(":")[2])
    return Client.objects.visible_to(person).filter(pk=key).exists()


def _words(fact: Fact) -> str:
    return gettext(WORDS.get(fact.kind, fact.kind))


register_presenter("clients.client", may_see=_may_see, words=_words)
