"""Spreadsheets of listings: the empty one people fill in, and rows read from a filled one.

A row is read by the same form as the page, so that a cell is refused with the sentence
the page would say; where it stands is added.
"""

from __future__ import annotations

import csv
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any
from zipfile import BadZipFile

import xlsxwriter
from django.utils import translation
from django.utils.translation import gettext
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from khuevan.platform.errors import N_, InputRefused, Problem
from khuevan.platform.text import fold

from .forms import ListingForm, NeedForm, OfferForm, faults_of
from .models import Member
from .rules.disclosing import Group
from .rules.listings import Kind, Told
from .words import CHOICES, GROUPS, KINDS, LABELS, LEVELS


MOST_ROWS = 5_000
LEVEL_COLUMNS = tuple(
    f"level_{group}" for group in Group if group is not Group.HEADLINE
)
COLUMNS = (
    "member", "kind", "title_vi", "title_en", "summary_vi", "summary_en", "field",
    "ipc", "nace", "territory", "stage", "trl", "trl_evidence", "advantage",
    "advantage_against", "description", "ip_status", "ip_number", "ip_until", "owners",
    "state_funded", "licence", "licence_terms", "price_from", "price_to", "outcome",
    "data_available", "criteria", "deadline", "trial_possible", "trl_most",
    "takes_restricted", "advantage_en", "description_en", "outcome_en", "criteria_en", *LEVEL_COLUMNS,
)  # fmt: skip
"""The columns, in the order of the template; a need leaves an offer's empty, and who reads
a group is as usual where nothing is chosen."""
NEEDED = ("member", "kind", "title_vi")
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_KIND = "Loại tin"
_MEMBER = "Mã tổ chức"


@dataclass(frozen=True, slots=True)
class Row:
    """One listing of a file: its row, whose it is, and what it says."""

    number: int
    member: Member
    told: Told


def read_rows(content: bytes, name: str) -> list[Row]:
    """Return the listings of a file; InputRefused names every fault by row and column."""
    rows = _xlsx(content) if name.lower().endswith(".xlsx") else _csv(content)
    header = next(rows, None)
    if header is None:
        raise _refused("file", N_("the file is empty"), N_("Fill in the template."))
    places = _places(header[1])
    known = _Known()
    problems: list[Problem] = []
    found: list[Row] = []
    for number, cells in rows:
        values = {
            column: _text(cells[at]) if at < len(cells) else ""
            for column, at in places.items()
        }
        if not any(values.values()):
            continue
        if len(found) + len(problems) >= MOST_ROWS:
            raise _refused("file", N_("the file is too long"), N_("Send it in parts."))
        row = _row(number, values, known, problems)
        if row:
            found.append(row)
    if problems:
        raise InputRefused(problems)
    if not found:
        raise _refused("file", N_("the file has no rows"), N_("Fill in the template."))
    return found


class _Known:
    """Finds members and codes by what people write."""

    def __init__(self) -> None:
        self.members: dict[str, Member] = {}
        for member in Member.objects.select_related("organisation", "person"):
            body = member.organisation
            for name in (body.code, body.name, body.short_name) if body else (member.name,):  # fmt: skip
                self.members[fold(name)] = member
        with translation.override("vi"):
            self.codes = {
                column: {fold(str(words)): str(code) for code, words in options.items()}
                | {fold(str(code)): str(code) for code in options}
                for column, options in _offered().items()
            }
        answers = {"co": "yes", "khong": "no", "yes": "yes", "no": "no"}
        for column in ("state_funded", "trial_possible", "takes_restricted"):
            self.codes[column] = answers


def _row(
    number: int, values: dict[str, str], known: _Known, problems: list[Problem]
) -> Row | None:
    before = len(problems)
    for column, codes in known.codes.items():
        if values.get(column):
            # What is not known goes to the form as it is, which says so.
            values[column] = codes.get(fold(values[column]), values[column])
    member = known.members.get(fold(values.pop("member")))
    if member is None:
        problems.append(Problem(f"{number}:member", N_("this is no member of the exchange"), N_("Write the code or the name of an organisation that has joined.")))  # fmt: skip
    form: ListingForm = NeedForm(values) if values["kind"] == Kind.NEED else OfferForm(values)  # fmt: skip
    problems += faults_of(form, f"{number}:")
    if member is None or len(problems) > before:
        return None
    return Row(number, member, form.told())


