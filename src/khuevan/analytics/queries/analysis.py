"""The analysis of a log: expressions asked, answers as frozen dataclasses."""

from __future__ import annotations

from typing import Any

from khuevan.analytics.engine import (
    Backend,
    Opened,
    Source,
    Table,
    mean_seconds,
    microseconds,
    opened,
    rows,
    seconds,
    size,
)

from . import expressions as ask
from .results import (
    Activity,
    Analysis,
    Durations,
    HandOver,
    Pair,
    PingPong,
    Repeat,
    Rework,
    Variant,
    Variants,
)


TOP_VARIANTS = 100

Names = dict[int, str]
"""The names of activities by the numbers they are reckoned with."""


def analyse(
    source: Source,
    *,
    backend: Backend | str = Backend.DUCKDB,
    top_variants: int = TOP_VARIANTS,
) -> Analysis:
    """Return map, variants, rework, durations and hand-overs of a log.

    The same on both backends. Times are seconds, see `results`.
    """
    with opened(source, backend) as log:
        events, names = coded(log)
        steps = log.keep(ask.steps(events))
        cases = log.keep(ask.per_case(steps))
        variants = log.keep(ask.variants(cases))
        of_variants = log.keep(ask.variant_steps(variants))
        found = log.keep(ask.activities_of_variants(of_variants))
        durations = _durations(cases)
        activities = _ranked(_named(ask.activities(found), names), "activity")
        return Analysis(
            cases=durations.count,
            events=sum(row["count"] for row in activities),
            activities=tuple(_activity(row) for row in activities),
            pairs=_pairs(steps, names),
            durations=durations,
            variants=_variants(variants, names, durations.count, top_variants),
            rework=_rework(activities, found, of_variants, names, durations.count),
            by_resource=_hand_overs(steps, "resource"),
            by_org=_hand_overs(steps, "org"),
        )


def pairs_of(
    source: Source, *, backend: Backend | str = Backend.DUCKDB
) -> tuple[Pair, ...]:
    """Return what directly follows what in a log, with the waiting between."""
    with opened(source, backend) as log:
        events, names = coded(log)
        return _pairs(log.keep(ask.steps(events)), names)


def variants_of(
    source: Source,
    *,
    backend: Backend | str = Backend.DUCKDB,
    top: int = TOP_VARIANTS,
) -> Variants:
    """Return how many different ways cases go, and the most frequent of them."""
    with opened(source, backend) as log:
        cases, names = _cases(log)
        return _variants(log.keep(ask.variants(cases)), names, size(cases), top)


def durations_of(
    source: Source, *, backend: Backend | str = Backend.DUCKDB
) -> Durations:
    """Return how long the cases of a log take."""
    with opened(source, backend) as log:
        return _durations(log.keep(ask.durations_per_case(log.events)))


def rework_of(source: Source, *, backend: Backend | str = Backend.DUCKDB) -> Rework:
    """Return the work done again in a log."""
    with opened(source, backend) as log:
        cases, names = _cases(log)
        variants = log.keep(ask.variants(cases))
        of_variants = log.keep(ask.variant_steps(variants))
        found = log.keep(ask.activities_of_variants(of_variants))
        activities = _ranked(_named(ask.activities(found), names), "activity")
        return _rework(activities, found, of_variants, names, size(cases))


def coded(log: Opened) -> tuple[Table, Names]:
    """Return the events with numbers for activities, and their names by number."""
    codes = log.keep(ask.codes(log.events))
    names = {row["code"]: row["name"] for row in rows(codes)}
    return ask.coded(log.events, codes), names


def _cases(log: Opened) -> tuple[Table, Names]:
    events, names = coded(log)
    return log.keep(ask.per_case(ask.steps(events))), names


def _named(found: Table, names: Names) -> list[dict[str, Any]]:
    """Return rows with the names of their activities in place of the numbers."""
    columns = {"activity", "following"} & set(found.columns)
    return [
        {**row, **{column: names[row[column]] for column in columns}}
        for row in rows(found)
    ]


def _pairs(steps: Table, names: Names) -> tuple[Pair, ...]:
    return tuple(
        Pair(
            row["activity"],
            row["following"],
            row["count"],
            mean_seconds(microseconds(row), row["count"]),
            seconds(row["median"]),
            seconds(row["p90"]),
            mean_seconds(microseconds(row), 1),
        )
        for row in _ranked(_named(ask.pairs(steps), names), "activity", "following")
    )


def _activity(row: dict[str, Any]) -> Activity:
    return Activity(
        row["activity"], row["count"], row["cases"], row["starts"], row["ends"]
    )


def _durations(cases: Table) -> Durations:
    row = rows(ask.durations(cases))[0]
    if not row["count"]:
        return Durations(0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    return Durations(
        count=row["count"],
        minimum=seconds(row["minimum"]),
        median=seconds(row["median"]),
        mean=mean_seconds(microseconds(row), row["count"]),
        p90=seconds(row["p90"]),
        maximum=seconds(row["maximum"]),
        total=mean_seconds(microseconds(row), 1),
    )


def _variants(found: Table, names: Names, cases: int, top: int) -> Variants:
    first = rows(found.order_by([found["count"].desc(), found.trace]).limit(top))
    return Variants(
        size(found),
        tuple(
            Variant(
                tuple(names[n] for n in row["trace"]),
                row["count"],
                row["count"] / cases,
            )
            for row in first
        ),
    )


def _rework(
    activities: list[dict[str, Any]],
    found: Table,
    of_variants: Table,
    names: Names,
    cases: int,
) -> Rework:
    again = int(rows(ask.reworked_cases(found))[0]["n"] or 0)
    repeated = [row for row in activities if row["repeated"]]
    repeated.sort(key=lambda row: (-row["extra"], row["activity"]))
    return Rework(
        cases=again,
        share=again / cases if cases else 0.0,
        repeats=tuple(
            Repeat(row["activity"], row["repeated"], row["extra"], row["loops"])
            for row in repeated
        ),
        ping_pong=tuple(
            PingPong(row["activity"], row["following"], row["count"])
            for row in _ranked(
                _named(ask.ping_pong(of_variants), names), "activity", "following"
            )
        ),
    )


def _hand_overs(steps: Table, who: str) -> tuple[HandOver, ...]:
    to = f"next_{who}"
    return tuple(
        HandOver(
            row[who],
            row[to],
            row["count"],
            mean_seconds(microseconds(row), row["count"]),
        )
        for row in _ranked(rows(ask.hand_overs(steps, who)), who, to)
    )


def _ranked(found: list[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
    """Return rows most frequent first; Python compares the names, not the backend."""
    return sorted(
        found, key=lambda row: (-row["count"], *(row[name] for name in names))
    )
