"""What the traces of the exchange say, who reads them, and who reckons its clocks again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from khuevan.directory.public import Person
from khuevan.journal.public import Fact, register_presenter
from khuevan.valuation.public import register_names
from khuevan.worktime.public import Moved, register_clocks

from .actions import move_reviews
from .facts import WORDS
from .models import Listing, Member, SavedSearch
from .queries.disclosing import reader_of
from .words import FIELDS, KINDS


def _may_see_listing(person: Any, subject: str) -> bool:
    """Traces tell of reviews and NDAs: they are for the member and the reviewers."""
    reader = reader_of(person)
    if reader.oversees:
        return True
    key = UUID(subject.partition(":")[2])
    return Listing.objects.filter(pk=key, member__in=reader.members).exists()


def _may_see_member(person: Any, subject: str) -> bool:
    reader = reader_of(person)
    key = UUID(subject.partition(":")[2])
    known = Member.objects.visible_to(person).filter(pk=key).exists()
    return known and (reader.oversees or key in reader.members)


def _may_see_search(person: Any, subject: str) -> bool:
    key = UUID(subject.partition(":")[2])
    return SavedSearch.objects.visible_to(person).filter(pk=key).exists()


def _words(fact: Fact) -> str:
    return gettext(WORDS.get(fact.kind, fact.kind)) % fact.figures


def _reckon(day: date, by: Person | None) -> Iterable[Moved]:
    return move_reviews(day=day, by=by)


register_presenter("exchange.listing", may_see=_may_see_listing, words=_words)
register_presenter("exchange.member", may_see=_may_see_member, words=_words)
register_presenter("exchange.savedsearch", may_see=_may_see_search, words=_words)
register_clocks("exchange", _reckon)
register_names(fields=FIELDS, kinds=KINDS)
