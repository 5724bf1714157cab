"""The event log as Parquet, straight from the database through Arrow.

What DuckDB reads on this machine and Spark on many: `analytics.public.analyse` takes
the file and a backend. Rows come in batches; neither the log nor Python's objects for
it need to fit in memory.
"""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq
from adbc_driver_postgresql import dbapi  # type: ignore[import-untyped]
from django.db import connection

from khuevan.platform import clock


_EVENTS = """
    SELECT e.case_id::text AS case_id, e.activity,
        e.occurred_at,
        row_number() OVER (ORDER BY e.occurred_at, e.event_id) - 1 AS position,
        NULL::text AS resource, o.code AS org
    FROM counter_event e LEFT JOIN directory_organisation o ON o.id = e.org
    WHERE e.occurred_at >= $1::timestamptz AND e.occurred_at <= $2::timestamptz
        AND ($3 = '' OR e.procedure = $3) AND e.activity <> ''
    ORDER BY 3, e.event_id
"""
SCHEMA = pa.schema(
    [
        pa.field("case_id", pa.string(), nullable=False),
        pa.field("activity", pa.string(), nullable=False),
        pa.field("occurred_at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("position", pa.int64(), nullable=False),
        pa.field("resource", pa.string()),
        pa.field("org", pa.string()),
    ]
)
"""The columns of a log; `resource` stays empty, as no file names an official."""


def write_events(path: Path, since: date, until: date, procedure: str = "") -> int:
    """Write the steps done between two days to a Parquet file; return how many.

    All procedures, or one. What was not committed is not in it: the file is read by a
    connection of its own.
    """
    given = (
        clock.at_local(since, time(0)).isoformat(),
        clock.end_of_day(until).isoformat(),
        procedure,
    )
    written = 0
    with (
        dbapi.connect(dsn()) as database,
        database.cursor() as cursor,
        pq.ParquetWriter(path, SCHEMA) as file,
    ):
        cursor.execute(_EVENTS, given)
        for batch in cursor.fetch_record_batch():
            file.write_batch(batch.cast(SCHEMA))
            written += batch.num_rows
    return written


def dsn() -> str:
    """Return the address of the database this process works on, for other drivers."""
    told = connection.get_connection_params()
    names = {"user": "user", "password": "password", "host": "host", "port": "port", "dbname": "dbname"}  # fmt: skip
    parts = [f"{names[key]}={quote(str(told[key]), safe='')}" for key in names if told.get(key)]  # fmt: skip
    return "postgresql:///?" + "&".join(parts)
