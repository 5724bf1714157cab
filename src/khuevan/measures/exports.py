"""The restructuring sheet as a spreadsheet, with what its figures stand on."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from fractions import Fraction
from typing import IO, Any

import xlsxwriter
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from .queries.restructuring import Change, Restructuring
from .rules.restructuring import Assumption
from .words import LEVERS


def restructuring_xlsx(told: Restructuring) -> IO[bytes]:
    """Return an open file: a row for each procedure, and a sheet of assumptions."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        _rows(book, told)
        _meaning(book, told)
    file.seek(0)
    return file


def _rows(book: Any, told: Restructuring) -> None:
    sheet = book.add_worksheet(_("Restructuring")[:31])
    heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 60)
    names = [_("Code"), _("Procedure"), _("Dossiers in the quarter")]
    for words in LEVERS.values():
        names += [
            _("%(lever)s: before") % {"lever": words},
            _("%(lever)s: after") % {"lever": words},
            _("%(lever)s: saved in the quarter") % {"lever": words},
        ]
    for at, name in enumerate(names):
        sheet.write_string(0, at, name, heading)
    sheet.freeze_panes(1, 2)
    for row, change in enumerate(told.rows, start=1):
        _row(sheet, row, change)


def _row(sheet: Any, row: int, change: Change) -> None:
    sheet.write_string(row, 0, change.code)
    sheet.write_string(row, 1, change.title)
    sheet.write_number(row, 2, change.dossiers)
    at = 3
    for lever in change.levers:
        figures = [lever.before, None, None]
        if change.after:
            figures = [lever.before, lever.after, lever.saved]
        for figure in figures:
            _number(sheet, row, at, figure)
            at += 1


def _number(sheet: Any, row: int, at: int, figure: Fraction | None) -> None:
    if figure is not None:
        sheet.write_number(row, at, round(float(figure), 2))


def _meaning(book: Any, told: Restructuring) -> None:
    sheet = book.add_worksheet(_("Assumptions")[:31])
    sheet.set_column(0, 0, 60)
    for at, (name, value) in enumerate(meanings(told.assumed).items()):
        sheet.write_string(at, 0, name)
        sheet.write_string(at, 1, value)
    last = len(meanings(told.assumed))
    sheet.write_string(last, 0, _("Dossiers filed"))
    sheet.write_string(last, 1, f"{told.since:%d/%m/%Y} – {told.until:%d/%m/%Y}")


def meanings(assumed: Assumption) -> dict[str, str]:
    """Return the assumptions of the calculator in words, with their source."""
    return {
        _(
            "Source of the formula"
        ): f"{assumed.document}, {_('Article')} {assumed.article}",
        _("Income per hour (đồng)"): _told(assumed.income_per_hour),
        _("Hours to prepare one paper"): _told(assumed.hours_per_paper),
        _("Hours to fill one field"): _told(assumed.hours_per_field),
        _("Hours of one trip"): _told(assumed.hours_per_trip),
        _("Cost of one trip (đồng)"): _told(assumed.cost_per_trip),
        _("Hours to file"): _told(assumed.hours_per_filing),
    }


def _told(figure: int | Decimal) -> str:
    """Write a figure as people read it, without idle noughts."""
    return number_format(Decimal(figure).normalize(), force_grouping=True)
