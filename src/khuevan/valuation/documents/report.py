"""The report of a valuation as PDF/A-2b, in the language of official papers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import fontpkg_noto_serif
import typst
from django.utils import translation

from khuevan.platform.clock import HANOI
from khuevan.platform.text import grouped
from khuevan.valuation import words
from khuevan.valuation.charts import WIDE, bars
from khuevan.valuation.models import Valuation
from khuevan.valuation.names import field_names, kind_names
from khuevan.valuation.queries import Opinion, WorksheetView, spread_of
from khuevan.valuation.rules.sheets import Method, Unit
from khuevan.valuation.rules.working import Row, adjusted


_TEMPLATE = Path(__file__).with_name("report.typ")
_FONTS = Path(str(fontpkg_noto_serif.__file__)).parent / "files"


def report_pdf(valuation: Valuation, opinions: Sequence[Opinion]) -> bytes:
    """Return the report: the question, every input with its source, the working, the value."""
    with translation.override("vi"):
        told = json.dumps(_plain(valuation, opinions), ensure_ascii=False)
    made: Any = typst.compile(
        str(_TEMPLATE), font_paths=[str(_FONTS)], ignore_system_fonts=True,
        pdf_standards=["a-2b"], sys_inputs={"report": told},
    )  # fmt: skip
    assert isinstance(made, bytes)
    return made


def _plain(valuation: Valuation, opinions: Sequence[Opinion]) -> dict[str, Any]:
    assert valuation.ended_at is not None
    assert valuation.amount is not None
    ended = valuation.ended_at.astimezone(HANOI)
    apart = spread_of(opinions)
    return {
        "code": valuation.code, "title": valuation.title, "owner": valuation.owner.name,
        "day": ended.day, "month": ended.month, "year": ended.year,
        "facts": [
            ["Lĩnh vực", str(field_names().get(valuation.field, valuation.field))],
            ["Loại tài sản", str(kind_names().get(valuation.kind, valuation.kind))],
            ["Quyền được định giá", str(words.RIGHTS[valuation.right])],  # type: ignore[index]
            ["Mục đích", str(words.PURPOSES[valuation.purpose])],  # type: ignore[index]
            ["Thời điểm định giá", valuation.base_day.strftime("%d/%m/%Y")],
            ["Bảo hộ đến", valuation.protected_until.strftime("%d/%m/%Y") if valuation.protected_until else "–"],
            ["Sử dụng ngân sách nhà nước", "Có" if valuation.state_funded else "Không"],
        ],
        "amount": grouped(valuation.amount), "why": valuation.why,
        "spread": f"{apart}".replace(".", ",") if apart is not None else "",
        "opinions": [_opinion(each) for each in opinions],
    }  # fmt: skip


def _opinion(opinion: Opinion) -> dict[str, Any]:
    assert opinion.amount is not None
    return {
        "seat": opinion.seat, "name": opinion.name, "house": opinion.house,
        "certificate": opinion.certificate, "amount": grouped(opinion.amount),
        "reasoning": opinion.reasoning, "digest": opinion.digest,
        "sheets": [_sheet(each) for each in opinion.sheets],
    }  # fmt: skip


def _sheet(view: WorksheetView) -> dict[str, Any]:
    figures = [
        [
            str(words.INPUTS[name]),
            "; ".join(_figure(v) for v in figure.values),
            figure.source,
        ]
        for name, figure in view.sheet.figures.items()
    ]
    comparables = [
        [each.title, grouped(each.price),
         "; ".join(f"{a.factor} {_figure(a.percent)} %: {a.why}" for a in each.adjustments) or "–",
         _figure(round(adjusted(each))), each.source]
        for each in view.sheet.comparables
    ]  # fmt: skip
    return {
        "method": str(words.METHODS[view.method]), "weight": view.weight,
        "value": grouped(view.value), "figures": figures, "comparables": comparables,
        "lines": [_line(row) for row in view.working.rows] if view.method is not Method.MARKET else [],
        "swings": [
            {"name": _name(view, swing.name), "lower": grouped(swing.lower), "higher": grouped(swing.higher),
             "bar": {"lower": bar.lower, "higher": bar.higher, "value": bar.value}}
            for swing, bar in bars(view.value, view.swings)
        ],
        "wide": WIDE,
    }  # fmt: skip


def _name(view: WorksheetView, name: str) -> str:
    if view.method is Method.MARKET:
        return view.sheet.comparables[int(name)].title
    return str(words.INPUTS[name])


def _line(row: Row) -> list[str]:
    money = row.unit is Unit.DONG
    told = [_figure(round(v)) if money else _figure(round(v, 4)) for v in row.values]
    return [str(words.LINES[row.name]), "; ".join(told)]


def _figure(value: Any) -> str:
    whole, _point, parts = (
        f"{value:,f}".partition(".")
        if not isinstance(value, int)
        else (f"{value:,}", "", "")
    )
    parts = parts.rstrip("0")
    return whole.replace(",", ".") + (f",{parts}" if parts else "")
