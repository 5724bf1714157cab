"""Sums of several flows between two days, whole or by one dimension: for scorecards."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date

from django.db import connection

from .declaration import the
from .rules import Sums


_BETWEEN = """
    SELECT indicator, sum(numerator)::bigint, sum(denominator)::bigint
    FROM ({source}) AS changes
    WHERE indicator = ANY(%(codes)s) AND day BETWEEN %(since)s AND %(until)s
    GROUP BY 1
"""
_WHOLE = _BETWEEN.format(
    source="""
        SELECT indicator, day, numerator, denominator FROM indicators_daytotal
        UNION ALL
        SELECT indicator, day, numerator, denominator FROM indicators_deltarow
    """
)
# The cell is matched whole, so that an index leads straight to one unit's rows.
_OF_CELL = _BETWEEN.format(
    source="""
        SELECT indicator, day, numerator, denominator FROM indicators_total
        WHERE cell = %(cell)s::jsonb
        UNION ALL
        SELECT indicator, day, numerator, denominator FROM indicators_deltarow
        WHERE cell = %(cell)s::jsonb
    """
)
_SPREAD = """
    SELECT indicator, cell ->> %(dimension)s, sum(numerator)::bigint,
        sum(denominator)::bigint
    FROM (
        SELECT indicator, day, cell, numerator, denominator FROM indicators_total
        UNION ALL
        SELECT indicator, day, cell, numerator, denominator FROM indicators_deltarow
    ) AS changes
    WHERE indicator = ANY(%(codes)s) AND day BETWEEN %(since)s AND %(until)s
    GROUP BY 1, 2
"""


def sums_between(
    codes: Collection[str],
    since: date,
    until: date,
    cell: Mapping[str, str] | None = None,
) -> dict[str, Sums]:
    """Return numerator and denominator of each flow between two days, both included.

    `cell` names every dimension of the indicators, or is left out for the whole.
    """
    for code in codes:
        the(code)
    found = {code: Sums() for code in codes}
    with connection.cursor() as cursor:
        cursor.execute(
            _OF_CELL if cell else _WHOLE,
            {
                "codes": list(codes),
                "since": since,
                "until": until,
                "cell": json.dumps(dict(cell or {})),
            },
        )
        for code, numerator, denominator in cursor.fetchall():
            found[code] = Sums(numerator, denominator)
    return found


def spread_between(
    codes: Collection[str], dimension: str, since: date, until: date
) -> dict[str, dict[str, Sums]]:
    """Return the sums of each flow for every key of a dimension: key, code, sums."""
    found: dict[str, dict[str, Sums]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            _SPREAD,
            {
                "codes": list(codes),
                "dimension": dimension,
                "since": since,
                "until": until,
            },
        )
        for code, key, numerator, denominator in cursor.fetchall():
            found.setdefault(key or "", {})[code] = Sums(numerator, denominator)
    return found
