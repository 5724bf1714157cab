"""What the traces of auctions say, and who may read them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from khuevan.journal.public import Fact, register_presenter

from .access import may_read_bidders
from .facts import WORDS
from .models import Auction, OpeningKey


def _may_see(person: Any, subject: str) -> bool:
    # A fact names who acted: bidders are numbers to the public, here they are people.
    found = Auction.objects.filter(pk=UUID(subject.partition(":")[2])).first()
    known = getattr(person, "authority", None) is not None
    return known and found is not None and may_read_bidders(person, found)


def _words(fact: Fact) -> str:
    return gettext(WORDS.get(fact.kind, fact.kind)) % fact.figures


def _may_see_key(person: Any, subject: str) -> bool:
    known = getattr(person, "authority", None) is not None
    keys = OpeningKey.objects.filter(pk=UUID(subject.partition(":")[2]))
    return known and keys.visible_to(person).exists()


register_presenter("auctions.openingkey", may_see=_may_see_key, words=_words)
register_presenter("auctions.auction", may_see=_may_see, words=_words)
