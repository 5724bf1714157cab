"""Event logs from outside, row by row into columns on disk."""

from .log import COLUMNS, SCHEMA, ColumnNames, EventLog, Skipped, table_of
from .opening import open_log


__all__ = [
    "COLUMNS",
    "SCHEMA",
    "ColumnNames",
    "EventLog",
    "Skipped",
    "open_log",
    "table_of",
]
