"""The days and hours of an office: who works when, and which document says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from functools import cached_property


class DayKind(StrEnum):
    """What a decision makes of a day."""

    OFF = "off"  # nghỉ
    WORK = "work"  # làm việc, kể cả làm bù


class Certainty(StrEnum):
    """How sure the calendar is of a day."""

    DECIDED = "decided"
    ESTIMATE = "estimate"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours of one weekday (0 Monday), held from one day to another.

    A `session` receives people without making its day a working day.
    """

    weekday: int
    opens: time
    closes: time
    session: bool = False
    valid_from: date | None = None
    valid_to: date | None = None

    def on(self, day: date) -> bool:
        """Tell whether these hours are kept on a day's date, whatever its weekday."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that differs from its weekday, and the document that says so."""

    day: date
    kind: DayKind
    reason: str
    document: str
    certainty: Certainty = Certainty.DECIDED


@dataclass(frozen=True)
class Calendar:
    """The days and hours of one office or point of reception.

    `known` are the years for which the days off were entered; outside them only
    weekends are left out and results are marked unknown.
    """

    code: str
    hours: tuple[Hours, ...]
    special: tuple[SpecialDay, ...] = ()

    @cached_property
    def by_day(self) -> dict[date, SpecialDay]:
        """Return the special days by day."""
        return {special.day: special for special in self.special}

    @cached_property
    def known(self) -> frozenset[int]:
        """Return the years for which days off are entered."""
        return frozenset(s.day.year for s in self.special if s.kind is DayKind.OFF)

    @cached_property
    def _office(self) -> dict[date, list[Hours]]:
        """Keep what was worked out for a day: periods walk over the same days."""
        return {}

    def office_hours(self, day: date) -> list[Hours]:
        """List the office hours of a working day in order; empty on a day off."""
        if day not in self._office:
            self._office[day] = self._office_hours(day)
        return self._office[day]

    def _office_hours(self, day: date) -> list[Hours]:
        special = self.by_day.get(day)
        if special and special.kind is DayKind.OFF:
            return []
        kept = self._kept(day, session=False)
        own = [h for h in kept if h.weekday == day.weekday()]
        if own or special is None:
            return own
        # A day worked by decision keeps the hours of the first weekday of the week.
        first = min((h.weekday for h in kept), default=None)
        return [h for h in kept if h.weekday == first]

    def reception_hours(self, day: date) -> list[Hours]:
        """List the hours in which things are received: office hours or sessions."""
        if hours := self.office_hours(day):
            return hours
        special = self.by_day.get(day)
        if special and special.kind is DayKind.OFF:
            return []
        kept = self._kept(day, session=True)
        return [h for h in kept if h.weekday == day.weekday()]

    def _kept(self, day: date, *, session: bool) -> list[Hours]:
        kept = [h for h in self.hours if h.session is session and h.on(day)]
        return sorted(kept, key=lambda h: (h.weekday, h.opens))
