"""What the traces of the service centre say, and who may read them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from khuevan.journal.public import Fact, register_presenter

from .access import may_count_party, may_manage
from .facts import WORDS


def _words(fact: Fact) -> str:
    return gettext(WORDS.get(fact.kind, fact.kind)) % fact.figures


def _managers(person: Any, subject: str) -> bool:
    return may_manage(person)


def _party(person: Any, subject: str) -> bool:
    return may_count_party(person)


for _thing in ("desk", "ticket", "booking"):
    register_presenter(f"centre.{_thing}", may_see=_managers, words=_words)
register_presenter("centre.partycount", may_see=_party, words=_words)
