"""Comparing a day of the bank's list with ours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Which way money went, and why."""

    PAYMENT = "payment"
    REFUND = "refund"
    PAYOUT = "payout"  # to whom it is owed: a seller, a provider


class Verdict(StrEnum):
    """What comparing one movement found."""

    MATCHED = "matched"
    MISSING_HERE = "missing_here"
    MISSING_THERE = "missing_there"
    DIFFERENT_AMOUNT = "different_amount"


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement of money as one side knows it; đồng."""

    transaction: str
    kind: Kind
    amount: int
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """One movement as both sides know it; None where a side does not."""

    transaction: str
    kind: Kind
    verdict: Verdict
    theirs: int | None
    ours: int | None
    reference: str


def compare(theirs: Iterable[Movement], ours: Iterable[Movement]) -> list[Compared]:
    """Return every movement either side knows, each with its verdict."""
    there = {_key(m): m for m in theirs}
    here = {_key(m): m for m in ours}
    return [_one(there.get(key), here.get(key)) for key in sorted(there | here)]


def _key(movement: Movement) -> tuple[bool, str]:
    """Return by what a movement is known: a bank's list says that money left, not why."""
    return movement.kind is Kind.PAYMENT, movement.transaction


def _one(there: Movement | None, here: Movement | None) -> Compared:
    known = here or there
    assert known is not None
    if there is None:
        verdict = Verdict.MISSING_THERE
    elif here is None:
        verdict = Verdict.MISSING_HERE
    else:
        same = there.amount == here.amount
        verdict = Verdict.MATCHED if same else Verdict.DIFFERENT_AMOUNT
    return Compared(
        known.transaction,
        known.kind,
        verdict,
        there.amount if there else None,
        here.amount if here else None,
        (here.reference if here else "") or (there.reference if there else ""),
    )
