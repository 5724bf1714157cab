"""The national catalogue as a file: JSON lines (plain or gzip) or a spreadsheet.

Every row comes out with the source's own column names; a file that cannot be read is
refused whole, with the place.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from khuevan.platform.errors import N_, InputRefused, Problem

from .rules.source import COLUMNS
from .rules.states import CODE


MOST_BYTES = 300 * 1024**2
"""Unpacked; the catalogue of 2026 has 22 MB for 2,642 rows."""
MOST_ROWS = 50_000
NEEDED = ("ma_thu_tuc", "ten_thu_tuc")
_UNREADABLE = N_("The file cannot be read: neither JSON lines in UTF-8, nor gzip, nor Excel.")  # fmt: skip
_SURROGATE = re.compile("[\ud800-\udfff]")
_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The rows of a file with their numbers: lines of a text, rows of a sheet."""

    rows: list[dict[str, str]]
    numbers: list[int]


Numbered = Iterator[tuple[int, dict[str, str]]]


def read_source(content: bytes, name: str) -> SourceFile:
    """Return the rows of a file; told by its bytes, not by its name.

    Raises InputRefused naming every line or cell that keeps it from being read.
    """
    found = list(_from_sheet(content) if content.startswith(_ZIP) else _from_lines(content))  # fmt: skip
    if not found:
        raise _refused(name, N_("The file has no rows."))
    problems = [
        Problem(f"{number}:{column}", N_("This is empty, and nothing can be told without it."))
        for number, row in found
        for column in NEEDED
        if not row[column].strip()
    ]  # fmt: skip
    problems += [
        Problem(f"{number}:ma_thu_tuc", N_("“%(code)s” cannot be a procedure's code: letters, figures and full stops, 40 at most."), "", {"code": row["ma_thu_tuc"][:60]})
        for number, row in found
        if row["ma_thu_tuc"].strip() and not CODE.fullmatch(row["ma_thu_tuc"].strip())
    ]  # fmt: skip
    if problems:
        raise InputRefused(problems)
    return SourceFile([row for _, row in found], [number for number, _ in found])


def _from_lines(content: bytes) -> Numbered:
    problems: list[Problem] = []
    rows: list[tuple[int, dict[str, str]]] = []
    for number, line in enumerate(_lines(content), start=1):
        if not line.strip():
            continue
        if len(rows) >= MOST_ROWS:
            raise _refused(str(number), N_("The file has more rows than a catalogue can."))  # fmt: skip
        row = _row(line)
        if row is None:
            what = N_("This line is not a row of the catalogue in JSON.")
            problems.append(Problem(str(number), what))
        else:
            rows.append((number, row))
    if problems:
        raise InputRefused(problems[:200])
    yield from rows


def unpacked(content: bytes) -> bytes:
    """Return the bytes of a file that may be gzip, never more than a catalogue has."""
    try:
        if content.startswith(_GZIP):
            with gzip.open(BytesIO(content)) as packed:
                content = packed.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as fault:
        raise _refused("file", _UNREADABLE) from fault
    if len(content) > MOST_BYTES:
        raise _refused("file", N_("The file is larger than a catalogue can be."))
    return content


def _lines(content: bytes) -> list[str]:
    try:
        # Not splitlines: prose holds separators of its own (U+2028, form feeds).
        return unpacked(content).decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as fault:
        raise _refused("file", _UNREADABLE) from fault


def _row(line: str) -> dict[str, str] | None:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict):
        return None
    row = {column: _text(told.get(column)) for column in COLUMNS}
    # Half a character, as “\\ud800” makes one, is no text the database can keep.
    return row if all(_SURROGATE.search(v) is None for v in row.values()) else None


def _from_sheet(content: bytes) -> Numbered:
    try:
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
        lines = book.worksheets[0].iter_rows(values_only=True)
        head = [_text(cell).strip() for cell in next(lines, ())]
        missing = [column for column in NEEDED if column not in head]
        if missing:
            raise InputRefused(
                [Problem(f"1:{c}", N_("This column is missing.")) for c in missing]
            )
        for number, cells in enumerate(lines, start=2):
            if number > MOST_ROWS:
                raise _refused(str(number), N_("The file has more rows than a catalogue can."))  # fmt: skip
            told = dict(zip(head, cells, strict=False))
            if any(cell is not None for cell in cells):
                yield number, {c: _text(told.get(c)) for c in COLUMNS}
    except (
        BadZipFile,
        InvalidFileException,
        KeyError,
        ValueError,
        IndexError,
    ) as fault:
        raise _refused("file", _UNREADABLE) from fault


def _text(value: Any) -> str:
    """Return a cell as text; NUL, which the database cannot keep, is a space."""
    return "" if value is None else str(value).replace("\0", " ")


def _refused(where: str, what: str) -> InputRefused:
    return InputRefused([Problem(where, what)])
