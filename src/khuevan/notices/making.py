"""From facts to notices: one row for each fact and reader, with the feed's cursor.

Notices, their deliveries and the reader's place in the feed are written in one
transaction: a process killed at any moment has told either all of a batch or nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from khuevan.directory.public import Person
from khuevan.journal.public import Fact, batch
from khuevan.platform import clock

from .declaration import Message, message_for
from .models import Notice, Posting
from .posting import keep, postings
from .queueing import enclose
from .rules import Urgency


READER = "notices"
BATCH = 500
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Words:
    """A message as one language says it."""

    subject: str
    body: str


@dataclass(slots=True)
class Draft:
    """A fact that means something to somebody, before it is put in their words."""

    fact: Fact
    message: Message
    gathered: Any
    readers: set[UUID] = field(default_factory=set)


def take_facts(*, limit: int = BATCH) -> int:
    """Make the notices of new facts; return how many facts were read."""
    with batch(READER, limit=limit) as facts:
        tell(facts)
        return len(facts)


def tell(facts: list[Fact]) -> None:
    """Write the notices of some facts, and what carries them out of the house.

    The number of queries does not grow with the facts. A fact told before is not told
    again, even if the reader's place was set back.
    """
    drafts = _drafts(facts)
    _post(drafts)
    wanted = {reader for draft in drafts for reader in draft.readers}
    if not wanted:
        return
    people = {
        person.pk: person
        for person in Person.objects.filter(pk__in=wanted, is_active=True)
    }
    told = set(
        Notice.objects.filter(fact__in=[d.fact.number for d in drafts]).values_list(
            "fact", "person_id"
        )
    )
    notices: list[Notice] = []
    for draft in drafts:
        with _guarded(draft.fact):
            notices += [
                notice
                for notice in _notices(draft, people)
                if (notice.fact, notice.person_id) not in told
            ]
    Notice.objects.bulk_create(notices, batch_size=1_000)
    enclose(notices)


def _post(drafts: list[Draft]) -> None:
    """Put urgent news into the outbox of those who have no account; in Vietnamese."""
    rows: list[Posting] = []
    for draft in drafts:
        fact, message = draft.fact, draft.message
        if message.contacts is None or message.urgency_of(fact) != Urgency.NOW:
            continue
        with _guarded(fact):
            contacts = list(message.contacts(fact, draft.gathered))
            if contacts:
                said = _words(draft, settings.LANGUAGE_CODE)
                link = (message.open_link or message.link)(fact, draft.gathered)
                rows += postings(fact, contacts, said.subject, said.body, link)
    keep(rows)


def _drafts(facts: list[Fact]) -> list[Draft]:
    by_gather: dict[Callable[[list[Fact]], Any], list[tuple[Fact, Message]]] = {}
    for fact in facts:
        if message := message_for(fact.kind):
            by_gather.setdefault(message.gather, []).append((fact, message))
    drafts = []
    for gather, told in by_gather.items():
        gathered = gather([fact for fact, _ in told])
        drafts += [Draft(fact, message, gathered) for fact, message in told]
    for draft in drafts:
        with _guarded(draft.fact):
            draft.readers = _readers(draft)
    return sorted(drafts, key=lambda draft: draft.fact.number)


def _readers(draft: Draft) -> set[UUID]:
    """Return who is told, without whoever caused the fact: they know."""
    named = draft.message.recipients(draft.fact, draft.gathered)
    keys = {one.pk if isinstance(one, Person) else one for one in named}
    return {k for k in keys if k and f"directory.person:{k}" != draft.fact.actor}


def _notices(draft: Draft, people: dict[UUID, Person]) -> Iterator[Notice]:
    fact = draft.fact
    said: dict[str, Words] = {}
    link = draft.message.link(fact, draft.gathered)
    for reader in sorted(draft.readers & people.keys()):
        language = people[reader].language
        if language not in said:
            said[language] = _words(draft, language)
        yield Notice(
            person=people[reader],
            fact=fact.number,
            kind=fact.kind,
            urgency=draft.message.urgency_of(fact),
            subject=said[language].subject,
            body=said[language].body,
            link=link,
            occurred_at=fact.occurred_at,
            made_at=clock.now(),
        )


def _words(draft: Draft, language: str) -> Words:
    with translation.override(language):
        params = draft.message.params(draft.fact, draft.gathered)
        subject = " ".join((gettext(draft.message.subject) % params).split())
        return Words(subject[:300], gettext(draft.message.body) % params)


@contextmanager
def _guarded(fact: Fact) -> Iterator[None]:
    """Let a message that cannot be put in words hold up no other, and say so loudly."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError):
        log.exception("a fact could not be told", extra={"kind": fact.kind})
