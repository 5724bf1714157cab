"""What the law sets for auctions: dated data with its document."""

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
from khuevan.platform.errors import N_, RuleBroken


_FILE = Path(__file__).parent / "data" / "rules.toml"


@dataclass(frozen=True, slots=True)
class DepositRule:
    """Between which shares of the starting price a deposit lies, in percent."""

    valid_from: date
    reference: str
    article: str
    least: int
    most: int


@cache
def deposit_rules() -> tuple[DepositRule, ...]:
    """Return every rule about deposits there has been."""
    told = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(DepositRule(**row) for row in told["deposit"])


def deposit_rule_on(day: date) -> DepositRule:
    """Return the rule in force on a day; raises RuleBroken where none is."""
    held = [rule for rule in deposit_rules() if rule.valid_from <= day]
    if not held:
        raise RuleBroken(
            N_("No document says for %(day)s how large a deposit is."),
            day=day.isoformat(),
        )
    return max(held, key=lambda rule: rule.valid_from)


def payment_days_on(day: date) -> int:
    """Return within how many days a price is paid."""
    return int(_on("payment", day)["days"])


@cache
def _rows(kind: str) -> tuple[dict[str, Any], ...]:
    """Return the rows of a kind, the newest first."""
    told = tomllib.loads(_FILE.read_text(encoding="utf-8"))[kind]
    return tuple(sorted(told, key=lambda row: row["valid_from"], reverse=True))


def _on(kind: str, day: date) -> dict[str, Any]:
    """Return the row in force on a day; before the first, the first."""
    rows = _rows(kind)
    return next((row for row in rows if row["valid_from"] <= day), rows[-1])


def bases() -> Iterator[RuleBasis]:
    """Yield the document every rule stands on, for `khuevan law check`."""
    where = gettext("Deposits of bidders")
    for rule in deposit_rules():
        yield RuleBasis(rule.reference, rule.article, where, rule.valid_from)
    where = gettext("The next bidder, where the winner does not pay")
    for row in _rows("runner_up"):
        yield RuleBasis(row["reference"], row["article"], where, row["valid_from"])


register_rules("auctions", bases)
