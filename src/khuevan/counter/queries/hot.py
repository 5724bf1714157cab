"""The two questions programs ask all day: this dossier, and the newest ones.

The same dossiers as `visible_to`, worded once (see `platform.prepared`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import CharField, QuerySet, TextField, UUIDField

from khuevan.counter.models import Dossier
from khuevan.counter.models.dossiers import eyes_of, seen
from khuevan.counter.rules.states import Business
from khuevan.directory.public import Person
from khuevan.platform.prepared import Given, Prepared


TOLD = (
    "code", "procedure", "title", "business", "finance", "delivery", "filed_at", "due_at",
    "ended_at", "agency__code",
)  # fmt: skip
"""What a list tells of each dossier."""
_PERSON = Given("person", UUIDField())
_BODIES = Given("bodies", ArrayField(UUIDField()))


class _Shape(NamedTuple):
    """What a question for the newest dossiers is made of; the values come with it."""

    everything: bool
    words: bool
    state: bool
    limit: int


def named_dossier(key: UUID, person: Person) -> Dossier:
    """Return a filed dossier a person may see, only to name it to an action.

    The action reads the rest when it locks it. Raises Dossier.DoesNotExist.
    """
    eyes = eyes_of(person)
    return _NAMED[eyes.pop("everything")].get(key=key, **eyes)


def newest_dossiers(
    person: Person | AnonymousUser, *, words: str, state: str, limit: int
) -> list[Dossier]:
    """Return the newest filed dossiers a person may see, as far as a list tells of them.

    `words` are folded; empty ones, or an empty state, keep all.
    """
    if not isinstance(person, Person):
        return []
    eyes = eyes_of(person)
    shape = _Shape(eyes.pop("everything"), bool(words), bool(state), limit)
    return _newest(shape).ask(words=words, state=state, **eyes)


def _filed(*, everything: bool) -> QuerySet[Dossier]:
    found = Dossier.objects.filter(seen(_PERSON, _BODIES, everything=everything))
    return found.exclude(business=Business.DRAFT)


def _named(*, everything: bool) -> Prepared[Dossier]:
    key = Given("key", UUIDField())
    return Prepared(
        lambda: _filed(everything=everything).filter(pk=key).only("applicant")
    )


_NAMED = {choice: _named(everything=choice) for choice in (True, False)}


@lru_cache(maxsize=512)
def _newest(shape: _Shape) -> Prepared[Dossier]:
    def build() -> QuerySet[Dossier]:
        found = _filed(everything=shape.everything)
        if shape.state:
            found = found.filter(business=Given("state", CharField()))
        if shape.words:
            query = SearchQuery(Given("words", TextField()), config="simple")
            vector = SearchVector("folded", config="simple")
            found = found.alias(vector=vector).filter(vector=query)
        told = found.select_related("agency").only(*TOLD)
        return told.order_by("-filed_at")[: shape.limit]

    return Prepared(build)
