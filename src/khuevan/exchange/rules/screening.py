"""Holding a text against the lists of encouraged, restricted and prohibited technology.

Words decide nothing by themselves: what is prohibited is refused with the words and the
list named, what is restricted is put before the reviewers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from khuevan.platform.errors import N_, RuleBroken
from khuevan.platform.text import fold


class Screening(StrEnum):
    """On which list a technology stands; the gravest first."""

    PROHIBITED = "prohibited"
    RESTRICTED = "restricted"
    ENCOURAGED = "encouraged"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of a list: the phrases that call it to mind, and where it stands."""

    list: Screening
    code: str
    title: str
    words: tuple[str, ...]
    document: str
    article: str
    valid_from: date
    doubt: str = ""
    valid_to: date | None = None

    def holds(self, day: date) -> bool:
        """Tell whether the line is in force on a day."""
        return self.valid_from <= day and (
            self.valid_to is None or day <= self.valid_to
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """A line of a list that a text calls to mind, by which words.

    `negated`: right before them the text says that it replaces or does without them.
    """

    criterion: Criterion
    words: str
    negated: bool


_CLAUSES = re.compile(r"[.,;:!?\n]")
_HYPHENS = re.compile(r"(?<=\w)[-‐‑](?=\w)")
_SYLLABLES = re.compile(r"[a-z0-9]+")
_NEGATING = (
    "thay the", "thay cho", "khong dung", "khong su dung", "khong chua", "loai bo",
    "phat hien", "do kiem", "canh bao", "instead of", "free of", "without", "replaces",
    "detects",
)  # fmt: skip
_REACH = 8
"""How many syllables before a phrase a negation still speaks of it."""


def screen(text: str, criteria: Iterable[Criterion]) -> list[Finding]:
    """Return which lines a text calls to mind, one finding a line, accents ignored.

    A line that is named once without negation is found without. Invisible characters are
    not read, and words with hyphens are read as one word, too (a-mi-ăng, amiăng).
    """
    seen = "".join(c for c in text if unicodedata.category(c) != "Cf")
    clauses = [
        _SYLLABLES.findall(fold(part))
        for told in dict.fromkeys((seen, _HYPHENS.sub("", seen)))
        for part in _CLAUSES.split(told)
    ]
    found = []
    for criterion in criteria:
        hits = [
            Finding(criterion, phrase, negated)
            for clause in clauses
            for phrase in criterion.words
            for negated in _hits(clause, phrase.split())
        ]
        if hits:
            found.append(min(hits, key=lambda hit: hit.negated))
    return found


def _hits(clause: list[str], phrase: list[str]) -> Iterator[bool]:
    for at in range(len(clause) - len(phrase) + 1):
        if clause[at : at + len(phrase)] == phrase:
            before = f" {' '.join(clause[max(0, at - _REACH) : at])} "
            yield any(f" {word} " in before for word in _NEGATING)


def refuse_prohibited(findings: Iterable[Finding]) -> None:
    """Refuse what calls a prohibited technology to mind, naming words and list."""
    for found in findings:
        if found.criterion.list is Screening.PROHIBITED and not found.negated:
            raise RuleBroken(
                N_("“%(words)s” stands on the list of prohibited technologies: %(title)s (%(document)s, %(article)s). It cannot be listed. If yours replaces it or does without it, say so right before these words."),
                words=found.words,
                title=found.criterion.title,
                document=found.criterion.document,
                article=found.criterion.article,
                misuse="prohibited_technology",
            )  # fmt: skip


def standing(findings: Iterable[Finding]) -> Screening | None:
    """Return the gravest list a text stands on; what is negated counts as restricted.

    So that somebody looks at it: saying “without” is easy.
    """
    lists = {
        Screening.RESTRICTED
        if found.negated and found.criterion.list is Screening.PROHIBITED
        else found.criterion.list
        for found in findings
    }
    return next((one for one in Screening if one in lists), None)
