"""A listing's visible fields as words: the same for the page, the table and the file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _, ngettext

from khuevan.platform.text import grouped

from .queries.disclosing import Shown
from .rules.disclosing import FIELDS, Group
from .words import CHOICES, LABELS


_BESIDE = {"title_vi", "title_en", "summary_vi", "summary_en"}
"""Fields a page shows in a way of its own."""


Row = tuple[str, str, str]
"""A label, words, and their language where they are in one."""
_FREE = {"advantage", "advantage_against", "description", "trl_evidence", "licence_terms", "outcome", "data_available", "criteria"}  # fmt: skip


def rows_of(shown: Shown, today: date) -> list[tuple[Group, list[Row]]]:
    """Return group by group the label and the words of every field that may be read.

    Of a right that ends on a day it says how long it lasts from today on.
    """
    groups = ((group, list(_rows(shown, group, today))) for group in Group)
    return [(group, rows) for group, rows in groups if rows]


def _rows(shown: Shown, group: Group, today: date) -> Iterator[Row]:
    for name in FIELDS[group]:
        if name in shown.fields and name not in _BESIDE:
            told = in_words(name, shown.fields[name])
            if name == "ip_until":
                told = f"{told} ({life_left(shown.fields[name], today)})"
            yield str(LABELS[name]), told, _language(name)


def _language(name: str) -> str:
    if name.endswith("_en"):
        return "en"
    return "vi" if name in _FREE else ""


def life_left(until: date, today: date) -> str:
    """Return how long a right lasts whose last day is told: whole years and months."""
    if until < today:
        return _("it has ended")
    months = (until.year - today.year) * 12 + until.month - today.month
    months -= until.day < today.day
    years, months = divmod(months, 12)
    parts = []
    if years:
        parts.append(ngettext("%(num)s year", "%(num)s years", years) % {"num": years})
    if months:
        parts.append(
            ngettext("%(num)s month", "%(num)s months", months) % {"num": months}
        )
    return _("%(time)s left") % {"time": " ".join(parts) or _("less than a month")}


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
