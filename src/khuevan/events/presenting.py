"""What the traces of events say, and who reads them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from khuevan.directory.public import Person
from khuevan.journal.public import Fact, register_presenter

from .access import may_run
from .facts import WORDS
from .models import Event


def _event_of(subject: str) -> Event | None:
    """Return the event a fact is about, directly or through a registration or question."""
    model, _colon, key = subject.partition(":")
    path = {"events.registration": "registrations", "events.question": "questions"}
    return Event.objects.filter(**{path.get(model, "pk"): UUID(key)}).first()


def _may_see(person: Any, subject: str) -> bool:
    event = _event_of(subject)
    return event is not None and isinstance(person, Person) and may_run(person, event)


def _words(fact: Fact) -> str:
    return gettext(WORDS.get(fact.kind, fact.kind)) % fact.figures


register_presenter("events.event", may_see=_may_see, words=_words)
register_presenter("events.registration", may_see=_may_see, words=_words)
register_presenter("events.question", may_see=_may_see, words=_words)
