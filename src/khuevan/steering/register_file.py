"""Reading the spreadsheets offices really have: cells to values, with a sentence per fault.

Nothing is written here and nothing is mended: what cannot be read is said, with
the row, the column and how to mend it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from khuevan.platform.errors import N_, InputRefused, Problem
from khuevan.platform.text import fold, is_nfc

from .rules import Group, Level, Proof


COLUMNS = {
    "code": ("code", "ma", "ma nhiem vu", "ma so"),
    "title": ("title", "nhiem vu", "noi dung", "noi dung nhiem vu", "ten nhiem vu"),
    "issuer_level": ("issuer_level", "cap giao", "cap", "cap ban hanh"),
    "source": ("source", "nguon", "van ban", "van ban giao", "can cu"),
    "group": ("group", "nhom", "nhom nhiem vu"),
    "lead": ("lead", "chu tri", "don vi chu tri", "co quan chu tri"),
    "coordinators": ("coordinators", "phoi hop", "don vi phoi hop"),
    "output": ("output", "san pham", "ket qua", "san pham dau ra"),
    "assigned_on": ("assigned_on", "ngay giao"),
    "due_on": ("due_on", "han", "thoi han", "han hoan thanh", "thoi han hoan thanh"),
    "accepted_on": ("accepted_on", "ngay hoan thanh", "ngay nghiem thu"),
    "proof": ("proof", "minh chung", "loai minh chung"),
}
OPTIONAL = {"coordinators", "due_on", "accepted_on", "proof"}

_LEVELS = {
    "central": Level.CENTRAL,
    "trung uong": Level.CENTRAL,
    "tw": Level.CENTRAL,
    "city": Level.CITY,
    "thanh pho": Level.CITY,
    "tp": Level.CITY,
}
_PROOFS = {
    **{proof.value: proof for proof in Proof},
    "van ban": Proof.DOCUMENT,
    "chi so": Proof.INDICATOR,
    "so luong": Proof.COUNT,
    "anh": Proof.PHOTO,
    "bao cao": Proof.REPORT,
}
MAX_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a register as read: still names, not yet organisations."""

    row: int
    code: str
    title: str
    level: Level
    source: str
    group: Group
    lead: str
    coordinators: tuple[str, ...]
    output: str
    proof: Proof
    assigned_on: date
    due_on: date | None
    accepted_on: date | None


def read_register(content: bytes, name: str) -> tuple[list[Line], list[Problem]]:
    """Return the rows that can be read and a problem for every cell that cannot.

    Raises InputRefused when the file as a whole cannot be read.
    """
    rows = _xlsx(content) if name.lower().endswith(".xlsx") else _csv(content)
    header = next(rows, None)
    if header is None:
        raise _refused(N_("The file is empty."), N_("Send the register with its rows."))
    places = _places(header[1])
    lines: list[Line] = []
    problems: list[Problem] = []
    for number, cells in rows:
        values = {
            column: cells[at] if at < len(cells) else ""
            for column, at in places.items()
        }
        if not any(str(v if v is not None else "").strip() for v in values.values()):
            continue
        found = _Reader(number, values)
        line = found.line()
        problems += found.problems
        if line:
            lines.append(line)
        if number > MAX_ROWS:
            raise _refused(
                N_("The file has more than 20,000 rows."), N_("Send it in parts.")
            )
    problems += _repeated(lines)
    if not lines and not problems:
        raise _refused(
            N_("The file has a header and no rows."),
            N_("Send the register with its rows."),
        )
    return lines, problems


def _refused(what: str, mend: str, where: str = N_("file")) -> InputRefused:
    return InputRefused([Problem(where, what, mend)])


