"""What the traces of deals say, who reads them, and who reckons their clocks again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from khuevan.directory.public import Person
from khuevan.journal.public import Fact, register_presenter
from khuevan.worktime.public import Moved, register_clocks

from .access import may_know_lister, oversees
from .actions import move_clocks
from .facts import WORDS
from .models import Deal


def _may_see_deal(person: Any, subject: str) -> bool:
    if not isinstance(person, Person):
        return False
    seen = Deal.objects.visible_to(person, oversees=oversees(person))
    deal = seen.filter(pk=UUID(subject.partition(":")[2])).first()
    # Traces name who acted: they wait for the introduction where the lister is hidden.
    return deal is not None and may_know_lister(person, deal)


def _may_see_broker(person: Any, subject: str) -> bool:
    return isinstance(person, Person)


def _words(fact: Fact) -> str:
    return gettext(WORDS.get(fact.kind, fact.kind)) % fact.figures


def _reckon(day: date, by: Person | None) -> Iterable[Moved]:
    return move_clocks(day=day, by=by)


register_presenter("deals.deal", may_see=_may_see_deal, words=_words)
register_presenter("deals.broker", may_see=_may_see_broker, words=_words)
register_clocks("deals", _reckon)
