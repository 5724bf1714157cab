"""What the traces of procedures say, and who may read them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from khuevan.journal.public import Fact, register_presenter

from .facts import WORDS
from .models import Procedure


def _may_see(person: Any, subject: str) -> bool:
    key = UUID(subject.partition(":")[2])
    return Procedure.objects.visible_to(person).filter(pk=key).exists()


def _words(fact: Fact) -> str:
    shown = dict(fact.figures)
    if shown.get("valid_from"):
        shown["valid_from"] = f"{date.fromisoformat(shown['valid_from']):%d/%m/%Y}"
    return gettext(WORDS.get(fact.kind, fact.kind)) % shown


register_presenter("catalogue.procedure", may_see=_may_see, words=_words)
