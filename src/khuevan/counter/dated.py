"""The ladder of warnings and the limits of a dossier: dated data, read from a file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from khuevan.law.public import RuleBasis, register_rules
from khuevan.platform import clock

from .rules.clocks import Ladder


FILE = Path(__file__).parent / "data" / "clocks.toml"


@dataclass(frozen=True, slots=True)
class Limit:
    """How often something may happen to a dossier, from a day on, and why."""

    code: str
    most: int
    document: str
    article: str
    valid_from: date


@cache
def ladders() -> tuple[tuple[date, Ladder], ...]:
    """Return every ladder there has been with its first day, the newest first."""
    rows = _rows("ladder")
    return tuple((row.pop("valid_from"), Ladder(**row)) for row in rows)


@cache
def limits(code: str) -> tuple[Limit, ...]:
    """Return every limit of a code there has been, the newest first."""
    return tuple(Limit(**row) for row in _rows("limit") if row["code"] == code)


def ladder_on(day: date) -> Ladder:
    """Return the ladder of a day; before the first one, the first."""
    found = ladders()
    return next((one for start, one in found if start <= day), found[-1][1])


def most_on(code: str, day: date) -> int:
    """Return a limit of a day; before the first one, the first."""
    found = limits(code)
    return next((one for one in found if one.valid_from <= day), found[-1]).most


def in_time_sql() -> str:
    """Return SQL for whether an ended row of `counter_case` ended in time.

    The same as `rules.clocks.judge` says of one dossier: by the due date, and with no
    more requests than the limit of the day on which it ended.
    """
    *newer, first = limits("requests")
    most = str(first.most)
    if newer:
        cases = " ".join(
            f"WHEN ended_at >= '{clock.at_local(one.valid_from, time.min)}' THEN {one.most}"
            for one in newer
        )
        most = f"CASE {cases} ELSE {most} END"
    return f"(ended_at <= due_at AND supplements <= {most})"


def bases() -> Iterator[RuleBasis]:
    """Yield the document every limit stands on, for `khuevan law check`."""
    for row in _rows("limit"):
        where = gettext("Limits of a dossier")
        yield RuleBasis(row["document"], row["article"], where, row["valid_from"])


def _rows(kind: str) -> list[dict[str, Any]]:
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))[kind]
    return sorted(rows, key=lambda row: row["valid_from"], reverse=True)


register_rules("counter", bases)
