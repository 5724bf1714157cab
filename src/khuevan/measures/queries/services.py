"""Decree 224/2026 Art. 19: what is measured for each service and each of its steps."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from django.db import connection

from khuevan.counter.public import IN_TIME
from khuevan.platform import clock


_SERVICE = f"""
    SELECT procedure,
        count(*) FILTER (WHERE filed_at BETWEEN %(since)s AND %(until)s),
        count(*) FILTER (WHERE filed_at BETWEEN %(since)s AND %(until)s AND is_online),
        count(*) FILTER (WHERE ended),
        count(*) FILTER (WHERE ended AND is_online AND (e_result OR business <> 'decided')),
        count(*) FILTER (WHERE ended AND {IN_TIME}),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY took) FILTER (WHERE ended),
        percentile_cont(0.9) WITHIN GROUP (ORDER BY took) FILTER (WHERE ended)
    FROM (
        SELECT *, extract(epoch FROM ended_at - accepted_at)::float / 86400 AS took,
            accepted_at IS NOT NULL AND ended_at BETWEEN %(since)s AND %(until)s AS ended
        FROM counter_case
        WHERE procedure = ANY(%(codes)s)
            AND (filed_at BETWEEN %(since)s AND %(until)s
                OR ended_at BETWEEN %(since)s AND %(until)s)
            AND (%(unit)s::uuid IS NULL OR unit = %(unit)s)
    ) chosen
    GROUP BY 1
"""  # noqa: S608 - the condition is the counter's
_STEPS = """
    SELECT node, max(activity), max(duty), count(*), avg(hours)::float,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY took),
        percentile_cont(0.9) WITHIN GROUP (ORDER BY took),
        count(*) FILTER (WHERE due_at IS NOT NULL),
        count(*) FILTER (WHERE occurred_at <= due_at),
        min(entered_at)
    FROM (
        SELECT *, extract(epoch FROM occurred_at - entered_at)::float / 3600 AS took
        FROM counter_event
        WHERE procedure = %(code)s AND occurred_at BETWEEN %(since)s AND %(until)s
            AND (%(unit)s::uuid IS NULL OR unit = %(unit)s)
    ) done
    GROUP BY node ORDER BY 10, 1
"""
_UNITS = f"""
    SELECT o.id, o.short_name, count(*), count(*) FILTER (WHERE {IN_TIME})
    FROM counter_case c JOIN directory_organisation o ON o.id = c.unit
    WHERE procedure = %(code)s AND accepted_at IS NOT NULL
        AND ended_at BETWEEN %(since)s AND %(until)s
    GROUP BY 1, 2 ORDER BY 3 DESC, 2 LIMIT 40
"""  # noqa: S608 - the condition is the counter's


@dataclass(frozen=True, slots=True)
class Service:
    """One service over some days; times are days of the clock from acceptance to the end.

    `processed_online` counts dossiers that came in online and ended with an electronic
    result, or with none to give.
    """

    code: str
    filed: int = 0
    online: int = 0
    ended: int = 0
    processed_online: int = 0
    on_time: int = 0
    median_days: float | None = None
    p90_days: float | None = None


@dataclass(frozen=True, slots=True)
class StepTime:
    """One step: budget in working hours, time taken in hours of the clock on the wall.

    On time is what was done by the step's own date, over the steps that had one.
    """

    node: str
    name: str
    duty: str
    count: int
    budget: float
    median: float
    p90: float
    dated: int
    on_time: int


@dataclass(frozen=True, slots=True)
class UnitTime:
    """How one agency keeps the dates of a service."""

    key: UUID
    name: str
    ended: int
    on_time: int


def services(
    codes: Collection[str], since: date, until: date, unit: UUID | None = None
) -> dict[str, Service]:
    """Return the figures of services by code: one query."""
    given = _given(since, until, unit) | {"codes": list(codes)}
    rows = _rows(_SERVICE, given)
    return {row[0]: Service(*row) for row in rows}


def steps_of(
    code: str, since: date, until: date, unit: UUID | None = None
) -> list[StepTime]:
    """Return every step that was done, in the order in which they were first entered."""
    rows = _rows(_STEPS, _given(since, until, unit) | {"code": code})
    return [StepTime(*row[:9]) for row in rows]


def units_of(code: str, since: date, until: date) -> list[UnitTime]:
    """Return the agencies that ended dossiers of a service, the busiest first."""
    return [UnitTime(*row) for row in _rows(_UNITS, _given(since, until, None) | {"code": code})]  # fmt: skip


def _given(since: date, until: date, unit: UUID | None) -> dict[str, Any]:
    return {
        "since": clock.at_local(since, time(0)),
        "until": clock.end_of_day(until),
        "unit": unit,
    }


def _rows(query: str, given: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        found: list[Any] = cursor.fetchall()
    return found
