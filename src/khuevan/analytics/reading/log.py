"""What an event log is here: six columns, in the order in which they were written.

`case_id` and `activity` are never empty, `occurred_at` is an instant in UTC with
microseconds, `position` is the place in the file and settles ties in time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa


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
COLUMNS = tuple(SCHEMA.names)


@dataclass(frozen=True, slots=True)
class ColumnNames:
    """What the columns of a table are called; None where the usual names are tried."""

    case: str | None = None
    activity: str | None = None
    time: str | None = None
    resource: str | None = None
    org: str | None = None
    lifecycle: str | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was left out or read in a way one should know of.

    `sentence` is untranslated, with `count` among its `params`.
    """

    sentence: str
    params: dict[str, str | int]


@dataclass(frozen=True, slots=True)
class EventLog:
    """A log on disk as Parquet with the columns of `SCHEMA`, and what was left out.

    The file lives as long as the `with` block of `open_log`.
    """

    path: Path
    events: int
    skipped: tuple[Skipped, ...] = ()
    all_lifecycles: bool = False


Row = tuple[str, str, datetime, str | None, str | None]
"""Case, activity, instant (aware), resource, organisation."""


def table_of(rows: Iterable[Row]) -> pa.Table:
    """Return rows as a log in memory; their order is the order of ties.

    A row is (case, activity, instant, resource or None, organisation or None); a
    naive instant is a fault of the program and raises ValueError.
    """
    columns: list[list[object]] = [[], [], [], [], [], []]
    for position, (case, activity, instant, resource, org) in enumerate(rows):
        if instant.tzinfo is None:
            raise ValueError(f"event {position} has an instant without a zone")
        values = (case, activity, instant, position, resource, org)
        for column, value in zip(columns, values, strict=True):
            column.append(value)
    return pa.table(columns, schema=SCHEMA)
