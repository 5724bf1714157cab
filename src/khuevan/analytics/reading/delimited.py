"""CSV logs, column by column and in batches.

Columns are found by their usual names, those of XES first. A batch whose times are
all written alike is turned at once; any other goes row by row and finds its faults.
"""

from __future__ import annotations

import csv
import zlib
from dataclasses import dataclass, fields
from datetime import tzinfo
from io import BufferedReader
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

from khuevan.platform.errors import N_, InputRefused, Problem

from .instants import read_instant
from .log import SCHEMA, ColumnNames
from .sentences import ALL_INCOMPLETE, FILL, NO_ACTIVITY, NO_CASE
from .unpacking import Unpacked
from .writer import LogWriter


USUAL = {
    "case": ("case:concept:name", "case_id", "case id", "caseid", "case"),
    "activity": ("concept:name", "activity"),
    "time": ("time:timestamp", "occurred_at", "timestamp", "time"),
    "resource": ("org:resource", "resource"),
    "org": ("org:group", "org"),
    "lifecycle": ("lifecycle:transition", "lifecycle"),
}
NEEDED = ("case", "activity", "time")
UNREADABLE = (
    pa.ArrowInvalid,
    UnicodeDecodeError,
    csv.Error,
    OSError,
    EOFError,
    zlib.error,
)
BLOCK = 8 * 1024**2
LONGEST_HEADER = 1024**2
INSTANT = SCHEMA.field("occurred_at").type


@dataclass(frozen=True, slots=True)
class _Reading:
    """What stays the same over a file: names of columns, zone, which events."""

    names: dict[str, str]
    zone: tzinfo | None
    all_lifecycles: bool
    writer: LogWriter


def read_delimited(
    path: Path,
    writer: LogWriter,
    columns: ColumnNames,
    zone: tzinfo | None,
    all_lifecycles: bool,
    limit: int,
) -> None:
    """Read a table with a header line; comma, semicolon or tab between fields."""
    try:
        with BufferedReader(Unpacked(path, limit)) as stream:
            header, delimiter = _header(stream)
        names = _find(header, columns)
        reading = _Reading(names, zone, all_lifecycles, writer)
        with BufferedReader(Unpacked(path, limit)) as stream:
            _read(stream, delimiter, reading)
    except UNREADABLE as fault:
        if isinstance(fault, OSError) and fault.errno:
            raise
        raise InputRefused(
            [
                Problem(
                    path.name,
                    N_("This is not a table in UTF-8 with a header line"),
                    N_("Save it as CSV in UTF-8."),
                )
            ]
        ) from fault


def _header(stream: IO[bytes]) -> tuple[list[str], str]:
    first = stream.readline(LONGEST_HEADER).decode("utf-8-sig")
    delimiter = max(",;\t", key=first.count)
    return next(csv.reader([first], delimiter=delimiter), []), delimiter


def _find(header: list[str], columns: ColumnNames) -> dict[str, str]:
    """Return our name → theirs; refuse missing and doubled columns."""
    found, problems = {}, []
    by_folded = {name.strip().casefold(): name for name in reversed(header)}
    for field in fields(columns):
        asked = getattr(columns, field.name)
        tried = (asked,) if asked else USUAL[field.name]
        match = next((by_folded[t.casefold()] for t in tried if t.casefold() in by_folded), None)  # fmt: skip
        if match is not None:
            found[field.name] = match
            if header.count(match) > 1:
                problems.append(_twice(match))
        elif asked or field.name in NEEDED:
            problems.append(_missing(tried, header))
    if problems:
        raise InputRefused(problems)
    return found


def _missing(tried: tuple[str, ...], header: list[str]) -> Problem:
    return Problem(
        f"1:{tried[0]}",
        N_("The table has no such column"),
        N_("Name the column; these are there: %(header)s."),
        {"header": ", ".join(header)[:200]},
    )


def _twice(name: str) -> Problem:
    return Problem(
        f"1:{name}",
        N_("Two columns have this name"),
        N_("Give every column its own name."),
    )


def _read(stream: IO[bytes], delimiter: str, reading: _Reading) -> None:
    uneven: list[pcsv.InvalidRow] = []

    def remember(row: pcsv.InvalidRow) -> str:
        uneven.append(row)
        return "skip"

    wanted = list(reading.names.values())
    batches = pcsv.open_csv(
        stream,
        read_options=pcsv.ReadOptions(use_threads=False, block_size=BLOCK),
        parse_options=pcsv.ParseOptions(
            delimiter=delimiter,
            newlines_in_values=True,
            invalid_row_handler=remember,
        ),
        convert_options=pcsv.ConvertOptions(
            column_types=dict.fromkeys(wanted, pa.string()),
            include_columns=wanted,
            strings_can_be_null=False,
        ),
    )
    row = 2
    for batch in batches:
        for bad in uneven:
            reading.writer.refuse(
                str(bad.number or row),
                N_("The row has %(found)s field(s), the header has %(expected)s"),
                N_("Put fields that contain the separator in quotes."),
                found=bad.actual_columns,
                expected=bad.expected_columns,
            )
        uneven.clear()
        _take(batch, row, reading)
        row += len(batch)


def _take(batch: pa.RecordBatch, row: int, reading: _Reading) -> None:
    names, writer = reading.names, reading.writer
    rows = pa.array(range(row, row + len(batch)), pa.int64())
    table = pa.table({**{ours: batch[theirs] for ours, theirs in names.items()}, "row": rows})  # fmt: skip
    if "lifecycle" in names and not reading.all_lifecycles:
        step = pc.utf8_lower(pc.utf8_trim_whitespace(table["lifecycle"]))
        kept = table.filter(pc.is_in(step, pa.array(["complete", ""])))
        if len(kept) < len(table):
            writer.skip(ALL_INCOMPLETE, len(table) - len(kept))
        table = kept
    for name, sentence in (("case", NO_CASE), ("activity", NO_ACTIVITY)):
        empty = pc.equal(pc.utf8_trim_whitespace(table[name]), "")
        for number in table["row"].filter(empty).to_pylist():
            writer.refuse(f"{number}:{names[name]}", sentence, FILL)
    instants = _instants(table, reading)
    if not writer.problems and len(table):
        writer.add_columns(
            [
                _plain(table["case"]),
                _plain(table["activity"]),
                instants,
                _optional(table, "resource"),
                _optional(table, "org"),
            ]
        )


def _instants(table: pa.Table, reading: _Reading) -> pa.Array:
    try:
        return pc.cast(table["time"], INSTANT)
    except pa.ArrowInvalid:
        column = reading.names["time"]
        return pa.array(
            [
                read_instant(text, f"{row}:{column}", reading.writer, reading.zone)
                for text, row in zip(
                    table["time"].to_pylist(), table["row"].to_pylist(), strict=True
                )
            ],
            INSTANT,
        )


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return text in one normal form: Vietnamese comes in two that look alike."""
    return pc.utf8_normalize(column, form="NFC")


def _optional(table: pa.Table, name: str) -> pa.ChunkedArray | pa.Array:
    if name not in table.column_names:
        return pa.nulls(len(table), pa.string())
    column = _plain(table[name])
    return pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)
