"""What holds for machines: dated data, read from a file."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from functools import cache
from pathlib import Path


DATA = Path(__file__).parent / "data"


@cache
def _kept() -> tuple[tuple[date, timedelta], ...]:
    rows = tomllib.loads((DATA / "terms.toml").read_text(encoding="utf-8"))["calls"]
    told = [(row["valid_from"], timedelta(days=row["days"])) for row in rows]
    return tuple(sorted(told, reverse=True))


def calls_kept_on(day: date) -> timedelta:
    """Return how long calls are kept, as of a day; before the first row, the first."""
    return next((span for start, span in _kept() if start <= day), _kept()[-1][1])