def _places(header: list[Any]) -> dict[str, int]:
    with translation.override("vi"):
        names = {fold(column_title(column)): column for column in COLUMNS}
    names |= {fold(column.replace("_", " ")): column for column in COLUMNS}
    places: dict[str, int] = {}
    for at, cell in enumerate(header):
        column = names.get(fold(str(cell or "")).replace("_", " "))
        if column:
            places.setdefault(column, at)
    missing = [column for column in NEEDED if column not in places]
    if missing:
        raise InputRefused(
            [
                Problem(f"1:{column}", N_("this column is missing"), N_("Use the header of the template."))
                for column in missing
            ]
        )  # fmt: skip
    return places


def _offered() -> Mapping[str, Mapping[Any, Any]]:
    """Return what is chosen from a list, by column."""
    return {"kind": KINDS, **CHOICES, **dict.fromkeys(LEVEL_COLUMNS, LEVELS)}


def column_title(column: str) -> str:
    """Return what the template calls a column."""
    if column in LEVEL_COLUMNS:
        return gettext("Who reads: %(group)s") % {"group": GROUPS[Group(column.removeprefix("level_"))]}  # fmt: skip
    return {"member": _MEMBER, "kind": _KIND}.get(column) or str(LABELS[column])


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return f"{cell:%Y-%m-%d}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    words = str(cell).strip()
    day = _DAY.fullmatch(words)
    return f"{day[3]}-{int(day[2]):02d}-{int(day[1]):02d}" if day else words


def _csv(content: bytes) -> Iterator[tuple[int, list[Any]]]:
    try:
        text = content.decode("utf-8-sig")
        yield from enumerate(csv.reader(StringIO(text)), start=1)
    except (UnicodeDecodeError, csv.Error):
        raise _refused("file", N_("the file cannot be read as CSV"), N_("Save it as “CSV UTF-8” or as .xlsx.")) from None  # fmt: skip


def _xlsx(content: bytes) -> Iterator[tuple[int, list[Any]]]:
    try:
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
    except (InvalidFileException, BadZipFile, KeyError, ValueError, OSError):
        raise _refused("file", N_("the file is no spreadsheet"), N_("Save it again as .xlsx.")) from None  # fmt: skip
    try:
        # Rows are read when they are asked for: what is broken shows only now.
        for number, row in enumerate(
            book.worksheets[0].iter_rows(values_only=True), start=1
        ):
            yield number, list(row)
    except (
        SyntaxError,
        IndexError,
        KeyError,
        ValueError,
        BadZipFile,
        EOFError,
        zlib.error,
    ):
        raise _refused("file", N_("the spreadsheet is damaged"), N_("Open it, save it again as .xlsx, and send that.")) from None  # fmt: skip


def _refused(where: str, what: str, mend: str) -> InputRefused:
    return InputRefused([Problem(where, what, mend)])


def template() -> bytes:
    """Return the empty spreadsheet: columns, and lists to choose from, in Vietnamese."""
    content = BytesIO()
    with (
        translation.override("vi"),
        xlsxwriter.Workbook(content, {"in_memory": True}) as book,
    ):
        sheet, lists = book.add_worksheet("Tin"), book.add_worksheet("Danh mục")
        needed = book.add_format(
            {"bold": True, "text_wrap": True, "bg_color": "#dbe7f3"}
        )
        free = book.add_format({"italic": True, "text_wrap": True})
        for at, column in enumerate(COLUMNS):
            sheet.set_column(at, at, 24)
            head = needed if column in NEEDED else free
            sheet.write_string(0, at, column_title(column), head)
        sheet.freeze_panes(1, 0)
        for at, (column, options) in enumerate(_offered().items()):
            words = [str(one) for one in options.values()]
            lists.write_string(0, at, column_title(column))
            lists.write_column(1, at, words)
            letter = chr(ord("A") + at)
            source = f"='Danh mục'!${letter}$2:${letter}${len(words) + 1}"
            place = COLUMNS.index(column)
            sheet.data_validation(1, place, MOST_ROWS, place, {"validate": "list", "source": source})  # fmt: skip
    return content.getvalue()
