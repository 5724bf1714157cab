"""Decree 224/2026 Art. 19, per actor: for the official and the heads above, nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from django.db import connection

from khuevan.directory.public import Person
from khuevan.measures.access import led_by
from khuevan.platform import clock


_ACTORS = """
    WITH done AS (
        SELECT e.event_id, e.case_id, e.resource, e.org, e.hours, e.procedure,
            e.entered_at, e.occurred_at, e.due_at,
            extract(epoch FROM e.occurred_at - e.entered_at)::float / 3600 AS took
        FROM counter_event e
        WHERE e.occurred_at BETWEEN %(since)s AND %(until)s AND e.resource IS NOT NULL
            AND (e.resource = %(self)s OR e.org = ANY(%(led)s))
            AND (%(code)s = '' OR e.procedure = %(code)s)
    ), stood AS (
        SELECT d.event_id, sum(extract(epoch FROM
            least(d.occurred_at, coalesce(p.ends_at, d.occurred_at))
            - greatest(d.entered_at, p.starts_at)))::float / 3600 AS waited
        FROM done d JOIN counter_pause p ON p.case_id = d.case_id
            AND p.starts_at < d.occurred_at
            AND coalesce(p.ends_at, d.occurred_at) > d.entered_at
        GROUP BY 1
    )
    SELECT p.id, p.full_name, count(*), count(DISTINCT d.case_id),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY d.took),
        coalesce(sum(s.waited), 0), avg(d.hours)::float,
        count(*) FILTER (WHERE d.due_at IS NOT NULL),
        count(*) FILTER (WHERE d.occurred_at <= d.due_at),
        count(DISTINCT d.procedure), avg(c.papers_due)::float,
        avg((c.supplements > 0)::int)::float
    FROM done d JOIN counter_case c USING (case_id)
    JOIN directory_person p ON p.id = d.resource
    LEFT JOIN stood s USING (event_id)
    GROUP BY 1, 2 ORDER BY p.full_name, p.id LIMIT 200
"""


@dataclass(frozen=True, slots=True)
class Actor:
    """What one official did, with what made it easy or hard.

    Times are hours of the clock on the wall; `waiting` is how long, within the
    official's own steps, the clock stood for the applicant's papers or money. `budget`
    is the mean working hours their steps are given; `papers`, `sent_back` and
    `procedures` say how varied and how heavy the dossiers were.
    """

    key: UUID
    name: str
    steps: int
    dossiers: int
    median: float
    waiting: float
    budget: float
    dated: int
    on_time: int
    procedures: int
    papers: float
    sent_back: float


def actors(
    person: Person, since: date, until: date, procedure: str = ""
) -> list[Actor]:
    """Return the officials somebody may see, oneself among them: one query."""
    given: dict[str, Any] = {
        "since": clock.at_local(since, time(0)),
        "until": clock.end_of_day(until),
        "self": person.pk,
        "led": list(led_by(person)),
        "code": procedure,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ACTORS, given)
        return [Actor(*row) for row in cursor.fetchall()]
