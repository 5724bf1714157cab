"""The legal clock of one dossier, reckoned on the city's calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import UUIDField

from khuevan.catalogue.public import Limit
from khuevan.platform import clock
from khuevan.platform.prepared import Given, Prepared
from khuevan.worktime.public import (
    CutOff,
    Pause,
    Supplement as OnSupplement,
    Term,
    Unit,
    due,
)

from .dated import ladder_on
from .models import Dossier, Interval


def term_of(dossier: Dossier) -> Term:
    """Return the period the law gives, as it was stated when the dossier was accepted."""
    return Term(
        dossier.limit_amount or 0, Unit(dossier.limit_unit), CutOff(dossier.cut_off)
    )


_INTERVALS = Prepared(
    lambda: Interval.objects.filter(dossier=Given("key", UUIDField())).order_by(
        "starts_at"
    )
)


def due_of(
    dossier: Dossier,
    until: datetime | None = None,
    *,
    term: Term | None = None,
    intervals: Iterable[Interval] | None = None,
) -> datetime:
    """Return the legal due date, pauses counted.

    A re-appointment sets a new date; only pauses after it move that one. `until`
    stands for the end of a pause that is still open, `term` for another period than
    the dossier was accepted with; `intervals` are its pauses where they were read.
    """
    assert dossier.accepted_at is not None
    if intervals is None:
        intervals = _INTERVALS.ask(key=dossier.pk)
    spans = [
        (one, Pause(one.starts_at, one.ends_at or until or clock.now()))
        for one in intervals
        if one.starts_at >= dossier.accepted_at
    ]
    if dossier.reappointed_at is not None:
        return _after_apology(dossier, spans)
    restarts = [pause for one, pause in spans if one.restarts]
    accepted = max([dossier.accepted_at, *(p.end for p in restarts)])
    pauses = [p for one, p in spans if not one.restarts and p.end > accepted]
    term = term or term_of(dossier)
    return due(accepted, term, pauses=pauses, supplement=OnSupplement.PAUSE).instant


def give_due(dossier: Dossier, instant: datetime) -> None:
    """Set when a dossier is due; where that moved, its warnings are told anew."""
    if dossier.due_at != instant:
        dossier.warned = ""
    dossier.due_at = instant


def stage_due(dossier: Dossier, limit: Limit) -> datetime:
    """Return when a planned appointment of an accepted dossier falls, pauses counted."""
    assert dossier.accepted_at is not None
    pauses = [
        Pause(one.starts_at, one.ends_at or clock.now())
        for one in dossier.intervals.all()
        if one.starts_at >= dossier.accepted_at
    ]
    term = Term(limit.amount, Unit(limit.unit), CutOff(limit.cut_off))
    return due(dossier.accepted_at, term, pauses=pauses).instant


def running_out(days_left: int | None) -> bool:
    """Tell whether so few working days are left that pages should stress them."""
    return days_left is not None and days_left <= ladder_on(clock.today()).soon_days


def _after_apology(dossier: Dossier, spans: list[tuple[Interval, Pause]]) -> datetime:
    assert dossier.reappointed_at is not None
    promised = dossier.promised_at or dossier.due_at
    assert promised is not None
    later = [p for _, p in spans if p.start >= dossier.reappointed_at]
    zero = Term(0, Unit.WORKING_DAY)
    return due(promised, zero, pauses=later).instant if later else promised
