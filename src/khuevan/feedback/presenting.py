"""What the traces of petitions say, who reads them, and who reckons their limits again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from khuevan.directory.public import Person
from khuevan.journal.public import Fact, register_presenter
from khuevan.worktime.public import Moved, register_clocks

from .actions import move_clocks
from .facts import WORDS
from .models import Petition


def _may_see(person: Any, subject: str) -> bool:
    key = UUID(subject.partition(":")[2])
    return Petition.objects.visible_to(person).filter(pk=key).exists()


def _words(fact: Fact) -> str:
    return gettext(WORDS.get(fact.kind, fact.kind)) % fact.figures


def _reckon(day: date, by: Person | None) -> Iterable[Moved]:
    return move_clocks(day=day, by=by)


register_presenter("feedback.petition", may_see=_may_see, words=_words)
register_clocks("feedback", _reckon)
