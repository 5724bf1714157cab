"""Week by week: is a change of a procedure more than chance?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

from django.db import connection

from khuevan.analytics.public import ControlChart, p_chart, xmr_chart
from khuevan.counter.public import IN_TIME
from khuevan.platform import clock


_WEEKS = f"""
    SELECT date_trunc('week', ended_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date,
        count(*) FILTER (WHERE {IN_TIME}), count(*),
        percentile_cont(0.5) WITHIN GROUP
            (ORDER BY extract(epoch FROM ended_at - accepted_at)::float / 86400)
    FROM counter_case
    WHERE accepted_at IS NOT NULL AND ended_at BETWEEN %(since)s AND %(until)s
        AND (%(unit)s::uuid IS NULL OR unit = %(unit)s)
        AND (%(procedure)s = '' OR procedure = %(procedure)s)
    GROUP BY 1 ORDER BY 1
"""  # noqa: S608 - the condition is the counter's


@dataclass(frozen=True, slots=True)
class Week:
    """Dossiers that ended in a week, Monday to Sunday; days of the calendar."""

    monday: date
    on_time: int
    ended: int
    median_days: float

    @property
    def label(self) -> str:
        return f"{self.monday:%d/%m}"


@dataclass(frozen=True, slots=True)
class Weeks:
    """The weeks with dossiers, and their charts; None where there are too few."""

    weeks: tuple[Week, ...]
    on_time: ControlChart | None
    days: ControlChart | None

    @property
    def labels(self) -> list[str]:
        return [week.label for week in self.weeks]


def weeks_of(
    since: date, until: date, procedure: str = "", unit: UUID | None = None
) -> Weeks:
    """Return the charts of a procedure, a unit or both; weeks not over are left out."""
    first, after = _whole_weeks(since, until)
    given = {
        "since": clock.at_local(first, time(0)),
        "until": clock.end_of_day(after - timedelta(days=1)),
        "unit": unit,
        "procedure": procedure,
    }
    with connection.cursor() as cursor:
        cursor.execute(_WEEKS, given)
        weeks = tuple(Week(*row) for row in cursor.fetchall())
    shares = p_chart([(week.on_time, week.ended) for week in weeks])
    return Weeks(weeks, shares, xmr_chart([week.median_days for week in weeks]))


def _whole_weeks(since: date, until: date) -> tuple[date, date]:
    """Return the first Monday from a day on and the Monday after the last whole week."""
    first = since + timedelta(days=-since.weekday() % 7)
    return first, until + timedelta(days=1) - timedelta(days=(until.weekday() + 1) % 7)
