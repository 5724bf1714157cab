"""Pieces the committee's documents share: days, tasks, tables, addresses of lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from .form import Block, Paragraph, Run, Runs, Table, text


def day(value: date | None) -> str:
    """Return a day as dd/mm/yyyy."""
    return f"{value:%d/%m/%Y}" if value else "–"


def tasks_address(on: date, wanted: Mapping[str, str]) -> str:
    """Return the address of the list that a figure of a day counts."""
    query = {name: value for name, value in wanted.items() if value}
    return f"{reverse('steering-tasks')}?{urlencode(query | {'on': on.isoformat()})}"


def task(code: str, title: str) -> Runs:
    """Return a task as its code, which leads to its page, and its title."""
    return (Run(code, reverse("steering-task", args=[code])), Run(f" {title}"))


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
