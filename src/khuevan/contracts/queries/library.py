"""The clause library as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import override

from khuevan.contracts.dated import clauses_on, sections
from khuevan.contracts.rules.clauses import Clause, Paper, Section, fill
from khuevan.contracts.words import PLACES
from khuevan.law.public import Citation, cite_all


@dataclass(frozen=True, slots=True)
class Shelf:
    """A section with the clauses it may take: each with its citation, and in both languages."""

    section: Section
    law: Citation
    clauses: tuple[tuple[Clause, Citation, str, str], ...]


def library_of(paper: Paper, day: date) -> list[Shelf]:
    """Return the library for a kind of paper on a day, in two queries."""
    parts = [section for section in sections() if paper in section.papers]
    held = [clause for clause in clauses_on(day) if paper in clause.papers]
    asked = [(part.document, part.article) for part in parts]
    asked += [(clause.document, clause.article) for clause in held]
    cited = cite_all(asked, on=day)
    laws, of_clauses = cited[: len(parts)], cited[len(parts) :]
    vi, en = _places("vi"), _places("en")
    rows = [
        (clause, law, fill(clause.vi, vi), fill(clause.en, en))
        for clause, law in zip(held, of_clauses, strict=True)
    ]
    return [
        Shelf(section, law, tuple(r for r in rows if r[0].content == section.number))
        for section, law in zip(parts, laws, strict=True)
    ]


def _places(language: str) -> dict[str, str]:
    """Return what to show for each term a clause is filled with."""
    with override(language):
        return {name: f"{{{label}}}" for name, label in PLACES.items()}
