"""What the traces of the exchange say, who reads them, and who reckons its clocks again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy as _

from khuevan.directory.public import Person
from khuevan.journal.public import Fact, register_presenter
from khuevan.valuation.public import register_funding, register_names
from khuevan.worktime.public import Moved, register_clocks

from .actions import move_reviews
from .beside import Beside, register_step
from .facts import WORDS
from .models import Listing, Member, SavedSearch
from .queries.disclosing import Shown, reader_of
from .rules.disclosing import Clearance
from .rules.listings import Kind
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


def _value(person: Person | None, shown: Shown) -> Beside | None:
    """Let a member ask what its offer is worth."""
    if (
        person is None
        or shown.clearance is not Clearance.ALL
        or shown.kind in (Kind.NEED, Kind.EXPERT)
    ):
        return None
    told = {"subject": f"exchange.listing:{shown.id}", "title": shown.get("title_vi"), "field": shown.get("field"),
            "kind": shown.kind, "trl": shown.get("trl") or "", "protected_until": shown.get("ip_until") or ""}  # fmt: skip
    return Beside(
        _("Ask for a valuation"), f"{reverse('valuation-new')}?{urlencode(told)}"
    )


def _paid_by_state(key: UUID) -> bool | None:
    return Listing.objects.filter(pk=key).values_list("state_funded", flat=True).first()


register_step("valuation", _value)
register_funding("exchange.listing", _paid_by_state)
register_names(fields=FIELDS, kinds=KINDS)
