"""The weights of a match: dated data, read from a file."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from pathlib import Path

from .rules.fitting import Part


FILE = Path(__file__).parent / "data" / "weights.toml"

Weights = dict[Part, float]


def weights_on(day: date) -> Weights:
    """Return the weights of a day, which add up to one; before the first, the first."""
    found = _all()
    return next((weights for start, weights in found if start <= day), found[-1][1])


@cache
def _all() -> tuple[tuple[date, Weights], ...]:
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["weights"]
    rows.sort(key=lambda row: row["valid_from"], reverse=True)
    return tuple(
        (row["valid_from"], {part: row[part.value] for part in Part}) for row in rows
    )
