"""Whether procedures are decided and shown in time: what was published, what still waits.

Decision 766/QĐ-TTg, indicators 1.1 to 1.3; Decree 63/2010/NĐ-CP Art. 24 (as amended).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from khuevan.platform import clock
from khuevan.worktime.public import (
    Calendar,
    add_working_days,
    load,
    working_days_between,
)

from .dated import PublicityRule, publicity_rules
from .models import Version
from .rules.checking import missing_parts
from .rules.codec import from_json
from .rules.definition import Definition, Tier
from .rules.states import EDITABLE, Origin, VersionState


@dataclass(frozen=True, slots=True)
class Publicity:
    """Whether one publication kept its deadlines (766/QĐ-TTg, 1.1 to 1.3).

    `decide_by` is the last day of deciding in time, None where the day its legal basis
    takes effect is not known; `show_by` the last day of making it public.
    """

    version: UUID
    code: str
    title: str
    tier: Tier
    decided_on: date | None
    effective_on: date
    decide_by: date | None
    decided_in_time: bool | None
    shown_on: date
    show_by: date | None
    shown_in_time: bool | None
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A draft with a day it has to be decided or made public by.

    `days_left` are working days from today to `last_day`, below zero once it is past.
    """

    version: UUID
    code: str
    number: int
    title: str
    decided_on: date | None
    last_day: date
    days_left: int


def publicities(since: date, until: date) -> tuple[Publicity, ...]:
    """Return every publication between two days with its deadlines, latest first.

    Mirrored and built-in versions are others' publications and are left out.
    """
    rows = (
        Version.objects.filter(
            origin=Origin.CITY,
            state=VersionState.PUBLISHED,
            published_at__gte=clock.at_local(since, time.min),
            published_at__lte=clock.end_of_day(until),
        )
        .select_related("procedure")
        .order_by("-published_at")
    )
    calendar = load()
    return tuple(_publicity(row, calendar) for row in rows)


def waiting_drafts(on: date) -> tuple[Waiting, ...]:
    """Return the drafts whose last day is known, the most pressing first.

    One decided on already has to be shown; another has to be decided before its legal
    basis takes effect.
    """
    rows = Version.objects.filter(state__in=list(EDITABLE)).select_related("procedure")
    calendar = load()
    found = [one for row in rows if (one := _waiting(row, on, calendar))]
    return tuple(sorted(found, key=lambda one: (one.last_day, one.code)))


def _waiting(row: Version, on: date, calendar: Calendar) -> Waiting | None:
    definition = from_json(row.definition)
    decide_by, show_by = _last_days(
        definition, row.decided_on, definition.basis_effective_on, on, calendar
    )
    last = show_by if row.decided_on else decide_by
    if last is None:
        return None
    left = working_days_between(on, last) if on <= last else -working_days_between(last, on)  # fmt: skip
    return Waiting(
        row.pk, row.procedure.code, row.number, definition.title, row.decided_on, last, left,
    )  # fmt: skip


def _publicity(row: Version, calendar: Calendar) -> Publicity:
    definition = from_json(row.definition)
    assert row.valid_from is not None
    assert row.published_at is not None
    effective = definition.basis_effective_on or row.valid_from
    shown = clock.local_day(row.published_at)
    decide_by, show_by = _last_days(definition, row.decided_on, effective, shown, calendar)  # fmt: skip
    return Publicity(
        version=row.pk,
        code=row.procedure.code,
        title=definition.title,
        tier=definition.tier,
        decided_on=row.decided_on,
        effective_on=effective,
        decide_by=decide_by,
        decided_in_time=_in_time(row.decided_on, decide_by),
        shown_on=shown,
        show_by=show_by,
        shown_in_time=_in_time(shown, show_by),
        missing=missing_parts(definition),
    )


def _last_days(
    definition: Definition,
    decided: date | None,
    effective: date | None,
    on: date,
    calendar: Calendar,
) -> tuple[date | None, date | None]:
    """Return the last days of deciding and of showing a procedure, by the rules of a day.

    Where its document was issued in the shortened way the shorter time to show it holds.
    """
    rule = _rule("ministry" if definition.tier is Tier.MINISTRY else "city", on)
    if rule is None:
        return None, None
    within = rule.show_within
    short = _rule("shortened", on) if definition.shortened else None
    if short:
        within = min(within, short.show_within)
    decide_by = effective and add_working_days(effective, -rule.decide_before, calendar=calendar)  # fmt: skip
    return decide_by, decided and add_working_days(decided, within, calendar=calendar)


def _rule(level: str, day: date) -> PublicityRule | None:
    held = [r for r in publicity_rules() if r.level == level and r.valid_from <= day]
    return max(held, key=lambda r: r.valid_from, default=None)


def _in_time(done: date | None, last: date | None) -> bool | None:
    return None if done is None or last is None else done <= last
