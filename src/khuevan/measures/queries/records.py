"""The dossiers behind a figure, as far as somebody may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from django.db import connection

from khuevan.counter.public import CaseRow, case_rows
from khuevan.directory.public import Person
from khuevan.measures.flows import FLOWS
from khuevan.measures.guards import GUARDS, condition
from khuevan.platform import clock


PAGE = 50
_IDS = """
    SELECT case_id FROM counter_case
    WHERE {where} AND {on} BETWEEN %s AND %s
        AND (%s::uuid IS NULL OR unit = %s) AND (%s = '' OR procedure = %s)
    ORDER BY {on} DESC, case_id LIMIT %s OFFSET %s
"""
_COUNT = """
    SELECT count(*) FROM counter_case
    WHERE {where} AND {on} BETWEEN %s AND %s
        AND (%s::uuid IS NULL OR unit = %s) AND (%s = '' OR procedure = %s)
"""


@dataclass(frozen=True, slots=True)
class Slice:
    """Which records: a flow or a guard, its hits or all, days, a unit, a procedure."""

    flow: str
    since: date
    until: date
    hits: bool = False
    misses: bool = False
    unit: UUID | None = None
    procedure: str = ""


@dataclass(frozen=True, slots=True)
class Records:
    """One page of records; `total` counts all, `rows` those the reader may open."""

    total: int
    rows: list[CaseRow]
    number: int
    pages: int


def is_known(name: str) -> bool:
    """Tell whether records stand behind a name: a flow's or a guard's."""
    return name in FLOWS or name in GUARDS


def records(person: Person, wanted: Slice, page: int = 1) -> Records:
    """Return a page of the dossiers behind a figure, the latest first."""
    where, on = _condition(wanted)
    given = [
        clock.at_local(wanted.since, time(0)),
        clock.end_of_day(wanted.until),
        wanted.unit,
        wanted.unit,
        wanted.procedure,
        wanted.procedure,
    ]
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(where=where, on=on), given)
        [count] = cursor.fetchone()
        pages = max(1, -(-count // PAGE))
        number = min(max(page, 1), pages)
        cursor.execute(
            _IDS.format(where=where, on=on), [*given, PAGE, PAGE * (number - 1)]
        )
        keys = [key for (key,) in cursor.fetchall()]
    return Records(count, case_rows(person, keys), number, pages)


def _condition(wanted: Slice) -> tuple[str, str]:
    """Return which cases count, and the column of the instant that gives the day."""
    if wanted.flow in GUARDS:
        return condition(wanted.flow, wanted.since, wanted.until), "filed_at"
    flow = FLOWS[wanted.flow]
    if flow.hits and wanted.hits:
        return f"({flow.where}) AND ({flow.hits})", flow.on
    if flow.hits and wanted.misses:
        return f"({flow.where}) AND NOT ({flow.hits})", flow.on
    return flow.where, flow.on
