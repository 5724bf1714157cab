"""Processes as files: step tables as agencies keep them (xlsx, csv), and BPMN 2.0.

Told apart by their bytes. A fault names the row of the table as the sheet counts it, or
the element of the BPMN file.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from khuevan.platform.errors import N_, InputRefused, Problem
from khuevan.platform.text import fold

from .bpmn import LARGEST, read_bpmn
from .rules.graph import Process, hangs_together
from .tables import COLUMNS, from_steps, read_steps
from .verdict import check
from .writing import to_bpmn


MOST_ROWS = 500
HEADINGS = {name: name for name in COLUMNS} | {
    "ten buoc": "name", "buoc": "name", "buoc cong viec": "name", "noi dung cong viec": "name", "cong viec": "name",
    "trach nhiem": "duty", "nguoi thuc hien": "duty", "vai tro": "duty",
    "thoi gian": "hours", "thoi gian (gio)": "hours", "so gio": "hours", "thoi gian thuc hien (gio)": "hours",
    "don vi": "party", "co quan": "party", "don vi thuc hien": "party",
    "lay y kien": "asked", "don vi phoi hop": "asked",
    "thu tuc con": "procedure", "thu tuc lien thong": "procedure",
    "dich vu": "service", "he thong lam": "service",
    "dieu kien": "when", "khi": "when",
    "quay lai buoc": "back_to", "quay lai": "back_to", "quay lai khi": "back_when",
}  # fmt: skip
"""Headings of step tables, written without accents."""
_UNREADABLE = N_("The file cannot be read: neither a step table (xlsx, csv) nor BPMN 2.0.")  # fmt: skip
_STEP = re.compile(r"s(\d+)(?:_in|_back)?")


@dataclass(frozen=True, slots=True)
class ProcessFile:
    """A process read from a file: as BPMN to keep, and what stops its publishing.

    `drawable` tells whether every node has a place in a picture.
    """

    process: Process
    xml: str
    problems: tuple[Problem, ...]
    drawable: bool


def read_process(content: bytes, *, key: str, name: str) -> ProcessFile:
    """Return the process of a file; a step table gets the key and name given.

    Raises InputRefused naming row and column, or element, of all that cannot be read.
    """
    if len(content) > LARGEST:
        raise _refused("file", N_("The document is larger than 2 MB."))
    if content.startswith(b"PK\x03\x04"):
        return _of_table(_from_sheet(content), key, name)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        process = read_bpmn(content)
        named = [_of_element(problem, process) for problem in check(process)]
        return ProcessFile(
            process, _text(content), tuple(named), hangs_together(process)
        )
    return _of_table(_from_text(content), key, name)


Rows = list[tuple[int, list[str]]]


def _of_table(lines: Rows, key: str, name: str) -> ProcessFile:
    filled = [(n, cells) for n, cells in lines if any(c.strip() for c in cells)]
    if len(filled) < 2:
        raise _refused("file", N_("The table has no steps."))
    if len(filled) > MOST_ROWS:
        raise _refused(str(filled[MOST_ROWS][0]), N_("A process has 500 steps at most."))  # fmt: skip
    (head_at, head), *body = filled
    columns = [HEADINGS.get(fold(cell), "") for cell in head]
    _check_head(head_at, head, columns)
    rows = [dict(zip(columns, cells, strict=False)) for _, cells in body]
    numbers = [number for number, _ in body]
    process = from_steps(key, name, read_steps(rows, numbers))
    problems = [_of_row(problem, process, numbers) for problem in check(process)]
    return ProcessFile(
        process, to_bpmn(process), tuple(problems), hangs_together(process)
    )


def _check_head(number: int, head: list[str], columns: list[str]) -> None:
    problems = [
        Problem(f"{number}, {cell.strip()}", N_("This heading is not known; known are %(known)s."), "", {"known": ", ".join(COLUMNS)})
        for cell, column in zip(head, columns, strict=True)
        if cell.strip() and not column
    ]  # fmt: skip
    for needed in ("name", "duty", "hours"):
        if columns.count(needed) != 1:
            what = N_("The table needs the column “%(name)s” once.")
            problems.append(Problem(str(number), what, "", {"name": needed}))
    if problems:
        raise InputRefused(problems)


def _of_row(problem: Problem, process: Process, numbers: list[int]) -> Problem:
    """Name the row of the table instead of the node made from it."""
    flow = next((f for f in process.flows if f.id == problem.where), None)
    for key in filter(None, (problem.where, flow and flow.source, flow and flow.target)):  # fmt: skip
        found = _STEP.fullmatch(str(key))
        if found:
            row = str(numbers[int(found[1]) - 1])
            return Problem(row, problem.what, problem.mend, problem.params)
    return problem


def _of_element(problem: Problem, process: Process) -> Problem:
    node = process.by_id.get(problem.where)
    if node is None or not node.name:
        return problem
    where = f"{problem.where} (“{node.name}”)"
    return Problem(where, problem.what, problem.mend, problem.params)


def _from_sheet(content: bytes) -> Rows:
    try:
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
        found = book.worksheets[0].iter_rows(values_only=True, max_row=MOST_ROWS * 4)
        return [(n, _cells(cells)) for n, cells in enumerate(found, start=1)]
    except (
        BadZipFile,
        InvalidFileException,
        KeyError,
        ValueError,
        IndexError,
    ) as fault:
        raise _refused("file", _UNREADABLE) from fault


def _cells(cells: Iterable[Any]) -> list[str]:
    return ["" if c is None else f"{c:g}" if isinstance(c, float) else str(c) for c in cells]  # fmt: skip


def _from_text(content: bytes) -> Rows:
    text = _text(content)
    head = text.partition("\n")[0]
    mark = max(",;\t", key=head.count)
    try:
        reader = csv.reader(StringIO(text, newline=""), delimiter=mark, strict=True)
        return [(reader.line_num, cells) for cells in reader]
    except csv.Error as fault:
        raise _refused("file", _UNREADABLE) from fault


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise _refused("file", _UNREADABLE) from fault
    if "\0" in text:
        raise _refused("file", _UNREADABLE)
    return text


def _refused(where: str, what: str) -> InputRefused:
    return InputRefused([Problem(where, what)])
