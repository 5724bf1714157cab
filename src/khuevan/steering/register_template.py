"""The empty register people fill in: columns, lists to choose from, two examples."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter

from khuevan.directory.public import Organisation

from .exports import LEVEL_CELLS, PROOF_CELLS, REGISTER_COLUMNS
from .register_file import COLUMNS, OPTIONAL


_ROWS = 2_000
EXAMPLES = (
    ("VD-001", "Mở cơ sở dữ liệu hộ tịch cho các đơn vị khai thác", "Thành phố", "125-KL/TU", 3,
     "Sở Tư pháp", "Sở Khoa học và Công nghệ; Công an thành phố", "Dịch vụ dữ liệu hộ tịch trả lời được yêu cầu của đơn vị khác",
     date(2025, 11, 14), date(2025, 12, 31), None, "Số lượng"),
    ("VD-002", "Ban hành danh mục dữ liệu dùng chung", "Trung ương", "57-NQ/TW", 3,
     "Sở Khoa học và Công nghệ", "", "Quyết định ban hành danh mục được ký",
     date(2025, 2, 3), date(2025, 9, 30), date(2025, 9, 26), "Văn bản"),
)  # fmt: skip
"""Two rows on a sheet of their own: the importer reads the first sheet only."""


def template() -> bytes:
    """Return the workbook's bytes."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        filled = book.add_worksheet("Nhiệm vụ")
        examples = book.add_worksheet("VÍ DỤ (không nhập)")
        lists = book.add_worksheet("Danh mục")
        _head(book, filled)
        _head(book, examples)
        dated = book.add_format({"num_format": "dd/mm/yyyy"})
        for at, row in enumerate(EXAMPLES, start=1):
            for place, value in enumerate(row):
                if isinstance(value, date):
                    examples.write_datetime(at, place, value, dated)
                else:
                    examples.write(at, place, value)
        for name in ("assigned_on", "due_on", "accepted_on"):
            filled.set_column(*[_place(name)] * 2, 14, dated)
        _choices(filled, lists)
    return content.getvalue()


def _head(book: Any, sheet: Any) -> None:
    needed = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#dbe7f3"})
    free = book.add_format({"italic": True, "text_wrap": True, "bg_color": "#f2f2f2"})
    for at, (key, column) in enumerate(zip(COLUMNS_IN_ORDER, REGISTER_COLUMNS, strict=True)):  # fmt: skip
        sheet.set_column(at, at, column.width)
        sheet.write_string(0, at, column.name, free if key in OPTIONAL else needed)
    sheet.freeze_panes(1, 0)


COLUMNS_IN_ORDER = tuple(COLUMNS)


def _place(name: str) -> int:
    return COLUMNS_IN_ORDER.index(name)


def _choices(sheet: Any, lists: Any) -> None:
    """Let cells be chosen from lists; units come from the directory of today."""
    units = Organisation.objects.in_force().in_order().values_list("name", flat=True)
    names = list(units)
    lists.set_column(0, 0, 60)
    lists.write_string(0, 0, "Đơn vị")
    lists.write_column(1, 0, names)
    for column, source in (
        ("issuer_level", list(LEVEL_CELLS.values())),
        ("group", [str(n) for n in range(1, 8)]),
        ("proof", list(PROOF_CELLS.values())),
        ("lead", f"='Danh mục'!$A$2:$A${max(len(names), 1) + 1}"),
    ):
        _validate(sheet, column, {"validate": "list", "source": source})
    for column in ("assigned_on", "due_on", "accepted_on"):
        days = {"minimum": date(2000, 1, 1), "maximum": date(2099, 12, 31)}
        _validate(sheet, column, {"validate": "date", "criteria": "between", **days})


def _validate(sheet: Any, column: str, rule: dict[str, Any]) -> None:
    place = _place(column)
    told = {
        "error_title": "Chưa đúng",
        "error_message": "Chọn trong danh sách, hoặc ghi ngày dạng 31/12/2025.",
    }
    sheet.data_validation(1, place, _ROWS, place, rule | told)
