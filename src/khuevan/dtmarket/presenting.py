"""What the traces of DTMarket say, and who reads them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from khuevan.journal.public import Fact, register_presenter

from .access import may_work_on
from .facts import WORDS
from .models import Answer, Problem


def _may_see(person: Any, subject: str) -> bool:
    """Traces name who judged and who answered: they are for the body and for inspection."""
    found = Problem.objects.filter(pk=UUID(subject.partition(":")[2])).first()
    authority = getattr(person, "authority", None)
    if found is None or authority is None:
        return False
    return authority.reads_everything or may_work_on(person, found)


def _may_see_answer(person: Any, subject: str) -> bool:
    """Who answered is the supplier's own until answering is over, then the body's, too."""
    key = UUID(subject.partition(":")[2])
    return Answer.objects.visible_to(person).filter(pk=key).exists()


def _words(fact: Fact) -> str:
    return gettext(WORDS.get(fact.kind, fact.kind)) % fact.figures


register_presenter("dtmarket.problem", may_see=_may_see, words=_words)
register_presenter("dtmarket.answer", may_see=_may_see_answer, words=_words)
