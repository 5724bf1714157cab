"""What DTMarket goes by: dated data with its document, read from a file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from khuevan.law.public import RuleBasis, register_rules
from khuevan.platform.errors import N_

from .rules.problems import State
from .rules.trials import Limits


_FILE = Path(__file__).parent / "data" / "rules.toml"
NAMES = {
    "trial": N_("Trials before procurement"),
    "market": N_("How problems are answered and measured"),
    "clocks": N_("Until when whoever has a problem acts"),
    "ocds": N_("How processes are numbered in open data"),
}


@dataclass(frozen=True, slots=True)
class Custom:
    """How problems are answered, scored and measured."""

    answer_days: int
    scorers: int
    readings: int


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


def limits_on(day: date) -> Limits:
    """Return what the decree sets for trials on a day."""
    row = _on("trial", day)
    return Limits(
        row["longest_months"],
        row["support_percent"],
        row["support_most"],
        row["repay_days"],
        f"{row['document']}, Điều {row['article']}",
    )


def custom_on(day: date) -> Custom:
    """Return how problems are answered, scored and measured on a day."""
    row = _on("market", day)
    return Custom(row["answer_days"], row["scorers"], row["readings"])


def clock_on(state: State, day: date) -> int | None:
    """Return in how many days whoever has a problem in a state acts; None where it ended."""
    days = _on("clocks", day).get(state.value)
    return int(days) if days is not None else None


def ocds_prefix_on(day: date) -> str:
    """Return the prefix of processes in open contracting data."""
    return str(_on("ocds", day)["prefix"])


def bases() -> Iterator[RuleBasis]:
    """Yield the documents DTMarket stands on, for `khuevan law check`."""
    for kind, rows in _rows().items():
        for row in rows:
            yield RuleBasis(row["document"], row["article"], gettext(NAMES[kind]), row["valid_from"])  # fmt: skip


register_rules("dtmarket", bases)
