"""The one query every figure is read with: sums by day, folded and not yet folded."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date

from django.db import connection

from .declaration import Indicator
from .rules import Span, Sums


DaySums = list[tuple[date, Sums]]

_SUM_BY_DAY = """
    SELECT indicator, greatest(day, %(since)s), sum(numerator)::bigint,
        sum(denominator)::bigint
    FROM ({source}) AS changes
    WHERE indicator = ANY(%(codes)s) AND day <= %(until)s
        AND (day >= %(since)s OR indicator = ANY(%(live)s))
    GROUP BY 1, 2 ORDER BY 1, 2
"""
_WHOLE = _SUM_BY_DAY.format(
    source="""
        SELECT indicator, day, numerator, denominator FROM indicators_daytotal
        UNION ALL
        SELECT indicator, day, numerator, denominator FROM indicators_deltarow
    """
)
_FILTERED = _SUM_BY_DAY.format(
    source="""
        SELECT indicator, day, numerator, denominator FROM indicators_total
        WHERE cell @> %(cell)s::jsonb
        UNION ALL
        SELECT indicator, day, numerator, denominator FROM indicators_deltarow
        WHERE cell @> %(cell)s::jsonb
    """
)
_BY_CELL = """
    SELECT cell, CASE WHEN %(daily)s THEN day END, sum(numerator)::bigint, sum(denominator)::bigint
    FROM (
        SELECT indicator, day, cell, numerator, denominator FROM indicators_total
        UNION ALL
        SELECT indicator, day, cell, numerator, denominator FROM indicators_deltarow
    ) AS changes
    WHERE indicator = %(code)s AND day BETWEEN %(since)s AND %(until)s
        AND cell @> %(cell)s::jsonb
    GROUP BY 1, 2
    HAVING sum(numerator) <> 0 OR sum(denominator) <> 0
"""


def by_day(
    indicators: Collection[Indicator], since: date, until: date, dims: Mapping[str, str]
) -> dict[str, DaySums]:
    """Return changes by day for several indicators, in one query.

    For a live figure everything before `since` is put on `since`.
    """
    found: dict[str, DaySums] = {indicator.code: [] for indicator in indicators}
    with connection.cursor() as cursor:
        cursor.execute(
            _FILTERED if dims else _WHOLE,
            {
                "since": since,
                "until": until,
                "codes": list(found),
                "live": [indicator.code for indicator in indicators if indicator.live],
                "cell": json.dumps(dict(dims)),
            },
        )
        for code, day, numerator, denominator in cursor.fetchall():
            found[code].append((day, Sums(numerator, denominator)))
    return found


def by_cell(
    indicator: Indicator,
    since: date,
    until: date,
    dims: Mapping[str, str],
    *,
    daily: bool = False,
) -> list[tuple[dict[str, str], date | None, Sums]]:
    """Return the sums of every cell, by day where asked, else for all days (None).

    A live figure is summed from its beginning whatever `since` says.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _BY_CELL,
            {
                "code": indicator.code,
                "since": date.min if indicator.live else since,
                "until": until,
                "cell": json.dumps(dict(dims)),
                "daily": daily,
            },
        )
        return [
            (json.loads(cell) if isinstance(cell, str) else cell, day, Sums(n, d))
            for cell, day, n, d in cursor.fetchall()
        ]


def over_spans(indicator: Indicator, days: DaySums, spans: list[Span]) -> list[Sums]:
    """Return the sums of each span, in order: up to its end for a live figure."""
    sums = []
    place = 0
    running = Sums()
    for span in spans:
        if not indicator.live:
            running = Sums()
        while place < len(days) and days[place][0] <= span.end:
            if indicator.live or days[place][0] >= span.start:
                running += days[place][1]
            place += 1
        sums.append(running)
    return sums
