"""The table of tasks as a spreadsheet, as CSV and as JSON.

The first columns carry the names by which the importer reads a register, so that what
was taken out can be sent in again.
"""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _, gettext_lazy

from khuevan.platform import clock

from .queries.exports import ExportRow
from .queries.tasks import Wanted
from .rules import Basis, Level, Proof, Status
from .words import BASES, GROUPS, LEVELS, SETS, STATUSES


LEVEL_CELLS = {Level.CENTRAL: "Trung ương", Level.CITY: "Thành phố"}
PROOF_CELLS = {
    Proof.DOCUMENT: "Văn bản",
    Proof.INDICATOR: "Chỉ số",
    Proof.COUNT: "Số lượng",
    Proof.PHOTO: "Ảnh",
    Proof.REPORT: "Báo cáo",
}
"""What a register writes for a level and a proof, as the importer reads it."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in a register, how wide it is, and its cell."""

    name: str
    width: int
    cell: Callable[[ExportRow], Any]


REGISTER_COLUMNS = (
    Column("Mã nhiệm vụ", 12, lambda r: r.code),
    Column("Nội dung nhiệm vụ", 48, lambda r: r.title),
    Column("Cấp giao", 12, lambda r: LEVEL_CELLS[Level(r.level)]),
    Column("Nguồn", 18, lambda r: r.source),
    Column("Nhóm", 7, lambda r: r.group),
    Column("Đơn vị chủ trì", 28, lambda r: r.lead),
    Column("Đơn vị phối hợp", 28, lambda r: "; ".join(r.coordinators)),
    Column("Sản phẩm", 40, lambda r: r.output),
    Column("Ngày giao", 12, lambda r: r.assigned_on),
    Column("Hạn hoàn thành", 15, lambda r: r.due_on),
    Column("Ngày hoàn thành", 15, lambda r: r.accepted_on),
    Column("Minh chứng", 12, lambda r: PROOF_CELLS[Proof(r.proof)]),
)
CLOCK_COLUMNS = (
    Column("Hạn ban đầu", 12, lambda r: r.original_due_on),
    Column("Trạng thái", 16, lambda r: str(STATUSES[Status(r.status)])),
    Column("Kiểm chứng", 26, lambda r: str(BASES[Basis(r.basis)]) if r.basis else ""),
    Column("Tiến độ (%)", 11, lambda r: r.progress),
    Column("Đang ở", 28, lambda r: r.holder),
    Column("Từ ngày", 12, lambda r: clock.local_day(r.held_since)),
    Column("Việc tiếp theo", 40, lambda r: r.next_step),
)
COLUMNS = REGISTER_COLUMNS + CLOCK_COLUMNS

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def as_xlsx(rows: Iterable[ExportRow], wanted: Wanted) -> IO[bytes]:
    """Return an open file with the table and, on a second sheet, what it means.

    Rows go to disk as they come: the size of the table does not matter.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        _table(book, rows)
        _meaning(book, wanted)
    file.seek(0)
    return file


def _table(book: Any, rows: Iterable[ExportRow]) -> None:
    sheet = book.add_worksheet("Nhiệm vụ")
    heading = book.add_format(
        {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#e8eef5"}
    )
    dated = book.add_format({"num_format": "dd/mm/yyyy"})
    for at, column in enumerate(COLUMNS):
        sheet.set_column(at, at, column.width)
        sheet.write_string(0, at, column.name, heading)
    sheet.freeze_panes(1, 2)
    last = 0
    for last, row in enumerate(rows, start=1):
        for at, column in enumerate(COLUMNS):
            _cell(sheet, last, at, column.cell(row), dated)
    sheet.autofilter(0, 0, max(last, 1), len(COLUMNS) - 1)


def _cell(sheet: Any, row: int, at: int, value: Any, dated: Any) -> None:
    """Write by type: text is never read as a formula, a date is a real date."""
    if isinstance(value, date):
        sheet.write_datetime(row, at, value, dated)
    elif isinstance(value, int):
        sheet.write_number(row, at, value)
    elif value:
        sheet.write_string(row, at, value)


def _meaning(book: Any, wanted: Wanted) -> None:
    sheet = book.add_worksheet("Giải thích")
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 100)
    bold = book.add_format({"bold": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    lines = {**filter_words(wanted), **{str(k): str(v) for k, v in FORMULAS.items()}}
    for at, (name, words) in enumerate(lines.items()):
        sheet.write_string(at, 0, name, bold)
        sheet.write_string(at, 1, words, wrap)


FORMULAS = {
    gettext_lazy("Done"): gettext_lazy(
        "Accepted on or before the day of the table; on time when accepted by the due date then in force."
    ),
    gettext_lazy("Overdue"): gettext_lazy(
        "Running after its due date in force; the original date stands beside it."
    ),
    gettext_lazy("At risk"): gettext_lazy(
        "Running in time, and due soon, silent, behind its trajectory or waiting for another agency."
    ),
    gettext_lazy("Sent in again"): gettext_lazy(
        "The first twelve columns are those of a register: the importer leaves rows alone that say the same."
    ),
}


def filter_words(wanted: Wanted) -> dict[str, str]:
    """Return the filter and the day of a table in words, by what they are about."""
    statuses: dict[Any, Any] = {**SETS, **STATUSES}
    levels: dict[Any, Any] = {**LEVELS}
    groups: dict[Any, Any] = {**GROUPS}
    told = {
        _("As of"): _day(wanted.on or clock.today()),
        _("Words"): wanted.text,
        _("Level"): str(levels.get(wanted.level, "")),
        _("Group"): str(groups.get(wanted.group, "")),
        _("Status"): str(statuses.get(wanted.status, "")),
        _("Due from"): _day(wanted.due_from),
        _("Due to"): _day(wanted.due_to),
    }
    return {name: words for name, words in told.items() if words}


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


class _Line:
    """What csv.writer writes to: it hands the line back."""

    def write(self, line: str) -> str:
        return line


def as_csv(rows: Iterable[ExportRow], wanted: Wanted) -> Iterator[str]:
    """Yield the table as lines of CSV; no cell can be read as a formula."""
    writer = csv.writer(_Line())
    # The mark makes Excel read UTF-8.
    yield "\ufeff" + str(writer.writerow([column.name for column in COLUMNS]))
    for row in rows:
        yield str(writer.writerow([_plain(column.cell(row)) for column in COLUMNS]))


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) and value.startswith(_DANGEROUS):
        return f"'{value}"
    return value


def as_json(rows: Iterable[ExportRow], wanted: Wanted) -> Iterator[str]:
    """Yield one JSON object: the day, and every task in codes and ISO dates."""
    yield f'{{"as_of": "{wanted.on or clock.today()}", "tasks": [\n'
    between = ""
    for row in rows:
        told = {name: getattr(row, name) for name in row.__slots__ if name != "id"}
        yield between + json.dumps(told, default=_iso, ensure_ascii=False)
        between = ",\n"
    yield "\n]}\n"


def _iso(value: Any) -> str:
    return str(value.isoformat())
