"""The versions of the index, read from their file, and which holds on a day."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from khuevan.law.public import RuleBasis, register_rules

from .rules.index766 import IndexVersion, Item, OnNothing, Rule, Tier


FILE = Path(__file__).parent / "data" / "index_766.toml"


@lru_cache
def index_versions() -> tuple[IndexVersion, ...]:
    """Return every version of the index, the oldest first."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    made: dict[str, IndexVersion] = {}
    for row in told["version"]:
        made[row["code"]] = _version(row, made)
    return tuple(sorted(made.values(), key=lambda v: v.valid_from))


def index_on(day: date) -> IndexVersion:
    """Return the version that holds on a day; before the first, the first."""
    versions = index_versions()
    return next((v for v in reversed(versions) if v.valid_from <= day), versions[0])


def index_named(code: str) -> IndexVersion | None:
    """Return a version by its code."""
    return next((v for v in index_versions() if v.code == code), None)


def bases() -> Iterable[RuleBasis]:
    """Yield what every version stands on, for `khuevan law check`."""
    for version in index_versions():
        yield RuleBasis(version.document, version.article, version.code, version.valid_from, None)  # fmt: skip


def _version(row: dict[str, Any], known: dict[str, IndexVersion]) -> IndexVersion:
    base = known.get(row.get("based_on", ""))
    kept = base.items if base else ()
    items = [item for item in kept if item.code not in row.get("drop", ())]
    items += [_item(item) for item in row["item"]]
    bands = [(Decimal(band["least"]), band["name"]) for band in row.get("band", ())]
    if base and not bands:
        bands = [*base.bands]
    return IndexVersion(
        row["code"], row["valid_from"], row["document"], row["article"],
        row["rounding"], tuple(items), tuple(sorted(bands, reverse=True)),
    )  # fmt: skip


def _item(row: dict[str, Any]) -> Item:
    return Item(
        code=row["code"],
        group=row["group"],
        max=Decimal(row["max"]),
        rule=Rule(row.get("rule", "linear")),
        full_at=Fraction(row.get("full_at", "1")),
        times=row.get("times", ""),
        on_nothing=OnNothing(row.get("on_nothing", "zero")),
        not_for=frozenset(Tier(t) for t in row.get("not_for", ())),
        procedures=tuple(row.get("procedures", ())),
        scored=row.get("scored", True),
        mean=row.get("mean", False),
        alt=Fraction(row["alt"]["full_at"]) if "alt" in row else None,
    )


register_rules("measures", bases)
