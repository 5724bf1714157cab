"""Days, months, quarters and years as spans of days, both ends included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Period(StrEnum):
    """Over what a figure is taken.

    A live figure is a standing as of a day: everything up to it. The others are
    flows: what happened within the period.
    """

    LIVE = "live"
    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


MONTHS = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """One period: its first and last day."""

    start: date
    end: date


def span_of(period: Period, day: date) -> Span:
    """Return the period a day lies in; a live figure's period is the day itself."""
    if period not in MONTHS:
        return Span(day, day)
    length = MONTHS[period]
    first = (day.month - 1) // length * length + 1
    following = first + length
    after = date(day.year + (following > 12), (following - 1) % 12 + 1, 1)
    return Span(date(day.year, first, 1), after - timedelta(days=1))


def spans_between(period: Period, since: date, until: date) -> list[Span]:
    """List the periods from the one `since` lies in to the one `until` lies in."""
    spans = []
    day = since
    while day <= until:
        spans.append(span_of(period, day))
        day = spans[-1].end + timedelta(days=1)
    return spans


def last_complete(period: Period, count: int, until: date) -> list[Span]:
    """List the last `count` periods that were over at the end of `until`, oldest first."""
    span = span_of(period, until)
    if span.end > until:
        span = span_of(period, span.start - timedelta(days=1))
    spans = [span]
    while len(spans) < count:
        spans.append(span_of(period, spans[-1].start - timedelta(days=1)))
    return spans[::-1]
