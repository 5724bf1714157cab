"""Pieces documents share: days, and tables that may be empty."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from khuevan.platform.clock import HANOI

from .form import Block, Paragraph, Runs, Table, text


def day(value: date | None) -> str:
    """Return a day as dd/mm/yyyy."""
    return f"{value:%d/%m/%Y}" if value else "–"


def moment(value: datetime | None) -> str:
    """Return an instant as offices of Hanoi write it: 08 giờ 30, ngày dd/mm/yyyy."""
    return f"{value.astimezone(HANOI):%H giờ %M, ngày %d/%m/%Y}" if value else "–"


def rows_or_words(
    head: tuple[str, ...],
    widths: tuple[int, ...],
    rows: Iterable[tuple[Runs, ...]],
    none: str,
    numeric: frozenset[int] = frozenset(),
) -> Block:
    """Return a table, or a sentence where it would be empty."""
    found = tuple(rows)
    if not found:
        return Paragraph(text(none))
    return Table("", head, found, widths, numeric)
