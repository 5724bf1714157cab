"""The thresholds units and heads are graded by: dated data, each with its document."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.utils.translation import gettext

from khuevan.law.public import RuleBasis, register_rules

from .rules import Grade, GradeRule


FILE = Path(__file__).parent / "data" / "grades.csv"


@dataclass(frozen=True, slots=True)
class DatedRule:
    """One threshold, the day it holds from, and the document it stands in."""

    valid_from: date
    reference: str
    article: str
    rule: GradeRule


@cache
def dated_rules() -> tuple[DatedRule, ...]:
    """Return every threshold there has been, the best grade of each day first."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            DatedRule(
                date.fromisoformat(row["valid_from"]),
                row["reference"],
                row["article"],
                GradeRule(
                    Grade(row["grade"]),
                    int(row["on_time_at_least"]),
                    int(row["late_at_most"]),
                    int(row["beyond_at_least"]),
                ),
            )
            for row in csv.DictReader(file)
        )


def grade_rules_on(day: date) -> tuple[GradeRule, ...]:
    """Return the thresholds in force on a day; none before the first regulation."""
    held = [dated for dated in dated_rules() if dated.valid_from <= day]
    newest = max((dated.valid_from for dated in held), default=None)
    return tuple(dated.rule for dated in held if dated.valid_from == newest)


def bases() -> Iterator[RuleBasis]:
    """Yield the document every threshold stands on, for `khuevan law check`."""
    for valid_from, reference, article in sorted(
        {(d.valid_from, d.reference, d.article) for d in dated_rules()}
    ):
        where = gettext("Grades of units and heads")
        yield RuleBasis(reference, article, where, valid_from)


register_rules("steering", bases)
