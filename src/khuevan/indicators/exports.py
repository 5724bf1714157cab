"""A series and its meaning as JSON, CSV or a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext

from .declaration import Indicator
from .queries import Series


COLUMNS = ("start", "end", "numerator", "denominator", "value", "expected")


def as_json(indicator: Indicator, series: Series, day: date) -> HttpResponse:
    return JsonResponse(
        _meaning(indicator, day)
        | {
            "code": indicator.code,
            "period": str(series.step),
            "better": str(series.better),
            "points": [dict(zip(COLUMNS, row, strict=True)) for row in _rows(series)],
        },
        json_dumps_params={"ensure_ascii": False},
    )


def as_csv(indicator: Indicator, series: Series, day: date) -> HttpResponse:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(_rows(series))
    # The mark makes Excel read UTF-8.
    return _file(
        "\ufeff" + text.getvalue(), "text/csv; charset=utf-8", indicator, "csv"
    )


def as_xlsx(indicator: Indicator, series: Series, day: date) -> HttpResponse:
    data = BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        heading = book.add_format({"bold": True})
        dated = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet(gettext("Figures"))
        sheet.write_row(0, 0, _headings(), heading)
        sheet.set_column(0, 5, 14)
        for n, point in enumerate(series.points, 1):
            sheet.write_datetime(n, 0, point.start, dated)
            sheet.write_datetime(n, 1, point.end, dated)
            figures = [point.numerator, point.denominator, point.value, point.expected]
            sheet.write_row(n, 2, figures)
        meaning = book.add_worksheet(gettext("Meaning"))
        meaning.set_column(0, 0, 16)
        meaning.set_column(1, 1, 90)
        for n, (name, words) in enumerate(_meaning(indicator, day).items()):
            meaning.write(n, 0, name, heading)
            meaning.write_string(n, 1, words)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(data.getvalue(), kind, indicator, "xlsx")


FORMATS: dict[str, Callable[[Indicator, Series, date], HttpResponse]] = {
    "json": as_json,
    "csv": as_csv,
    "xlsx": as_xlsx,
}


def _headings() -> list[str]:
    return [
        gettext("From"),
        gettext("To"),
        gettext("Numerator"),
        gettext("Denominator"),
        gettext("Figure"),
        gettext("Target"),
    ]


def _rows(series: Series) -> list[tuple[Any, ...]]:
    return [
        (
            point.start.isoformat(),
            point.end.isoformat(),
            point.numerator,
            point.denominator,
            point.value,
            point.expected,
        )
        for point in series.points
    ]


def _meaning(indicator: Indicator, day: date) -> dict[str, str]:
    legal = ", ".join(part for part in indicator.legal or () if part)
    return {
        "title": gettext(indicator.title),
        "formula": gettext(indicator.formula),
        "unit": gettext(indicator.unit),
        "numerator_words": gettext(indicator.numerator),
        "denominator_words": gettext(indicator.denominator)
        if indicator.denominator
        else "",
        "source": gettext(indicator.source),
        "legal": legal,
        "as_of": day.isoformat(),
    }


def _file(
    content: str | bytes, kind: str, indicator: Indicator, ending: str
) -> HttpResponse:
    name = f"{indicator.code}.{ending}"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=kind, headers=disposition)
