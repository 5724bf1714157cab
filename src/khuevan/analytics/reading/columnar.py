"""A log that is Parquet already, such as `khuevan counter events` writes."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from khuevan.platform.errors import N_, InputRefused, Problem

from .log import SCHEMA, EventLog


def read_columnar(path: Path) -> EventLog:
    """Return the log where it lies; nothing is copied.

    It must have the columns of a log with their types and no gaps in those that a log
    cannot do without. Raises InputRefused with the column and what it should be.
    """
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as fault:
        raise InputRefused(
            [
                Problem(
                    path.name,
                    N_("The file is not Parquet"),
                    N_("Look whether this is the right file."),
                )
            ]
        ) from fault
    with file:
        found = file.schema_arrow
        problems = [
            Problem(
                field.name,
                N_("The column is missing or is not of type %(kind)s"),
                N_("Write the log with `khuevan counter events`."),
                {"kind": str(field.type)},
            )
            for field in SCHEMA
            if field.name not in found.names
            or found.field(field.name).type != field.type
        ]
        if not problems:
            problems = _gaps(file)
        if problems:
            raise InputRefused(problems)
        return EventLog(path, file.metadata.num_rows)


def _gaps(file: pq.ParquetFile) -> list[Problem]:
    needed = [field.name for field in SCHEMA if not field.nullable]
    empty = dict.fromkeys(needed, 0)
    for batch in file.iter_batches(columns=needed):
        for name in needed:
            column = batch[name]
            empty[name] += column.null_count
            if pa.types.is_string(column.type):
                empty[name] += pc.sum(pc.equal(column, "")).as_py() or 0
    return [
        Problem(
            name,
            N_("The column is empty in %(count)s rows"),
            N_("Every event needs its case, activity, time and place."),
            {"count": count},
        )
        for name, count in empty.items()
        if count
    ]
