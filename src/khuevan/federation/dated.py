"""What holds between exchanges: dated data, read from a file."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from functools import cache
from pathlib import Path


DATA = Path(__file__).parent / "data"


@cache
def _silences() -> tuple[tuple[date, timedelta], ...]:
    rows = tomllib.loads((DATA / "terms.toml").read_text(encoding="utf-8"))["silence"]
    told = [(row["valid_from"], timedelta(days=row["days"])) for row in rows]
    return tuple(sorted(told, reverse=True))


def silence_on(day: date) -> timedelta:
    """Return how long a partner may be silent, as of a day; before the first, the first."""
    return next((span for start, span in _silences() if start <= day), _silences()[-1][1])  # fmt: skip
