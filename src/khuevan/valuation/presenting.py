"""What the traces of valuations say, and who reads them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from khuevan.journal.public import Fact, register_presenter

from .access import keeps_the_list
from .facts import WORDS
from .models import Valuation


def _may_see(person: Any, subject: str) -> bool:
    key = UUID(subject.partition(":")[2])
    keeps = getattr(person, "authority", None) is not None and keeps_the_list(person)
    return Valuation.objects.visible_to(person, keeps=keeps).filter(pk=key).exists()


def _may_see_list(person: Any, subject: str) -> bool:
    return getattr(person, "authority", None) is not None and keeps_the_list(person)


def _words(fact: Fact) -> str:
    return gettext(WORDS.get(fact.kind, fact.kind)) % fact.figures


register_presenter("valuation.valuation", may_see=_may_see, words=_words)
register_presenter("valuation.appraiser", may_see=_may_see_list, words=_words)
register_presenter("valuation.referenceprice", may_see=_may_see_list, words=_words)
