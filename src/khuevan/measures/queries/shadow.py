"""What a polished rate hides: touches, hand-overs, silence, and whose waiting it was.

Guards of services.md 8.10 against a rate that is reached without service.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from django.db import connection

from khuevan.measures.guards import GUARDS, condition, windows_on
from khuevan.platform import clock


_CHOSEN = """
    WITH chosen AS (
        SELECT case_id, ended_at FROM counter_case
        WHERE ended_at BETWEEN %(since)s AND %(until)s
            AND (%(unit)s::uuid IS NULL OR unit = %(unit)s)
            AND (%(procedure)s = '' OR procedure = %(procedure)s)
        ORDER BY ended_at DESC, case_id LIMIT %(most)s
    )"""
_ALL = """
    SELECT count(*) FROM counter_case
    WHERE ended_at BETWEEN %(since)s AND %(until)s
        AND (%(unit)s::uuid IS NULL OR unit = %(unit)s)
        AND (%(procedure)s = '' OR procedure = %(procedure)s)
"""
_WORK = """
    , steps AS (
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
    SELECT (SELECT count(*) FROM chosen), avg(touches)::float, avg(people)::float,
        avg(hand_overs)::float, coalesce(sum(returns), 0)::int,
        avg(silence)::float / 86400,
        percentile_cont(0.9) WITHIN GROUP (ORDER BY silence) / 86400
    FROM each
"""
# Dossiers taken over from other systems say how often they asked, not for what.
_ASKED = """
    SELECT coalesce(sum(c.supplements), 0)::int, count(*) FILTER (WHERE c.supplements > 0),
        count(*) FILTER (WHERE c.supplements > 1), (
            SELECT count(DISTINCT case_id) FILTER (WHERE changed)
            FROM counter_asked JOIN chosen USING (case_id))
    FROM counter_case c JOIN chosen USING (case_id)
"""
# Kept from being one join, so that each dossier's visits are found by its key.
_VISITS = """
    SELECT v.why, count(*) FROM chosen, LATERAL (
        SELECT why FROM counter_visit WHERE case_id = chosen.case_id OFFSET 0
    ) v GROUP BY 1
"""
# An hour is somebody's once: while the clock stands it is the applicant's, else it is
# shared by those who held the dossier then; whoever asked others for opinions waits.
_WAITING = """
    , held AS MATERIALIZED (
        SELECT e.case_id, e.org::text AS party, e.entered_at AS since,
            e.occurred_at AS until, 1 AS rank
        FROM counter_event e JOIN chosen USING (case_id)
        WHERE e.org IS NOT NULL AND e.occurred_at > e.entered_at AND NOT EXISTS (
            SELECT FROM counter_opinion_asked o WHERE o.event_id = e.event_id)
        UNION ALL
        SELECT o.case_id, o.org::text, o.asked_at, coalesce(o.given_at, c.ended_at), 1
        FROM counter_opinion_asked o JOIN chosen c USING (case_id)
        UNION ALL
        SELECT p.case_id, p.why, p.starts_at, coalesce(p.ends_at, c.ended_at), 0
        FROM counter_pause p JOIN chosen c USING (case_id)
    ), cuts AS (
        SELECT case_id, since AS at FROM held UNION SELECT case_id, until FROM held
    ), parts AS (
        SELECT case_id, at AS since,
            lead(at) OVER (PARTITION BY case_id ORDER BY at) AS until
        FROM cuts
    ), ranked AS (
        SELECT p.case_id, p.since, p.until, h.party, h.rank,
            min(h.rank) OVER (PARTITION BY p.case_id, p.since) AS least
        FROM parts p JOIN held h ON h.case_id = p.case_id
            AND h.since <= p.since AND h.until >= p.until
    ), shared AS (
        SELECT party, extract(epoch FROM until - since)
            / count(*) OVER (PARTITION BY case_id, since) AS seconds
        FROM ranked WHERE rank = least
    )
    SELECT coalesce(o.short_name, party), o.id IS NULL, sum(seconds)::float / 3600
    FROM shared LEFT JOIN directory_organisation o ON o.id::text = party
    GROUP BY 1, 2 ORDER BY 3 DESC, 1
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
_SLACK = """
    SELECT width_bucket(extract(epoch FROM due_at - ended_at)::float / 86400,
        %(bounds)s::float[]), count(*)
    FROM counter_case
    WHERE filed_at BETWEEN %(since)s AND %(until)s AND due_at IS NOT NULL
        AND ended_at IS NOT NULL AND (%(unit)s::uuid IS NULL OR unit = %(unit)s)
        AND (%(procedure)s = '' OR procedure = %(procedure)s)
    GROUP BY 1
"""
_BY_UNIT = """
    SELECT o.id, o.short_name, count(*), {guards}
    FROM counter_case JOIN directory_organisation o ON o.id = unit
    WHERE filed_at BETWEEN %(since)s AND %(until)s
    GROUP BY 1, 2 ORDER BY 3 DESC, 2
"""
MOST = 50_000
"""How many of the latest dossiers are looked at step by step; pages say where it cuts."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Hours on the clock on the wall that dossiers waited for somebody.

    `party` is an agency's name, or why the clock stood for the applicant.
    """

    party: str
    applicant: bool
    hours: float


@dataclass(frozen=True, slots=True)
class Asked:
    """Requests for more: how many, of how many dossiers, asked again, asked otherwise.

    `changed` counts dossiers asked later for what no earlier request had asked for in
    these words.
    """

    requests: int
    dossiers: int
    again: int
    changed: int


@dataclass(frozen=True, slots=True)
class Shadow:
    """The shadow measures of dossiers that ended between two days.

    `looked_at` of all `cases` are the latest; what follows is of them. Days and hours
    are those of the clock on the wall. `waiting` gives each hour to one party, or to
    several in equal shares; `visits` counts by what applicants came for in person.
    """

    cases: int
    looked_at: int
    touches: float | None
    people: float | None
    hand_overs: float | None
    returns: int
    silent_days: float | None
    silent_days_p90: float | None
    asked: Asked
    visits: Mapping[str, int]
    waiting: tuple[Waiting, ...]
    guards: Guards


@dataclass(frozen=True, slots=True)
class Guards:
    """Ways to a good rate without good service, counted (services.md 8.10).

    `found` counts dossiers by the names of `measures.guards`; `slack_days` is how long
    before its date the median dossier ended, `slack` how many ended with fewer days left
    than each bound and no fewer than the one before; the last has no bound.
    """

    filed: int
    online: int
    hours_to_accept: float | None
    slack_days: float | None
    slack: tuple[tuple[int | None, int], ...]
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
    return [
        UnitGuards(key, name, filed, _named(counts))
        for key, name, filed, *counts in _rows(
            _BY_UNIT.format(guards=_counted(since, until)), given
        )
    ]


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
    [[cases]] = _rows(_ALL, given)
    [work] = _rows(_CHOSEN + _WORK, given)
    [asked] = _rows(_CHOSEN + _ASKED, given)
    looked_at, touches, people, hand_overs, returns, silence, longest = work
    return Shadow(
        cases=cases,
        looked_at=looked_at,
        touches=touches,
        people=people,
        hand_overs=hand_overs,
        returns=returns,
        silent_days=silence,
        silent_days_p90=longest,
        asked=Asked(*asked),
        visits=dict(_rows(_CHOSEN + _VISITS, given)),
        waiting=tuple(Waiting(*row) for row in _rows(_CHOSEN + _WAITING, given)),
        guards=_guards(since, until, given),
    )


def _guards(since: date, until: date, given: Mapping[str, Any]) -> Guards:
    bounds = windows_on(until).slack_days
    found = dict(_rows(_SLACK, {**given, "bounds": list(bounds)}))
    slack = [(bound, found.get(at, 0)) for at, bound in enumerate([*bounds, None])]
    [[filed, online, hours, days, *counts]] = _rows(
        _GUARDS.format(guards=_counted(since, until)), given
    )
    return Guards(filed, online, hours, days, tuple(slack), _named(counts))


def _counted(since: date, until: date) -> str:
    return ", ".join(
        f"count(*) FILTER (WHERE {condition(name, since, until)})" for name in GUARDS
    )


def _named(counts: Sequence[int]) -> dict[str, int]:
    return dict(zip(GUARDS, counts, strict=True))


def _rows(query: str, given: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return list(cursor.fetchall())
