"""Registering the papers that order something."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from khuevan.directory.public import Person
from khuevan.journal.public import record
from khuevan.platform.errors import N_, RuleBroken
from khuevan.steering.access import may_steer
from khuevan.steering.models import Clause, Source
from khuevan.steering.rules import Group, Level, SourceKind

from .common import require


@transaction.atomic
def register_source(
    *,
    kind: SourceKind,
    number: str,
    title: str,
    issuer: str,
    level: Level,
    issued_on: date,
    legal_reference: str = "",
    by: Person | None,
) -> Source:
    """Register a paper once; its number is its identity."""
    require(may_steer(by))
    if Source.objects.filter(number__iexact=number.strip()).exists():
        raise RuleBroken(
            N_("A source with number %(number)s is registered already."),
            field="number",
            number=number,
        )
    source = Source.objects.create(
        kind=kind,
        number=number.strip(),
        title=title.strip(),
        issuer=issuer.strip(),
        level=level,
        issued_on=issued_on,
        legal_reference=legal_reference,
        created_by=by,
    )
    record("steering.source_registered", subject=source.ref, by=by, number=number)
    return source


@transaction.atomic
def add_clause(
    *, source: Source, number: str, text: str, group: Group, by: Person | None
) -> Clause:
    """Add a numbered place of a source, from which tasks can be cut."""
    require(may_steer(by))
    if source.clauses.filter(number=number).exists():
        raise RuleBroken(
            N_("Clause %(number)s of this source is there already."),
            field="number",
            number=number,
        )
    clause = Clause.objects.create(
        source=source, number=number.strip(), text=text.strip(), group=group
    )
    record("steering.clause_added", subject=source.ref, by=by, number=number)
    return clause
