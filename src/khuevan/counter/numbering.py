"""Running numbers of dossiers: by agency and day, gaps allowed, doubles not."""

from __future__ import annotations

from datetime import date

from django.db import connection

from khuevan.platform.ids import uuid7

from .rules.codes import make_code


def next_code(agency: str, day: date) -> str:
    """Return the next code of an agency; concurrent callers wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO counter_dossiernumber (id, agency, day, last) VALUES (%s, %s, %s, 1)"
            " ON CONFLICT (agency, day) DO UPDATE SET last = counter_dossiernumber.last + 1"
            " RETURNING last",
            [uuid7(), agency, day],
        )  # fmt: skip
        [number] = cursor.fetchone()
    return make_code(agency, day, number)
