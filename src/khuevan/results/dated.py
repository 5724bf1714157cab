"""What results are measured against: dated data with its document, read from a file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from khuevan.law.public import RuleBasis, register_rules
from khuevan.platform.errors import N_


_FILE = Path(__file__).parent / "data" / "results.toml"
NAMES = {
    "targets": N_("Targets of the technology exchange"),
    "disclosure": N_("What statistics of the exchange disclose"),
}


@dataclass(frozen=True, slots=True)
class Aim:
    """What an indicator is to reach by which days."""

    indicator: str
    dims: Mapping[str, str]
    points: tuple[tuple[date, float], ...]
    document: str
    article: str


@dataclass(frozen=True, slots=True)
class Disclosure:
    """From how many contracts on a sum of their prices is public, and of answers a mean."""

    least_contracts: int
    least_answers: int


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


def aims_on(day: date) -> list[Aim]:
    """Return what the scheme in force on a day wants reached, in its order."""
    scheme = _on("targets", day)
    return [
        Aim(
            row["indicator"], row.get("dims", {}),
            tuple((point, float(value)) for point, value in row["points"]),
            scheme["document"], scheme["article"],
        )
        for row in scheme["row"]
    ]  # fmt: skip


def begun() -> date:
    """Return the first day of the year in which the exchange was set up: figures begin then."""
    first: date = min(row["valid_from"] for row in _rows()["targets"])
    return first.replace(month=1, day=1)


def disclosure_on(day: date) -> Disclosure:
    """Return what statistics disclose on a day."""
    row = _on("disclosure", day)
    return Disclosure(row["least_contracts"], row["least_answers"])


def bases() -> Iterator[RuleBasis]:
    """Yield the documents this stands on, for `khuevan law check`."""
    for kind, rows in _rows().items():
        for row in rows:
            yield RuleBasis(row["document"], row["article"], gettext(NAMES[kind]), row["valid_from"])  # fmt: skip


register_rules("results", bases)
