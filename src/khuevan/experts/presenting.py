"""What the traces of the pool say, and who reads them; its clocks for the calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from khuevan.directory.public import Person
from khuevan.journal.public import Fact, register_presenter
from khuevan.worktime.public import Moved, register_clocks

from .access import keeps_the_pool
from .actions import move_clocks
from .facts import WORDS
from .models import Booking, Expert


def _may_see(person: Any, subject: str) -> bool:
    if not isinstance(person, Person):
        return False
    rows = Booking.objects.visible_to(person, keeps=keeps_the_pool(person))
    return rows.filter(pk=UUID(subject.partition(":")[2])).exists()


def _may_see_expert(person: Any, subject: str) -> bool:
    if not isinstance(person, Person):
        return False
    rows = Expert.objects.filter(pk=UUID(subject.partition(":")[2]))
    return keeps_the_pool(person) or rows.filter(person=person).exists()


def _words(fact: Fact) -> str:
    return gettext(WORDS.get(fact.kind, fact.kind)) % fact.figures


def _reckon(day: date, by: Person | None) -> Iterable[Moved]:
    return move_clocks(day=day, by=by)


register_presenter("experts.booking", may_see=_may_see, words=_words)
register_presenter("experts.expert", may_see=_may_see_expert, words=_words)
register_clocks("experts", _reckon)
