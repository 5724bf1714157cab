"""Opening somebody's application: told to its owner."""

from __future__ import annotations

from django.db import transaction

from khuevan.counter.access import is_applicant
from khuevan.counter.facts import record_dossier
from khuevan.counter.models import Dossier
from khuevan.directory.public import Person
from khuevan.journal.public import facts_about
from khuevan.platform import clock


@transaction.atomic
def read_application(*, dossier: Dossier, by: Person) -> bool:
    """Note that somebody opened an application; return whether this was noted.

    One's own leaves no fact; the same reader is told once a day.
    """
    if is_applicant(by, dossier):
        return False
    today = clock.today()
    told = any(
        fact.kind == "counter.application_read"
        and fact.actor == by.ref
        and clock.local_day(fact.occurred_at) == today
        for fact in facts_about(dossier.ref)
    )
    if told:
        return False
    record_dossier("application_read", dossier, by=by)
    return True
