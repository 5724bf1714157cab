"""Open data: counts by unit, procedure and month, without small cells or people."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, time
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection, transaction

from khuevan.counter.public import IN_TIME
from khuevan.measures.rules.complement import ALL, Cell
from khuevan.measures.rules.suppression import Row, Whole, suppress_table
from khuevan.platform import clock
from khuevan.platform.errors import N_


COUNTS = ("filed", "accepted", "ended", "on_time", "sent_back", "e_results")
PARTS: tuple[Whole, ...] = (
    ("accepted", "filed"),
    ("on_time", "ended"),
    ("sent_back", "ended"),
    ("e_results", "ended"),
)
"""Which count is a part of which. Acceptance is by its own day and may be larger."""
_NOTHING: Row = dict.fromkeys(COUNTS, 0)
FIELDS = {
    "month": N_("The month, as YYYY-MM, in the time of Hanoi"),
    "unit_code": N_("The code of the agency that decides"),
    "unit": N_("The name of that agency"),
    "procedure": N_("The national code of the procedure"),
    "filed": N_("Dossiers filed in the month, through every channel"),
    "accepted": N_("Dossiers accepted in the month"),
    "ended": N_("Dossiers ended in the month after acceptance"),
    "on_time": N_("Of those ended: by the due date, after at most one request for papers"),
    "sent_back": N_("Of those ended: decided after at least one request for papers"),
    "e_results": N_("Of those ended: decided with an electronic result of legal value"),
}  # fmt: skip
_COUNTS = f"""
    SELECT to_char(counted.month, 'YYYY-MM'), o.code, o.name, counted.procedure,
        sum(filed), sum(accepted), sum(ended), sum(on_time), sum(sent_back), sum(e_results)
    FROM (
        SELECT date_trunc('month', filed_at AT TIME ZONE 'Asia/Ho_Chi_Minh') AS month,
            unit, procedure, count(*) AS filed, 0 AS accepted, 0 AS ended, 0 AS on_time,
            0 AS sent_back, 0 AS e_results
        FROM counter_case WHERE filed_at BETWEEN %(since)s AND %(until)s GROUP BY 1, 2, 3
        UNION ALL
        SELECT date_trunc('month', accepted_at AT TIME ZONE 'Asia/Ho_Chi_Minh'),
            unit, procedure, 0, count(*), 0, 0, 0, 0
        FROM counter_case WHERE accepted_at BETWEEN %(since)s AND %(until)s GROUP BY 1, 2, 3
        UNION ALL
        SELECT date_trunc('month', ended_at AT TIME ZONE 'Asia/Ho_Chi_Minh'),
            unit, procedure, 0, 0, count(*),
            count(*) FILTER (WHERE {IN_TIME}),
            count(*) FILTER (WHERE business = 'decided' AND supplements > 0),
            count(*) FILTER (WHERE business = 'decided' AND e_result)
        FROM counter_case
        WHERE ended_at BETWEEN %(since)s AND %(until)s AND accepted_at IS NOT NULL
        GROUP BY 1, 2, 3
    ) counted JOIN directory_organisation o ON o.id = counted.unit
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 4
"""  # noqa: S608 - the condition is the counter's


def open_rows(since: date, until: date) -> Iterator[dict[str, Any]]:
    """Yield every unit, procedure and month with its counts, None where hidden.

    Rows of which nothing may be told are left out. Hidden counts do not follow from
    the sums of units, of procedures and of the city that other pages tell.
    """
    given = {
        "since": clock.at_local(since, time(0)),
        "until": clock.end_of_day(until),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_COUNTS, given)
        found = cursor.fetchall()
    names = {code: name for _, code, name, *_ in found}
    pairs = {(code, procedure) for _, code, _, procedure, *_ in found}
    for month, rows in groupby(found, key=itemgetter(0)):
        counted: dict[Cell, Row] = {
            (code, procedure): dict(zip(COUNTS, map(int, counts), strict=True))
            for _, code, _, procedure, *counts in rows
        }
        for (code, procedure), told in _told(counted, pairs):
            yield {
                "month": month,
                "unit_code": code,
                "unit": names[code],
                "procedure": procedure,
                **told,
            }


def _told(
    counted: dict[Cell, Row], pairs: Collection[Cell]
) -> Iterator[tuple[Cell, dict[str, int | None]]]:
    """Yield what may be told of a month's cells.

    A unit's procedures of the whole file may hide behind one another in every month:
    a row that is left out looks like a row of nothing.
    """
    table = dict.fromkeys(sorted(pairs), _NOTHING) | counted
    for _unit, procedure in pairs:
        table[ALL, procedure] = _NOTHING
    for (_unit, procedure), row in counted.items():
        sums = table[ALL, procedure]
        table[ALL, procedure] = {name: sums[name] + row[name] for name in COUNTS}
    told = suppress_table(table, PARTS)
    for cell in counted:
        if any(count is not None for count in told[cell].values()):
            yield cell, told[cell]


def whole_months(year: int) -> tuple[date, date] | None:
    """Return the days of a year's months that are over, None where there are none.

    A month still running would give single days away by comparing two downloads.
    """
    first = clock.today().replace(day=1)
    end = min(first, date(year + 1, 1, 1))
    if end <= date(year, 1, 1):
        return None
    return date(year, 1, 1), date.fromordinal(end.toordinal() - 1)
