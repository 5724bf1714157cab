"""Opening somebody's application, taking many out of the house: noted with who did."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from khuevan.counter.access import WORKERS, is_applicant
from khuevan.counter.facts import record_dossier
from khuevan.counter.models import Dossier
from khuevan.counter.rules.states import Business
from khuevan.directory.public import Organisation, Person
from khuevan.journal.public import facts_about, record
from khuevan.platform import clock

from .common import require


@transaction.atomic
def read_application(*, dossier: Dossier, by: Person) -> bool:
    """Note that somebody opened an application; return whether this was noted.

    One's own leaves no fact, a draft is nobody's but whose who fills it in; the same
    reader is told once a day.
    """
    if is_applicant(by, dossier) or dossier.business == Business.DRAFT:
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


@transaction.atomic
def export_register(
    *, body: Organisation, since: date, until: date, ending: str, rows: int, by: Person
) -> int:
    """Note that a body's register left the house as a file; return the fact's number.

    `rows` is how many dossiers the file names, `ending` which kind of file it is.
    """
    require(by.authority.reads_everything or by.authority.has_in(body.pk, *WORKERS))
    return record(
        "counter.register_exported", subject=f"counter.register:{body.pk}", by=by, since=since.isoformat(),
        until=until.isoformat(), ending=ending, rows=rows,
    )  # fmt: skip
