"""A listing's visible fields as words: the same for the page, the table and the file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from khuevan.platform.text import grouped

from .queries.disclosing import Shown
from .rules.disclosing import FIELDS, Group
from .words import CHOICES, LABELS


_BESIDE = {"title_vi", "title_en", "summary_vi", "summary_en"}
"""Fields a page shows in a way of its own."""


def rows_of(shown: Shown) -> list[tuple[Group, list[tuple[str, str]]]]:
    """Return group by group the label and the words of every field that may be read."""
    groups = ((group, list(_rows(shown, group))) for group in Group)
    return [(group, rows) for group, rows in groups if rows]


def _rows(shown: Shown, group: Group) -> Iterator[tuple[str, str]]:
    for name in FIELDS[group]:
        if name in shown.fields and name not in _BESIDE:
            yield str(LABELS[name]), in_words(name, shown.fields[name])


def in_words(name: str, value: Any) -> str:
    """Return a field's value in the reader's words; shares in per cent, money grouped."""
    if name in CHOICES:
        return str(CHOICES[name][value])
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if name == "owners":
        return "; ".join(f"{who}: {percent(share)}" for who, share in value)
    if name in {"price_from", "price_to"}:
        return f"{grouped(value)} ₫"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, list | tuple):
        return ", ".join(value)
    return str(value)


def percent(share: int) -> str:
    """Return hundredths of a per cent as per cent: 3333 is 33,33 %."""
    whole, rest = divmod(share, 100)
    return f"{whole},{rest:02d} %" if rest else f"{whole} %"
