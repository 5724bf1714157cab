"""Whether procedures are decided and shown in time: made, owed, in force, still waiting.

Decision 766/QĐ-TTg, indicators 1.1 to 1.3; Decree 63/2010/NĐ-CP Art. 24 (as amended).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from django.db.models import Q, QuerySet

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

    `shown_on` is None while it is not public. `decide_by` is the last day of deciding in
    time, None where the day its legal basis takes effect is not known; `show_by` the last
    day of making it public.
    """

    version: UUID
    code: str
    title: str
    tier: Tier
    agency: str
    decided_on: date | None
    effective_on: date | None
    decide_by: date | None
    decided_in_time: bool | None
    shown_on: date | None
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
    rows = _own().filter(
        state=VersionState.PUBLISHED,
        published_at__gte=clock.at_local(since, time.min),
        published_at__lte=clock.end_of_day(until),
    )
    return _told(rows.order_by("-published_at"), until)


def publications_owed(until: date) -> tuple[Publicity, ...]:
    """Return what was not public at the end of a day though its time had run out.

    A draft whose decision is overdue, or whose decision was made and not shown in time;
    no matter when it was written down here.
    """
    end = clock.end_of_day(until)
    later = Q(state=VersionState.PUBLISHED, published_at__gt=end)
    drafts = Q(state__in=[VersionState.DRAFT, VersionState.CHECKED])
    rows = _own().filter(later | drafts).order_by("made_at")
    return tuple(
        one
        for one in _told(rows, until)
        if one.decided_in_time is False or one.shown_in_time is False
    )


def publications_in_force(on: date) -> tuple[Publicity, ...]:
    """Return the city's own publications that hold on a day."""
    return _told(_own(Version.objects.in_force(on)).order_by("procedure__code"), on)


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


def _own(versions: QuerySet[Version] | None = None) -> QuerySet[Version]:
    rows = Version.objects.all() if versions is None else versions
    return rows.filter(origin=Origin.CITY).select_related("procedure")


def _told(rows: QuerySet[Version], until: date) -> tuple[Publicity, ...]:
    found = list(rows)
    calendar = load() if found else None
    return tuple(_publicity(row, calendar, until) for row in found if calendar)


def _publicity(row: Version, calendar: Calendar, until: date) -> Publicity:
    definition = from_json(row.definition)
    effective = definition.basis_effective_on or row.valid_from
    shown = clock.local_day(row.published_at) if row.published_at else None
    if shown and shown > until:
        shown = None
    decided = row.decided_on if row.decided_on and row.decided_on <= until else None
    decide_by, show_by = _last_days(
        definition, decided, effective, shown or until, calendar
    )
    return Publicity(
        version=row.pk,
        code=row.procedure.code,
        title=definition.title,
        tier=definition.tier,
        agency=definition.agency,
        decided_on=decided,
        effective_on=effective,
        decide_by=decide_by,
        decided_in_time=_in_time(decided, decide_by, until if shown is None else None),
        shown_on=shown,
        show_by=show_by,
        shown_in_time=_in_time(shown, show_by, until),
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


def _in_time(done: date | None, last: date | None, now: date | None) -> bool | None:
    """Tell whether something was done by its last day; None while nobody can say.

    What is not done is late once `now` is past that day; without `now` it is not known.
    """
    if last is None:
        return None
    if done is not None:
        return done <= last
    return False if now is not None and now > last else None
