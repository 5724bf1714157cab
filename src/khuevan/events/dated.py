"""What events go by: dated data with its document, read from a file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from khuevan.law.public import RuleBasis, register_rules
from khuevan.platform.errors import N_


_FILE = Path(__file__).parent / "data" / "rules.toml"
NAMES = {
    "notice": N_("What guests of events are told about their data"),
    "keep": N_("How long data of guests is kept after an event"),
}


@cache
def _rows() -> dict[str, list[dict[str, Any]]]:
    told: dict[str, list[dict[str, Any]]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))  # fmt: skip
    return {
        kind: sorted(rows, key=lambda row: row["valid_from"], reverse=True)
        for kind, rows in told.items()
    }


def _on(kind: str, day: date) -> dict[str, Any]:
    """Return the row in force on a day; before the first, the first."""
    rows = _rows()[kind]
    return next((row for row in rows if row["valid_from"] <= day), rows[-1])


def keep_on(day: date) -> int:
    """Return for how many days after an event a guest's name and e-mail are kept."""
    return int(_on("keep", day)["days"])


def notice_on(day: date, language: str) -> str:
    """Return what guests are told about their data, Vietnamese where there is no other."""
    row = _on("notice", day)
    words: str = row["en"] if language.startswith("en") else row["vi"]
    return words % {"days": keep_on(day)}


def notice_version_on(day: date) -> str:
    """Return the version of that sentence, kept with what a guest gave."""
    return str(_on("notice", day)["version"])


def bases() -> Iterator[RuleBasis]:
    """Yield the documents events stand on, for `khuevan law check`."""
    for kind, rows in _rows().items():
        for row in rows:
            yield RuleBasis(row["document"], row["article"], gettext(NAMES[kind]), row["valid_from"])  # fmt: skip


register_rules("events", bases)
