"""What the pool goes by: dated data with its document, read from a file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from khuevan.law.public import RuleBasis, register_rules
from khuevan.platform import clock
from khuevan.platform.errors import N_
from khuevan.worktime.public import step_due_at


_FILE = Path(__file__).parent / "data" / "rules.toml"
NAMES = {
    "keeper": N_("Who keeps the adviser pool"),
    "cooling": N_("How long a tie of an adviser counts after its end"),
    "declaration": N_("What an adviser declares before accepting"),
}


@dataclass(frozen=True, slots=True)
class Declaration:
    """The sentence an expert puts their name to, as of a version."""

    version: str
    vi: str
    en: str

    def words(self, language: str) -> str:
        """Return the sentence in a language, Vietnamese where there is no other."""
        return self.en if language.startswith("en") else self.vi


@cache
def _rows() -> dict[str, list[dict[str, Any]]]:
    told: dict[str, list[dict[str, Any]]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))  # fmt: skip
    return {
        kind: sorted(rows, key=lambda row: row["valid_from"], reverse=True)
        for kind, rows in told.items()
    }


def _on(kind: str, day: date, **which: object) -> dict[str, Any]:
    """Return the row in force on a day; before the first, the first."""
    rows = [
        row for row in _rows()[kind]
        if all(row[name] == value for name, value in which.items())
    ]  # fmt: skip
    return next((row for row in rows if row["valid_from"] <= day), rows[-1])


def keeper_on(day: date) -> str:
    """Return the directory's code of who keeps the pool."""
    return str(_on("keeper", day)["organisation"])


def cooling_on(day: date) -> int:
    """Return for how many days after its end a tie counts."""
    return int(_on("cooling", day)["days"])


def declaration_on(day: date) -> Declaration:
    """Return what an expert declares before accepting."""
    row = _on("declaration", day)
    return Declaration(row["version"], row["vi"], row["en"])


def declaration_named(version: str) -> Declaration | None:
    """Return an earlier sentence by its version."""
    rows = (row for row in _rows()["declaration"] if row["version"] == version)
    row = next(rows, None)
    return Declaration(row["version"], row["vi"], row["en"]) if row else None


def due_after(state: str, since: datetime) -> datetime:
    """Return until when whoever is to act has time, on the working-hours clock."""
    row = _on("clock", clock.local_day(since), state=state)
    return step_due_at(since, int(row["days"]))


def bases() -> Iterator[RuleBasis]:
    """Yield the documents the pool stands on, for `khuevan law check`."""
    for kind, name in NAMES.items():
        for row in _rows()[kind]:
            yield RuleBasis(row["document"], row["article"], gettext(name), row["valid_from"])  # fmt: skip


register_rules("experts", bases)