def _csv(content: bytes) -> Iterator[tuple[int, list[Any]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refused(
            N_("The file is not in UTF-8."), N_("Save it as “CSV UTF-8” or as .xlsx.")
        ) from None
    sample = text[:4000]
    delimiter = ";" if sample.count(";") > sample.count(",") else ","
    if "\t" in sample and sample.count("\t") > sample.count(delimiter):
        delimiter = "\t"
    try:
        yield from enumerate(
            csv.reader(io.StringIO(text), delimiter=delimiter), start=1
        )
    except csv.Error:
        raise _refused(
            N_("The file cannot be read as CSV."),
            N_("Save it as “CSV UTF-8” or as .xlsx."),
        ) from None


def _xlsx(content: bytes) -> Iterator[tuple[int, list[Any]]]:
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (InvalidFileException, BadZipFile, KeyError, ValueError, OSError):
        raise _refused(
            N_("The file is not a spreadsheet Excel can open."),
            N_("Save it again as .xlsx."),
        ) from None
    for number, row in enumerate(
        book.worksheets[0].iter_rows(values_only=True), start=1
    ):
        yield number, list(row)


def _places(header: list[Any]) -> dict[str, int]:
    names = [fold(str(cell or "")).replace("_", " ") for cell in header]
    places = {}
    for column, spellings in COLUMNS.items():
        known = {spelling.replace("_", " ") for spelling in spellings}
        at = next((n for n, name in enumerate(names) if name in known), None)
        if at is not None:
            places[column] = at
    missing = [c for c in COLUMNS if c not in places and c not in OPTIONAL]
    if missing:
        raise InputRefused(
            [
                Problem(
                    "1",
                    N_("the column %(column)s is missing"),
                    N_("Add this column to the header row."),
                    {"column": c},
                )
                for c in missing
            ]
        )
    return places


def _repeated(lines: list[Line]) -> list[Problem]:
    seen: dict[str, int] = {}
    problems = []
    for line in lines:
        first = seen.setdefault(line.code.casefold(), line.row)
        if first != line.row:
            problems.append(
                Problem(
                    f"{line.row}:code",
                    N_("the code %(code)s stands in row %(row)s already"),
                    N_("Each code may stand once; delete or renumber one of the rows."),
                    {"code": line.code, "row": first},
                )
            )
    return problems


class _Reader:
    """Reads the cells of one row, collecting what is wrong with them."""

    def __init__(self, row: int, values: Mapping[str, Any]) -> None:
        self.row = row
        self.values = values
        self.problems: list[Problem] = []

    def line(self) -> Line | None:
        """Return the row, or None when any cell of it is wrong."""
        code, title = self._text("code"), self._text("title")
        source, lead = self._text("source"), self._text("lead")
        output = self._text("output")
        level = self._one_of("issuer_level", _LEVELS)
        group = self._group()
        assigned = self._date("assigned_on", needed=True)
        due, accepted = self._date("due_on"), self._date("accepted_on")
        proof = self._one_of("proof", _PROOFS) if self._raw("proof") else Proof.REPORT
        helpers = tuple(
            part.strip()
            for part in re.split(r"[;|\n]", self._raw("coordinators"))
            if part.strip()
        )
        if self.problems or not (level and group and assigned and proof):
            return None
        return Line(
            self.row, code, title, level, source, group, lead, helpers, output, proof,
            assigned, due, accepted,
        )  # fmt: skip

    def _raw(self, column: str) -> str:
        value = self.values.get(column)
        return "" if value is None else str(value).strip()

    def _wrong(self, column: str, what: str, mend: str) -> None:
        params = {"value": self._raw(column)}
        self.problems.append(Problem(f"{self.row}:{column}", what, mend, params))

    def _text(self, column: str) -> str:
        value = self._raw(column)
        if not value:
            mend = _EMPTY.get(column, N_("Fill in this cell."))
            self._wrong(column, N_("is empty"), mend)
        elif not is_nfc(value):
            self._wrong(
                column,
                N_("uses composed letters in an old form (not NFC)"),
                N_("Type it again with a Unicode keyboard (Unicode dựng sẵn)."),
            )
        return value

    def _one_of(self, column: str, known: Mapping[str, Any]) -> Any:
        value = self._raw(column)
        found = known.get(fold(value))
        if found is None:
            self._wrong(column, N_("“%(value)s” is not known here"), _CHOICES[column])
        return found

    def _group(self) -> Group | None:
        found = re.search(r"\d+", self._raw("group"))
        if found and 1 <= int(found.group()) <= len(Group):
            return Group(int(found.group()))
        self._wrong(
            "group",
            N_("“%(value)s” is not a group"),
            N_("Give the group of Resolution 57 as a number from 1 to 7."),
        )
        return None

    def _date(self, column: str, *, needed: bool = False) -> date | None:
        value = self.values.get(column)
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        text = self._raw(column)
        if not text and not needed:
            return None
        for form in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"):
            try:
                return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day
            except ValueError:
                continue
        self._wrong(
            column,
            N_("“%(value)s” is not a date"),
            N_("Write the date as 31/12/2025 or 2025-12-31."),
        )
        return None


_EMPTY = {
    "output": N_("Say what must be there when the task is done."),
    "lead": N_("Name the unit that leads the task."),
    "source": N_("Name the paper that orders the task."),
}
_CHOICES = {
    "issuer_level": N_("Write “central” (Trung ương) or “city” (Thành phố)."),
    "proof": N_("Write document, indicator, count, photo or report."),
}
