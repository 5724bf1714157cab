"""What a move to another version would mean for each dossier: looked at before it is done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from khuevan.catalogue.public import (
    Channel,
    Definition,
    Subject,
    fees_for,
    limit_of,
    version,
)
from khuevan.counter.carrying import cross, names_of_tokens
from khuevan.counter.definitions import process_by
from khuevan.counter.models import Dossier
from khuevan.counter.precheck import check_answers, check_papers
from khuevan.counter.timing import due_of
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken
from khuevan.process.public import Process
from khuevan.worktime.public import CutOff, Term, Unit

from .moving import in_flight


LOOKED_AT = 100
"""How many dossiers a page looks at: those due first."""


@dataclass(frozen=True, slots=True)
class Going:
    """Where a dossier waits now, where it would wait, and its way from there.

    `besides` are steps that begin in addition; `ahead` all steps still to do, in
    order, with the working hours they take at least.
    """

    now: tuple[str, ...]
    then: tuple[str, ...]
    besides: tuple[str, ...]
    ahead: tuple[str, ...]
    hours: float


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One dossier as the new version would have it.

    `going` is None where it would stay, and `refusal` says why. A date, a fee in đồng
    or None where it cannot be told. `lacking` names papers and answers that only the
    new version asks for.
    """

    dossier: Dossier
    going: Going | None
    refusal: RuleBroken | None
    due_at: datetime | None
    new_due_at: datetime | None
    fee: int | None
    new_fee: int | None
    lacking: tuple[str, ...]


def foresee(source: UUID, target: UUID, chosen: Mapping[str, str]) -> list[Foreseen]:
    """Return what the first hundred dossiers would meet: those that stay, then by date.

    The legal date and what was charged stay as they were promised; what the new version
    would give is told beside them.
    """
    rows = (
        in_flight(source)
        .select_related("application", "agency")
        .prefetch_related("work", "papers", "intervals")
        .order_by("due_at", "pk")[:LOOKED_AT]
    )
    old, new = version(source).definition, version(target).definition
    ways = process_by(source), process_by(target)
    found = [_foreseen(dossier, old, new, ways, chosen) for dossier in rows]
    return sorted(found, key=lambda one: one.refusal is None)


def _foreseen(
    dossier: Dossier,
    old: Definition,
    new: Definition,
    ways: tuple[Process, Process],
    chosen: Mapping[str, str],
) -> Foreseen:
    going, refusal = None, None
    try:
        going = _going(dossier, ways, chosen)
    except RuleBroken as broken:
        refusal = broken
    return Foreseen(
        dossier, going, refusal, dossier.due_at, _new_due(dossier, new),
        _fee(dossier, old), _fee(dossier, new), _lacking(dossier, old, new),
    )  # fmt: skip


def _going(
    dossier: Dossier, ways: tuple[Process, Process], chosen: Mapping[str, str]
) -> Going:
    old, new = ways
    crossing = cross(dossier, old, new, chosen)
    return Going(
        names_of_tokens(old, (step.token for step in crossing.steps)),
        names_of_tokens(new, crossing.went.tokens),
        names_of_tokens(new, crossing.went.new),
        tuple(new.by_id[key].name for key in crossing.ahead.path),
        crossing.ahead.hours,
    )


def _new_due(dossier: Dossier, new: Definition) -> datetime | None:
    if dossier.accepted_at is None:
        return None
    try:
        limit = limit_of(new, dossier.application.answers, Channel(dossier.channel))
    except RuleBroken:
        return None
    if limit is None:
        return None
    term = Term(limit.amount, Unit(limit.unit), CutOff(limit.cut_off))
    starts = sorted(dossier.intervals.all(), key=lambda one: one.starts_at)
    return due_of(dossier, term=term, intervals=starts)


def _fee(dossier: Dossier, definition: Definition) -> int | None:
    """Return what the applicant would be charged today."""
    application = dossier.application
    try:
        lines = fees_for(
            definition,
            answers=application.answers,
            channel=Channel(dossier.channel),
            subject=Subject(application.subject),
            on=clock.today(),
        )
    except RuleBroken:
        return None
    return sum(line.amount for line in lines if line.payer == "applicant")


def _lacking(dossier: Dossier, old: Definition, new: Definition) -> tuple[str, ...]:
    answers = dossier.application.answers
    held = {p.component: p.supply for p in dossier.papers.all() if p.replaced_at is None}  # fmt: skip
    # A paper of the same name is the same paper, whatever its code in a version is.
    names = {c.name for c in old.components if c.code in held}
    kept = held | {c.code: "kept" for c in new.components if c.name in names}
    before = {str(p.params["name"]) for p in check_papers(old, answers, held)}
    papers = [str(p.params["name"]) for p in check_papers(new, answers, kept)]
    asked = {p.where for p in check_answers(old.form, answers)}
    fields = [p.where for p in check_answers(new.form, answers) if p.where not in asked]
    return (*(name for name in papers if name not in before), *_titles(new, fields))


def _titles(definition: Definition, fields: Iterable[str]) -> list[str]:
    asked = definition.form.get("properties", {})
    return [str(asked.get(name, {}).get("title", name)) for name in fields]
