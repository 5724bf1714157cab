"""The clause library as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from khuevan.contracts.dated import clauses_on, sections
from khuevan.contracts.rules.clauses import Clause, Paper, Section
from khuevan.law.public import Citation, cite_all


@dataclass(frozen=True, slots=True)
class Shelf:
    """A section of a paper with the clauses it may take, each with its citation."""

    section: Section
    law: Citation
    clauses: tuple[tuple[Clause, Citation], ...]


def library_of(paper: Paper, day: date) -> list[Shelf]:
    """Return the library for a kind of paper on a day, in two queries."""
    parts = [section for section in sections() if paper in section.papers]
    held = [clause for clause in clauses_on(day) if paper in clause.papers]
    asked = [(part.document, part.article) for part in parts]
    asked += [(clause.document, clause.article) for clause in held]
    cited = cite_all(asked, on=day)
    laws, of_clauses = cited[: len(parts)], cited[len(parts) :]
    both = list(zip(held, of_clauses, strict=True))
    return [
        Shelf(section, law, tuple(p for p in both if p[0].content == section.number))
        for section, law in zip(parts, laws, strict=True)
    ]
