"""The fee of the technology exchange: dated, with its free years, and never guessed."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from django.utils.translation import gettext

from khuevan.law.public import RuleBasis, register_rules


_FILE = Path(__file__).parent / "data" / "exchange_fees.toml"
AHEAD = timedelta(days=180)
"""How long before the free time ends the next document is asked for."""


@dataclass(frozen=True, slots=True)
class Fee:
    """What is taken from a day on, in hundredths of a per cent; `free_until`: its last day."""

    rate: int
    document: str
    article: str
    valid_from: date
    free_until: date | None = None


@cache
def exchange_fees() -> tuple[Fee, ...]:
    """Return every row there has been, the newest first."""
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))["fee"]
    return tuple(sorted((Fee(**row) for row in rows), key=lambda fee: fee.valid_from, reverse=True))  # fmt: skip


def exchange_fee_on(day: date) -> int:
    """Return the fee of a day; nought where no document says any."""
    row = _row_on(day)
    over = row is None or (row.free_until is not None and row.free_until < day)
    return 0 if row is None or over else row.rate


def fee_undecided_after(day: date) -> date | None:
    """Return the last free day where no document says what follows; None: nothing to do.

    It is told from half a year before that day, and for as long as the next row is missing.
    """
    row = _row_on(day)
    if row is None or row.free_until is None or day < row.free_until - AHEAD:
        return None
    followed = any(fee.valid_from > row.valid_from for fee in exchange_fees())
    return None if followed else row.free_until


def _row_on(day: date) -> Fee | None:
    return next((fee for fee in exchange_fees() if fee.valid_from <= day), None)


def _bases() -> Iterator[RuleBasis]:
    where = gettext("Fee of the technology exchange")
    for fee in exchange_fees():
        yield RuleBasis(
            fee.document, fee.article, where, fee.valid_from, fee.free_until
        )


register_rules("payments", _bases)
