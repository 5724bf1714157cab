"""What one paper, field and trip costs a person where nobody measured it: dated, stated."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from khuevan.law.public import RuleBasis, register_rules

from .rules.restructuring import Assumption


FILE = Path(__file__).parent / "data" / "cost_assumptions.toml"


@lru_cache
def assumptions() -> tuple[Assumption, ...]:
    """Return every set of assumptions, the oldest first."""
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["assumption"]
    made = (
        Assumption(
            code=row["code"],
            valid_from=row["valid_from"],
            document=row["document"],
            article=row["article"],
            income_per_hour=row["income_per_hour"],
            hours_per_paper=Decimal(row["hours_per_paper"]),
            hours_per_field=Decimal(row["hours_per_field"]),
            hours_per_trip=Decimal(row["hours_per_trip"]),
            cost_per_trip=row["cost_per_trip"],
            hours_per_filing=Decimal(row["hours_per_filing"]),
        )
        for row in rows
    )
    return tuple(sorted(made, key=lambda one: one.valid_from))


def assumed_on(day: date) -> Assumption:
    """Return the assumptions that hold on a day; before the first, the first."""
    known = assumptions()
    return next((one for one in reversed(known) if one.valid_from <= day), known[0])


def bases() -> Iterable[RuleBasis]:
    """Yield what every set stands on, for `khuevan law check`."""
    for one in assumptions():
        yield RuleBasis(one.document, one.article, f"cost-{one.code}", one.valid_from, None)  # fmt: skip


register_rules("measures_cost", bases)
