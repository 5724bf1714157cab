"""Terms and the operator of the exchange: dated data, read from a file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from django.utils.translation import gettext

from khuevan.law.public import RuleBasis, register_rules
from khuevan.worktime.public import Term, Unit

from .rules.screening import Criterion, Screening


DATA = Path(__file__).parent / "data"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Operator:
    """The body whose people review listings, from a day on, and why."""

    organisation: str
    document: str
    article: str
    valid_from: date


@cache
def operators() -> tuple[Operator, ...]:
    """Return every operator there has been, the newest first."""
    return tuple(Operator(**row) for row in rows("terms.toml", "operator"))


@cache
def _terms(code: str) -> tuple[tuple[date, Term], ...]:
    return tuple(
        (row["valid_from"], Term(row["amount"], Unit(row["unit"])))
        for row in rows("terms.toml", "term")
        if row["code"] == code
    )


def operator_on(day: date) -> str:
    """Return the directory's code of the operator on a day; before the first, the first."""
    return _on([(one.valid_from, one.organisation) for one in operators()], day)


def term_on(code: str, day: date) -> Term:
    """Return how long something lasts, as of a day; before the first, the first."""
    return _on(list(_terms(code)), day)


def _on(dated: list[tuple[date, T]], day: date) -> T:
    return next((value for start, value in dated if start <= day), dated[-1][1])


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike listings may be, in per cent: refused, and shown to reviewers, from.

    Of what both say, and of how much of the shorter the longer contains.
    """

    refused: int
    shown: int
    refused_contained: int
    shown_contained: int

    def refuses(self, percent: int, contained: int) -> bool:
        """Tell whether a listing so alike another is refused."""
        return percent >= self.refused or contained >= self.refused_contained

    def shows(self, percent: int, contained: int) -> bool:
        """Tell whether reviewers are shown a listing so alike."""
        return percent >= self.shown or contained >= self.shown_contained


@cache
def _likeness() -> tuple[tuple[date, Likeness], ...]:
    return tuple(
        (row.pop("valid_from"), Likeness(**row))
        for row in rows("terms.toml", "likeness")
    )


def likeness_on(day: date) -> Likeness:
    """Return how alike listings may be on a day; before the first, the first."""
    return _on(list(_likeness()), day)


@dataclass(frozen=True, slots=True)
class Matches:
    """How many matches a page shows, to how many owners a new listing is told, and from
    which score on, in per cent."""

    shown: int
    told: int
    least: int


@cache
def _matches() -> tuple[tuple[date, Matches], ...]:
    return tuple(
        (row["valid_from"], Matches(row["shown"], row["told"], row["least"]))
        for row in rows("terms.toml", "matches")
    )


def matches_on(day: date) -> Matches:
    """Return what holds for matches on a day; before the first, the first."""
    return _on(list(_matches()), day)


@cache
def criteria() -> tuple[Criterion, ...]:
    """Return every line of the lists of technologies there has been."""
    return tuple(
        Criterion(
            **{**row, "list": Screening(row["list"]), "words": tuple(row["words"])}
        )
        for row in rows("technologies.toml", "criterion")
    )


def criteria_on(day: date) -> list[Criterion]:
    """Return the lines in force on a day."""
    return [criterion for criterion in criteria() if criterion.holds(day)]


def rows(file: str, kind: str) -> list[dict[str, Any]]:
    """Return the rows of a kind in a data file, the newest first."""
    found = tomllib.loads((DATA / file).read_text(encoding="utf-8"))[kind]
    return sorted(found, key=lambda row: row["valid_from"], reverse=True)


def bases() -> Iterator[RuleBasis]:
    """Yield the documents the exchange stands on, for `khuevan law check`."""
    for one in operators():
        where = gettext("Who runs the technology exchange")
        yield RuleBasis(one.document, one.article, where, one.valid_from)
    for line in criteria():
        where = gettext("Lists of technologies: %(code)s") % {"code": line.code}
        yield RuleBasis(line.document, line.article, where, line.valid_from)


register_rules("exchange", bases)
