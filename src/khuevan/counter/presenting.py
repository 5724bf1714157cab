"""What the traces of dossiers say, and who may read them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from khuevan.directory.public import Person
from khuevan.journal.public import Fact, register_presenter

from .access import WORKERS, may_keep_sync
from .facts import WORDS, words_params
from .models import Absence, AssignmentRule, Dossier


def _may_see(person: Any, subject: str) -> bool:
    key = UUID(subject.partition(":")[2])
    return Dossier.objects.visible_to(person).filter(pk=key).exists()


def _may_see_portal(person: Any, subject: str) -> bool:
    return isinstance(person, Person) and may_keep_sync(person)


def _may_see_absence(person: Any, subject: str) -> bool:
    key = UUID(subject.partition(":")[2])
    if not isinstance(person, Person):
        return False
    return Absence.objects.visible_to(person).filter(pk=key).exists()


def _may_see_register(person: Any, subject: str) -> bool:
    body = UUID(subject.partition(":")[2])
    return isinstance(person, Person) and person.authority.has_in(body, *WORKERS)


def _may_see_rule(person: Any, subject: str) -> bool:
    key = UUID(subject.partition(":")[2])
    if not isinstance(person, Person):
        return False
    return AssignmentRule.objects.visible_to(person).filter(pk=key).exists()


def _words(fact: Fact) -> str:
    return gettext(WORDS.get(fact.kind, fact.kind)) % words_params(fact)


register_presenter("counter.dossier", may_see=_may_see, words=_words)
register_presenter("counter.absence", may_see=_may_see_absence, words=_words)
register_presenter("counter.assignmentrule", may_see=_may_see_rule, words=_words)
register_presenter("counter.syncday", may_see=_may_see_portal, words=_words)
register_presenter("counter.register", may_see=_may_see_register, words=_words)
