"""How well people's questions find procedures: measured, question by question.

The questions are official ones with the procedure somebody said answers them
(`data/search_questions.csv`; NOTICE names the source). Where the label is wrong, or the
catalogue of 2026 has another procedure or none, the file says so with its reason:
nothing is dropped in silence, and the figure by the labels as they came stands beside
the figure by the labels as reviewed.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from khuevan.platform.text import fold

from .dated import DATA
from .index import current
from .queries import find_procedures


DEEP = 5


class Verdict(StrEnum):
    """What a review found about the label of a question."""

    AS_LABELLED = "as labelled"
    RENAMED = "renamed"  # the procedure has another title now
    SEVERAL = "several"  # more than one procedure answers it
    MISLABELLED = "mislabelled"  # the label answers something else
    ABSENT = "absent"  # the catalogue has no such procedure
    NO_PROCEDURE = "no procedure"  # it does not ask for a procedure


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the title it was labelled with, and what a review found."""

    text: str
    labelled: str
    verdict: Verdict
    codes: frozenset[str]
    reason: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Something looked for and the codes that answer it."""

    text: str
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Recall:
    """How often the right procedure came first, and among the first five."""

    name: str
    bare: bool
    asked: int
    first: int
    fifth: int
    missed: tuple[str, ...]

    @property
    def at_one(self) -> float:
        """Return the share found first, 0 to 1; 0 where nothing was asked."""
        return self.first / self.asked if self.asked else 0.0

    @property
    def at_five(self) -> float:
        """Return the share found among the first five."""
        return self.fifth / self.asked if self.asked else 0.0


@dataclass(frozen=True, slots=True)
class Quality:
    """The figures, and the questions the published catalogue cannot answer."""

    recalls: tuple[Recall, ...]
    unanswered: tuple[Question, ...]


def questions() -> tuple[Question, ...]:
    """Return the questions in the order of their file."""
    path = DATA / "search_questions.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            Question(
                row["question"],
                row["labelled"],
                Verdict(row["verdict"]),
                frozenset(filter(None, row["codes"].split("|"))),
                row["reason"],
            )
            for row in csv.DictReader(file)
        )


def measure() -> Quality:
    """Search the published catalogue for its own titles and for every question."""
    titled: dict[str, set[str]] = {}
    for entry in current().entries:
        titled.setdefault(fold(entry.title), set()).add(entry.code)
    published = frozenset(code for codes in titled.values() for code in codes)
    told = questions()
    sets = {
        "titles": [
            Asked(entry.title, frozenset(titled[fold(entry.title)]))
            for entry in current().entries
        ],
        "questions, labels as they came": _kept(
            Asked(one.text, _by_title(one, titled)) for one in told
        ),
        "questions, labels as reviewed": _kept(
            Asked(one.text, _reviewed(one, titled) & published) for one in told
        ),
    }
    ways: tuple[tuple[bool, Callable[[str], str]], ...] = ((False, str), (True, fold))
    return Quality(
        tuple(
            _recall(name, bare, spell, asked)
            for name, asked in sets.items()
            for bare, spell in ways
        ),
        tuple(one for one in told if not _reviewed(one, titled) & published),
    )


def _by_title(one: Question, titled: dict[str, set[str]]) -> frozenset[str]:
    return frozenset(titled.get(fold(one.labelled), ()))


def _reviewed(one: Question, titled: dict[str, set[str]]) -> frozenset[str]:
    if one.verdict == Verdict.AS_LABELLED:
        return _by_title(one, titled)
    return one.codes


def _kept(asked: Iterable[Asked]) -> list[Asked]:
    return [one for one in asked if one.codes]


def _recall(
    name: str, bare: bool, spell: Callable[[str], str], asked: Sequence[Asked]
) -> Recall:
    ranks = [_rank(spell(one.text), one.codes) for one in asked]
    return Recall(
        name,
        bare,
        len(asked),
        sum(rank == 1 for rank in ranks),
        sum(rank is not None for rank in ranks),
        tuple(one.text for one, rank in zip(asked, ranks, strict=True) if rank != 1),
    )


def _rank(text: str, codes: frozenset[str]) -> int | None:
    """Return the place of the first right hit among the first five, from 1."""
    found = find_procedures(text, DEEP)
    return next((at for at, hit in enumerate(found, 1) if hit.code in codes), None)
