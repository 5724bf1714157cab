"""What a polished rate hides: touches, hand-overs, silence, and whose waiting it was.

Guards of services.md 8.10 against a rate that is reached without service.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from django.db import connection

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
    SELECT count(*) FILTER (WHERE channel = 'assisted'),
        count(*) FILTER (WHERE is_online),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM accepted_at - filed_at)) / 3600,
        count(*) FILTER (WHERE accepted_at > reception_due_at),
        count(*) FILTER (WHERE business IN ('stopped', 'refused')
            AND due_at - ended_at BETWEEN interval '0' AND interval '24 hours'),
        count(*) FILTER (WHERE due_at <> original_due_at AND reappointed_at IS NOT NULL),
        count(*) FILTER (WHERE EXISTS (
            SELECT FROM counter_pause p WHERE p.case_id = counter_case.case_id
                AND p.why = 'supplement' AND original_due_at - p.starts_at
                BETWEEN interval '0' AND interval '24 hours')),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM due_at - ended_at)) / 86400,
        count(*)
    FROM counter_case
    WHERE filed_at BETWEEN %(since)s AND %(until)s
        AND (%(unit)s::uuid IS NULL OR unit = %(unit)s)
        AND (%(procedure)s = '' OR procedure = %(procedure)s)
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

    `asked_just_before` are dossiers sent back within a day of the first due date;
    `slack_days` is how long before its date the median dossier ended.
    """

    assisted: int
    online: int
    hours_to_accept: float | None
    received_late: int
    ended_just_before: int
    reappointed: int
    asked_just_before: int
    slack_days: float | None
    filed: int


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
        cursor.execute(_GUARDS, given)
        guards = Guards(*cursor.fetchone())
    cases, touches, people, hand_overs, returns, silence, longest = work
    return Shadow(
        cases, touches, people, hand_overs, returns or 0, silence, longest, waiting,
        paused, guards,
    )  # fmt: skip
