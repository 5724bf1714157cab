"""What an entry must be before it is written, and on which side an account stands.

Amounts are whole đồng with a sign: debits are positive, credits negative, as in
Beancount. An entry adds up to nought; so does a whole book.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from khuevan.platform.errors import N_, RuleBroken


LARGEST = 10**18
"""đồng of one posting: a hundred times the country's yearly product, and sums still fit."""
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]*(:[A-Z0-9][A-Z0-9-]*)*")


class Kind(StrEnum):
    """What an account is of."""

    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    INCOME = "income"
    EXPENSE = "expense"

    @property
    def side(self) -> int:
        """Return the sign of a balance as it usually stands: 1 debit, -1 credit."""
        return 1 if self in {Kind.ASSET, Kind.EXPENSE} else -1


class HoldState(StrEnum):
    """How far a hold is."""

    OPEN = "open"
    POSTED = "posted"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Line:
    """One side of an entry: the account's code and đồng, debit positive."""

    account: str
    amount: int


def move(amount: int, *, debit: str, credit: str) -> tuple[Line, Line]:
    """Return the two lines of the simplest entry."""
    return Line(debit, amount), Line(credit, -amount)


def check_code(code: str) -> None:
    """Refuse a code that is not made of capitals, digits, hyphens and colons."""
    if not _CODE.fullmatch(code) or len(code) > 80:
        raise RuleBroken(
            N_("“%(code)s” is no code: use capitals, digits and hyphens, parts divided by colons."),
            field="code",
            code=code,
        )  # fmt: skip


def check_lines(lines: Sequence[Line]) -> None:
    """Refuse an entry that does not add up to nought, or says nothing."""
    if len(lines) < 2:
        raise RuleBroken(N_("An entry has at least two lines."), field="lines")
    for line in lines:
        if not 0 < abs(line.amount) <= LARGEST:
            raise RuleBroken(
                N_("The line of “%(account)s” needs an amount other than 0 đồng, of at most %(most)s."),
                field="lines",
                account=line.account,
                most=LARGEST,
            )  # fmt: skip
    if len({line.account for line in lines}) < len(lines):
        raise RuleBroken(
            N_("An account stands twice in the entry; put its lines together."),
            field="lines",
        )
    off = sum(line.amount for line in lines)
    if off:
        raise RuleBroken(
            N_("Debits and credits differ by %(off)s đồng."),
            field="lines",
            off=abs(off),
        )


def check_amount(amount: int) -> None:
    """Refuse to set nothing aside."""
    if not 0 < amount <= LARGEST:
        raise RuleBroken(N_("Hold an amount of more than 0 đồng."), field="amount")


def check_cover(account: str, falls: int, free: int) -> None:
    """Refuse to take more from an account than it has free; đồng on its own side."""
    if falls > free:
        raise RuleBroken(
            N_("“%(account)s” has %(free)s đồng free, less than %(amount)s."),
            field="amount",
            account=account,
            free=max(0, free),
            amount=falls,
        )


def digest(
    book: str,
    number: int,
    occurred_on: date,
    key: str,
    words: str,
    about: str,
    lines: Iterable[Line],
) -> str:
    """Return the SHA-256 of an entry: the journal keeps it, so a changed entry shows."""
    told = [book, number, occurred_on.isoformat(), key, words, about]
    told += sorted([line.account, line.amount] for line in lines)
    canonical = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
