"""Clocks and criteria: dated data with the documents they stand on."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.utils.translation import gettext

from khuevan.law.public import RuleBasis, register_rules
from khuevan.platform.errors import N_, RuleBroken
from khuevan.worktime.public import Term, Unit


_DATA = Path(__file__).parent / "data"
CRITERIA = (
    N_("Overall"), N_("Convenience of use"), N_("The result came on time"),
    N_("Attitude of officials"), N_("The time set against the time of the law"),
    N_("The time taken against the time set"), N_("How often you had to come or call"),
    N_("How many agencies you had to see"), N_("Reception and return at the one-stop unit"),
    N_("How openly everything was made known"), N_("Response to feedback"),
    N_("Progress and quality of the online service"),
)  # fmt: skip
"""The words of the data file, marked for the catalogue."""


@dataclass(frozen=True, slots=True)
class Clock:
    """One limit, the day it holds from, and the document it stands in.

    `in_register` is False for a decision whose text the register of law does not hold
    yet; the check of the register then has nothing to compare it with.
    """

    code: str
    term: Term
    reference: str
    article: str
    valid_from: date
    in_register: bool


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing people may rate, from a day on."""

    code: str
    words: str
    valid_from: date


@cache
def clocks() -> tuple[Clock, ...]:
    """Return every limit there has been."""
    with (_DATA / "clocks.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Clock(
                row["code"],
                Term(int(row["amount"]), Unit(row["unit"])),
                row["reference"],
                row["article"],
                date.fromisoformat(row["valid_from"]),
                row["in_register"] == "yes",
            )
            for row in csv.DictReader(file)
        )


def clock_on(code: str, day: date) -> Clock:
    """Return a limit in force on a day; raises RuleBroken where none is."""
    held = [c for c in clocks() if c.code == code and c.valid_from <= day]
    if not held:
        raise RuleBroken(
            N_("No document gives the period “%(code)s” for %(day)s."),
            code=code,
            day=day.isoformat(),
        )
    return max(held, key=lambda c: c.valid_from)


@cache
def criteria_on(day: date) -> tuple[Criterion, ...]:
    """Return what people may rate on a day, in order."""
    with (_DATA / "criteria.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: int(row["position"]))
    found = [
        Criterion(row["code"], row["words"], date.fromisoformat(row["valid_from"]))
        for row in rows
    ]
    return tuple(criterion for criterion in found if criterion.valid_from <= day)


def bases() -> Iterator[RuleBasis]:
    """Yield the document every limit stands on, for `khuevan law check`."""
    where = gettext("Limits for petitions")
    for limit in clocks():
        if limit.in_register:
            yield RuleBasis(limit.reference, limit.article, where, limit.valid_from)


register_rules("feedback", bases)
