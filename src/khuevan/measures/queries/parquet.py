"""The event log as Parquet, straight from the database through Arrow.

What DuckDB reads on this machine and Spark on many: `analytics.public.analyse` takes
the file and a backend. Rows come in batches; neither the log nor Python's objects for
it need to fit in memory.
"""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

import pyarrow.parquet as pq
from adbc_driver_postgresql import dbapi  # type: ignore[import-untyped]
from django.db import connection
from django.utils.translation import gettext

from khuevan.analytics.public import LOG_SCHEMA
from khuevan.platform import clock

from .logs import FILED


_EVENTS = """
    WITH chosen AS (
        SELECT case_id, filed_at FROM counter_case
        WHERE filed_at >= $1::timestamptz AND filed_at <= $2::timestamptz
            AND ($3 = '' OR procedure = $3) AND ($4 = '' OR unit::text = $4)
    ), told AS (
        SELECT case_id, $5 AS activity, filed_at AS occurred_at, NULL::text AS org,
            0 AS turn, case_id AS event_id
        FROM chosen
        UNION ALL
        SELECT e.case_id, e.activity, e.occurred_at, o.code, 1, e.event_id
        FROM chosen JOIN counter_event e USING (case_id)
        LEFT JOIN directory_organisation o ON o.id = e.org
        WHERE e.activity <> ''
    )
    SELECT case_id::text, activity, occurred_at,
        row_number() OVER (ORDER BY occurred_at, turn, event_id) - 1 AS position,
        NULL::text AS resource, org
    FROM told ORDER BY occurred_at, turn, event_id
"""


def write_events(
    path: Path,
    since: date,
    until: date,
    procedure: str = "",
    unit: UUID | None = None,
) -> int:
    """Write the log of the dossiers filed between two days; return how many events.

    Each dossier begins with its filing and has every step done since. All procedures
    and deciding agencies, or one. `resource` stays empty, as no file names an official.
    What was not committed is not in it: the file is read by a connection of its own.
    """
    given = (
        clock.at_local(since, time(0)).isoformat(),
        clock.end_of_day(until).isoformat(),
        procedure,
        str(unit or ""),
        gettext(FILED),
    )
    written = 0
    with (
        dbapi.connect(dsn()) as database,
        database.cursor() as cursor,
        pq.ParquetWriter(path, LOG_SCHEMA, compression="zstd") as file,
    ):
        cursor.execute(_EVENTS, given)
        for batch in cursor.fetch_record_batch():
            file.write_batch(batch.cast(LOG_SCHEMA))
            written += batch.num_rows
    return written


def dsn() -> str:
    """Return the address of the database this process works on, for other drivers."""
    told = connection.get_connection_params()
    names = {"user": "user", "password": "password", "host": "host", "port": "port", "dbname": "dbname"}  # fmt: skip
    parts = [f"{names[key]}={quote(str(told[key]), safe='')}" for key in names if told.get(key)]  # fmt: skip
    return "postgresql:///?" + "&".join(parts)
