"""What a polished rate hides: touches, hand-overs, silence, and whose waiting it was.

Guards of services.md 8.10 against a rate that is reached without service.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from django.db import connection

from khuevan.measures.guards import GUARDS, condition
from khuevan.platform import clock


_WORK = """
    WITH chosen AS (
        SELECT case_id FROM counter_case
        WHERE ended_at BETWEEN %(since)s AND %(until)s
            AND (%(unit)s::uuid IS NULL OR unit = %(unit)s)
            AND (%(procedure)s = '' OR procedure = %(procedure)s)
        ORDER BY ended_at DESC LIMIT %(most)s
    ), steps AS (
        SELECT e.case_id, e.org, e.resource, e.entered_at, e.occurred_at,
            lag(e.org) OVER w AS org_before, lag(e.org, 2) OVER w AS org_before_that,
            lag(e.occurred_at) OVER w AS before
        FROM counter_event e JOIN chosen USING (case_id)
        WINDOW w AS (PARTITION BY e.case_id ORDER BY e.occurred_at, e.event_id)
    ), each AS (
        SELECT case_id, count(*) AS touches, count(DISTINCT resource) AS people,
            count(*) FILTER (WHERE org <> org_before) AS hand_overs,
            count(*) FILTER (WHERE org = org_before_that AND org <> org_before) AS returns,
            max(extract(epoch FROM occurred_at - before)) AS silence
        FROM steps GROUP BY 1
    )
    SELECT count(*), avg(touches)::float, avg(people)::float, avg(hand_overs)::float,
        sum(returns)::int, avg(silence)::float / 86400,
        percentile_cont(0.9) WITHIN GROUP (ORDER BY silence) / 86400
    FROM each
"""
_WAITING = """
    SELECT o.short_name, sum(extract(epoch FROM e.occurred_at - e.entered_at))::float / 3600
    FROM counter_event e
    JOIN counter_case c USING (case_id) JOIN directory_organisation o ON o.id = e.org
    WHERE c.ended_at BETWEEN %(since)s AND %(until)s
        AND (%(unit)s::uuid IS NULL OR c.unit = %(unit)s)
        AND (%(procedure)s = '' OR c.procedure = %(procedure)s)
    GROUP BY 1 ORDER BY 2 DESC LIMIT 12
"""
_PAUSED = """
    SELECT p.why, sum(extract(epoch FROM coalesce(p.ends_at, now()) - p.starts_at))::float / 3600
    FROM counter_pause p JOIN counter_case c USING (case_id)
    WHERE c.ended_at BETWEEN %(since)s AND %(until)s
        AND (%(unit)s::uuid IS NULL OR c.unit = %(unit)s)
        AND (%(procedure)s = '' OR c.procedure = %(procedure)s)
    GROUP BY 1
"""
_GUARDS = """
    SELECT count(*), count(*) FILTER (WHERE is_online),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM accepted_at - filed_at)) / 3600,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM due_at - ended_at)) / 86400,
        {guards}
    FROM counter_case
    WHERE filed_at BETWEEN %(since)s AND %(until)s
        AND (%(unit)s::uuid IS NULL OR unit = %(unit)s)
        AND (%(procedure)s = '' OR procedure = %(procedure)s)
"""
_BY_UNIT = """
    SELECT o.id, o.short_name, count(*), {guards}
    FROM counter_case JOIN directory_organisation o ON o.id = unit
    WHERE filed_at BETWEEN %(since)s AND %(until)s
    GROUP BY 1, 2 ORDER BY 3 DESC, 2
"""
MOST = 50_000


@dataclass(frozen=True, slots=True)
class Shadow:
    """The shadow measures of dossiers that ended between two days.

    Days and hours are those of the clock on the wall. `waiting` attributes hours to
    parties; `guards` are the counts that show a rate reached in other ways.
    """

    cases: int
    touches: float | None
    people: float | None
    hand_overs: float | None
    returns: int
    silent_days: float | None
    silent_days_p90: float | None
    waiting: tuple[tuple[str, float], ...]
    paused: tuple[tuple[str, float], ...]
    guards: Guards


@dataclass(frozen=True, slots=True)
class Guards:
    """Ways to a good rate without good service, counted (services.md 8.10).

    `found` counts dossiers by the names of `measures.guards`; `slack_days` is how long
    before its date the median dossier ended.
    """

    filed: int
    online: int
    hours_to_accept: float | None
    slack_days: float | None
    found: dict[str, int]


@dataclass(frozen=True, slots=True)
class UnitGuards:
    """The guards of one agency."""

    key: UUID
    name: str
    filed: int
    found: dict[str, int]


def guards_by_unit(since: date, until: date) -> list[UnitGuards]:
    """Return the guards of every agency with dossiers filed between two days, busiest first."""
    given = {"since": clock.at_local(since, time(0)), "until": clock.end_of_day(until)}
    with connection.cursor() as cursor:
        cursor.execute(_BY_UNIT.format(guards=_counted(since, until)), given)
        return [
            UnitGuards(key, name, filed, _named(counts))
            for key, name, filed, *counts in cursor.fetchall()
        ]


def _counted(since: date, until: date) -> str:
    return ", ".join(
        f"count(*) FILTER (WHERE {condition(name, since, until)})" for name in GUARDS
    )


def _named(counts: Sequence[int]) -> dict[str, int]:
    return dict(zip(GUARDS, counts, strict=True))


def shadow(
    since: date, until: date, unit: UUID | None = None, procedure: str = ""
) -> Shadow:
    """Return the shadow measures of the city, a unit or a procedure."""
    given: dict[str, Any] = {
        "since": clock.at_local(since, time(0)),
        "until": clock.end_of_day(until),
        "unit": unit,
        "procedure": procedure,
        "most": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_WORK, given)
        work = cursor.fetchone()
        cursor.execute(_WAITING, given)
        waiting = tuple(cursor.fetchall())
        cursor.execute(_PAUSED, given)
        paused = tuple(cursor.fetchall())
        cursor.execute(_GUARDS.format(guards=_counted(since, until)), given)
        filed, online, hours, slack, *counts = cursor.fetchone()
        guards = Guards(filed, online, hours, slack, _named(counts))
    cases, touches, people, hand_overs, returns, silence, longest = work
    return Shadow(
        cases, touches, people, hand_overs, returns or 0, silence, longest, waiting,
        paused, guards,
    )  # fmt: skip
