"""The event log of a procedure: what process analytics reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from uuid import UUID

import pyarrow as pa
from django.db import connection
from django.utils.translation import gettext

from khuevan.analytics.public import ProcessModel, table_of
from khuevan.catalogue.public import version
from khuevan.platform import clock
from khuevan.platform.errors import N_
from khuevan.process.public import WAITING, Process, read_bpmn


MOST_CASES = 20_000
"""How many dossiers one page analyses: the latest ones; it says when there are more."""
FILED = N_("Filed")

_CASES = """
    SELECT case_id, filed_version, filed_at, returned_at IS NULL FROM counter_case
    WHERE procedure = %s AND filed_at BETWEEN %s AND %s
        AND (%s::uuid IS NULL OR unit = %s)
    ORDER BY filed_at DESC LIMIT %s
"""
_EVENTS = """
    SELECT e.case_id, e.activity, e.occurred_at, e.resource, o.short_name
    FROM counter_event e LEFT JOIN directory_organisation o ON o.id = e.org
    WHERE e.case_id = ANY(%s) ORDER BY e.occurred_at, e.event_id
"""
_COUNT = """
    SELECT count(*) FROM counter_case
    WHERE procedure = %s AND filed_at BETWEEN %s AND %s
        AND (%s::uuid IS NULL OR unit = %s)
"""


@dataclass(frozen=True, slots=True)
class Log:
    """The events of a procedure's dossiers, with the version each was filed under.

    `running` are those that did not come to the hand-over of a result: they may stop
    at any step, by a refusal, a withdrawal or the law.
    """

    table: pa.Table
    versions: dict[str, UUID]
    running: frozenset[str]
    cases: int
    all_cases: int


def log_of(procedure: str, since: date, until: date, unit: UUID | None = None) -> Log:
    """Return the log of the latest dossiers filed between two days.

    Each case begins with its filing, so that waiting for reception is seen.
    """
    span = clock.at_local(since, time(0)), clock.end_of_day(until)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [procedure, *span, unit, unit])
        [count] = cursor.fetchone()
        cursor.execute(_CASES, [procedure, *span, unit, unit, MOST_CASES])
        cases = cursor.fetchall()
        cursor.execute(_EVENTS, [[case for case, *_ in cases]])
        events = cursor.fetchall()
    return Log(
        table=table_of(_rows(cases, events)),
        versions={str(case): key for case, key, *_ in cases},
        running=frozenset(str(case) for case, _, _, runs in cases if runs),
        cases=len(cases),
        all_cases=count,
    )


def _rows(
    cases: list[tuple[UUID, UUID, datetime, bool]],
    events: list[tuple[UUID, str, datetime, UUID | None, str | None]],
) -> Iterator[tuple[str, str, datetime, str | None, str | None]]:
    filed = gettext(FILED)
    for case, _version, at, _runs in cases:
        yield str(case), filed, at, None, None
    for case, activity, at, resource, org in events:
        yield str(case), activity, at, str(resource) if resource else None, org


def models_of(log: Log) -> dict[str, ProcessModel]:
    """Return the process of every version in the log, for conformance."""
    found = {}
    for key in set(log.versions.values()):
        model = model_of(key, gettext(FILED))
        if model is not None:
            found[str(key)] = model
    return found


@lru_cache(maxsize=512)
def model_of(key: UUID, filed: str) -> ProcessModel | None:
    """Return which step may follow which in a version; None where nothing says."""
    published = version(key)
    if not published.definition.process:
        return None
    process = read_bpmn(published.definition.process)
    allowed: dict[str, set[str]] = {}
    ends: set[str] = set()
    for node in process.nodes:
        if node.kind in WAITING:
            after, over = _following(process, node.id)
            allowed.setdefault(node.name, set()).update(after)
            if over:
                ends.add(node.name)
    first, _ = _following(process, process.start.id)
    allowed[filed] = first
    return ProcessModel(published.definition.title, allowed, {filed}, ends)


def _following(process: Process, node: str) -> tuple[set[str], bool]:
    """Return the names of the steps that may come next, and whether it may be over."""
    names: set[str] = set()
    over, edge, seen = False, [node], set()
    while edge:
        for flow in process.outgoing.get(edge.pop(), ()):
            target = process.by_id[flow.target]
            if target.kind in WAITING:
                names.add(target.name)
            elif target.id not in seen:
                seen.add(target.id)
                over = over or not process.outgoing.get(target.id)
                edge.append(target.id)
    return names, over
