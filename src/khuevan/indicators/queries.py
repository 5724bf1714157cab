"""Reading figures: now, as of a day, over time, by dimension, against their target."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.text import fold

from .declaration import Indicator, declared, the
from .models import Target
from .readings import by_cell, by_day, over_spans
from .rules import (
    Better,
    ControlChart,
    Period,
    Rating,
    Shape,
    Span,
    Sums,
    Trajectory,
    last_complete,
    meets,
    p_chart,
    rate,
    span_of,
    spans_between,
    worse,
    xmr_chart,
)


NO_DIMENSIONS: Mapping[str, str] = {}
LONG = timedelta(days=92)
"""A live figure is drawn by day up to this length, by month beyond it."""


@dataclass(frozen=True, slots=True)
class Value:
    """One figure, never naked: parts, period, day and formula come with it.

    `value` is None for a share of nothing. `formula` and `unit` are translated.
    """

    code: str
    numerator: int
    denominator: int | None
    value: float | None
    unit: str
    period: Period
    span: Span
    as_of: date
    formula: str


@dataclass(frozen=True, slots=True)
class Point:
    """The figure of one period."""

    start: date
    end: date
    numerator: int
    denominator: int
    value: float | None
    expected: float | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """A figure over time, oldest first."""

    code: str
    better: Better
    step: Period
    points: tuple[Point, ...]

    def worse(self, before: float, now: float) -> bool:
        """Tell whether the figure went the wrong way from one value to another."""
        return worse(before, now, self.better)


@dataclass(frozen=True, slots=True)
class Held:
    """Whether an indicator met its target in each of its last complete periods."""

    code: str
    held: bool
    points: tuple[Point, ...]

    def figures(self) -> dict[str, Any]:
        """Return the reading as plain figures, to be kept as evidence."""
        return {
            "indicator": self.code,
            "held": self.held,
            "periods": [
                {
                    "start": point.start.isoformat(),
                    "end": point.end.isoformat(),
                    "numerator": point.numerator,
                    "denominator": point.denominator,
                    "value": point.value,
                    "expected": point.expected,
                }
                for point in self.points
            ],
        }


@dataclass(frozen=True, slots=True)
class Slice:
    """One key of a dimension with its figure."""

    key: str
    label: str
    numerator: int
    denominator: int
    value: float | None


@dataclass(frozen=True, slots=True)
class Aim:
    """A target as it is kept: its trajectory and the document behind it."""

    trajectory: Trajectory
    document: str
    article: str


@dataclass(frozen=True, slots=True)
class Card:
    """An indicator on the list: figure, standing against its target, recent course."""

    indicator: Indicator
    value: Value
    rating: Rating
    expected: float | None
    series: Series


def visible(person: Person | None) -> list[Indicator]:
    """List the indicators a person may see: strangers only the public ones."""
    return [i for i in declared() if i.visible_to(person)]


def value(
    code: str,
    *,
    on: date | None = None,
    dims: Mapping[str, str] = NO_DIMENSIONS,
) -> Value:
    """Return a figure as of a day (default today), of the period the day lies in."""
    indicator, day = the(code), on or clock.today()
    span = span_of(indicator.period, day)
    days = by_day([indicator], span.start, day, dims)[code]
    return _value(indicator, over_spans(indicator, days, [span])[0], span, day)


def series(
    code: str,
    *,
    since: date,
    until: date,
    period: Period | None = None,
    dims: Mapping[str, str] = NO_DIMENSIONS,
) -> Series:
    """Return a figure by period between two days, both included.

    The period defaults to the indicator's own; a live figure is taken at the end of
    each day, or of each month where the span is long. The last period may still run.
    """
    indicator = the(code)
    step = period or _step(indicator, since, until)
    spans = spans_between(step, since, until)
    aim = aims([code], dims).get(code)
    if not spans:
        return Series(code, indicator.better, step, ())
    days = by_day([indicator], spans[0].start, until, dims)[code]
    points = _points(indicator, over_spans(indicator, days, spans), spans, until, aim)
    return Series(code, indicator.better, step, points)


def held(
    code: str,
    *,
    dims: Mapping[str, str] = NO_DIMENSIONS,
    periods: int = 1,
    until: date | None = None,
) -> Held:
    """Return whether the figure met its target in the last complete periods.

    A live figure's periods are days. Without a target, or with nothing to count, it
    has not been held.
    """
    indicator = the(code)
    until = until or clock.today()
    spans = last_complete(indicator.period, max(1, periods), until)
    days = by_day([indicator], spans[0].start, spans[-1].end, dims)[code]
    aim = aims([code], dims).get(code)
    sums = over_spans(indicator, days, spans)
    points = _points(indicator, sums, spans, spans[-1].end, aim)
    kept = all(meets(p.value, p.expected, indicator.better) for p in points)
    return Held(code, kept, points)


def breakdown(
    code: str,
    dimension: str,
    *,
    on: date | None = None,
    dims: Mapping[str, str] = NO_DIMENSIONS,
) -> list[Slice]:
    """Return the figure for every key of a dimension, largest denominator first."""
    indicator, day = the(code), on or clock.today()
    span = span_of(indicator.period, day)
    sums: dict[str, Sums] = {}
    for cell, _day, part in by_cell(indicator, span.start, day, dims):
        key = cell.get(dimension, "")
        sums[key] = sums.get(key, Sums()) + part
    labels = indicator.labels(dimension, sorted(sums))
    slices = [
        Slice(
            key,
            labels.get(key, key),
            part.numerator,
            part.denominator,
            part.value(fraction=indicator.fraction, scale=indicator.scale),
        )
        for key, part in sums.items()
        if part != Sums()
    ]
    return sorted(slices, key=lambda s: (-s.denominator, -s.numerator, s.label))


def control(code: str, points: Collection[Point]) -> ControlChart | None:
    """Return the control chart of a series, None where it is too short.

    Shares within periods get p limits; standings and counts get XmR limits. A period
    that has nothing to count or still runs takes no part.
    """
    indicator, today = the(code), clock.today()
    takes_part = [
        p.value is not None and (indicator.live or p.end <= today) for p in points
    ]
    used = [p for p, part in zip(points, takes_part, strict=True) if part]
    parts = [(p.numerator, p.denominator) for p in used]
    shares = indicator.fraction and not indicator.live
    if shares and all(0 <= n <= d for n, d in parts):
        chart = p_chart(parts, indicator.scale)
    else:
        chart = xmr_chart([p.value for p in used if p.value is not None])
    return chart.spread(takes_part) if chart else None


def aims(
    codes: Collection[str], dims: Mapping[str, str] = NO_DIMENSIONS
) -> dict[str, Aim]:
    """Return the targets of several indicators for exactly these dimensions."""
    rows = Target.objects.filter(indicator__in=codes, cell=dict(dims)).prefetch_related(
        "points"
    )
    return {
        row.indicator: Aim(
            Trajectory(
                tuple((point.day, point.value) for point in row.points.all()),
                Shape(row.shape),
                row.margin,
            ),
            row.document,
            row.article,
        )
        for row in rows
    }


def cards(person: Person | None, *, on: date | None = None) -> list[Card]:
    """List every indicator a person may see, with its last twelve periods."""
    found = _cards(visible(person), on or clock.today(), NO_DIMENSIONS)
    return list(found.values())


def cards_of(
    codes: Collection[str],
    *,
    on: date | None = None,
    dims: Mapping[str, str] = NO_DIMENSIONS,
) -> dict[str, Card]:
    """Return some figures, whole or of one cell, as `cards` does: three queries for all."""
    return _cards([the(code) for code in codes], on or clock.today(), dims)


def _cards(
    indicators: Collection[Indicator], day: date, dims: Mapping[str, str]
) -> dict[str, Card]:
    spans = {i.code: _recent(i, day) for i in indicators}
    targets = aims(list(spans), dims)
    first = min((s[0].start for s in spans.values()), default=day)
    found = by_day(indicators, first, day, dims)
    return {
        i.code: _card(
            i,
            over_spans(i, found[i.code], spans[i.code]),
            spans[i.code],
            day,
            targets.get(i.code),
        )
        for i in indicators
    }


def _card(
    indicator: Indicator,
    sums: list[Sums],
    spans: list[Span],
    day: date,
    aim: Aim | None,
) -> Card:
    figure = _value(indicator, sums[-1], spans[-1], day)
    course = _points(indicator, sums, spans, day, aim)
    trajectory = aim.trajectory if aim else None
    return Card(
        indicator,
        figure,
        rate(figure.value, trajectory, day, indicator.better),
        trajectory.expected(day) if trajectory else None,
        Series(indicator.code, indicator.better, indicator.period, course),
    )


def _recent(indicator: Indicator, day: date) -> list[Span]:
    """Return the last twelve periods; a live figure is taken at ends of months."""
    period = Period.MONTH if indicator.live else indicator.period
    spans = [span_of(period, day)]
    while len(spans) < 12:
        spans.append(span_of(period, spans[-1].start - timedelta(days=1)))
    return spans[::-1]


def _step(indicator: Indicator, since: date, until: date) -> Period:
    if not indicator.live:
        return indicator.period
    return Period.DAY if until - since <= LONG else Period.MONTH


def _value(indicator: Indicator, sums: Sums, span: Span, day: date) -> Value:
    return Value(
        code=indicator.code,
        numerator=sums.numerator,
        denominator=sums.denominator if indicator.fraction else None,
        value=sums.value(fraction=indicator.fraction, scale=indicator.scale),
        unit=gettext(indicator.unit) if indicator.unit else "",
        period=indicator.period,
        span=span_of(indicator.period, day) if indicator.live else span,
        as_of=day,
        formula=gettext(indicator.formula),
    )


def _points(
    indicator: Indicator,
    sums: list[Sums],
    spans: list[Span],
    until: date,
    aim: Aim | None,
) -> tuple[Point, ...]:
    return tuple(
        Point(
            span.start,
            span.end,
            part.numerator,
            part.denominator,
            part.value(fraction=indicator.fraction, scale=indicator.scale),
            aim.trajectory.expected(min(span.end, until)) if aim else None,
        )
        for span, part in zip(spans, sums, strict=True)
    )


def find_indicators(person: Person | None, text: str) -> list[tuple[str, str, str]]:
    """Search the figures somebody may see by title and formula: title, formula, address."""
    words = fold(text).split()
    found = []
    for indicator in visible(person):
        title, formula = gettext(indicator.title), gettext(indicator.formula)
        told = fold(f"{title} {formula} {indicator.code}")
        if all(word in told for word in words):
            found.append((title, formula, reverse("indicator", args=[indicator.code])))
    return found
