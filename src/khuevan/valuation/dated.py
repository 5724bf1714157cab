"""What valuations go by: dated data with its document, read from a file."""

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

from .rules.prices import Disclosure


_FILE = Path(__file__).parent / "data" / "rules.toml"
NAMES = {
    "comparables": N_("How many comparables the market method takes"),
    "spread": N_("From which distance two opinions have to be explained"),
    "appraisers": N_("How many appraisers value what the State paid for"),
    "keeper": N_("Who keeps the list of appraisers"),
    "disclosure": N_("From when on a group of prices speaks"),
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


def least_comparables_on(day: date, *, of_state: bool) -> int:
    """Return how many comparables the market method takes; fewer where the State assigns."""
    row = _on("comparables", day)
    return int(row["least_of_state"] if of_state else row["least"])


def spread_on(day: date) -> int:
    """Return from which distance of two opinions on they differ, in per cent."""
    return int(_on("spread", day)["percent"])


def least_appraisers_on(day: date) -> int:
    """Return how many appraisers value what the State paid for."""
    return int(_on("appraisers", day)["least"])


def keeper_on(day: date) -> str:
    """Return the directory's code of who keeps the list of appraisers."""
    return str(_on("keeper", day)["organisation"])


def disclosure_on(day: date) -> Disclosure:
    """Return from when on a group of prices speaks."""
    row = _on("disclosure", day)
    return Disclosure(row["prices"], row["sellers"], row["most_of_one"])


def bases() -> Iterator[RuleBasis]:
    """Yield the documents valuations stand on, for `khuevan law check`."""
    for kind, rows in _rows().items():
        for row in rows:
            yield RuleBasis(row["document"], row["article"], gettext(NAMES[kind]), row["valid_from"])  # fmt: skip


register_rules("valuation", bases)
