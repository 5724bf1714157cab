"""What the page of a contract shows, read at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from khuevan.contracts.dated import sections
from khuevan.contracts.drafting import duty_foreseen, duty_told
from khuevan.contracts.models import Contract
from khuevan.contracts.rules.clauses import Tag
from khuevan.contracts.rules.duty import Duty, Side
from khuevan.journal.public import facts_about
from khuevan.law.public import Citation, cite, cite_all
from khuevan.platform import clock

from .standing import Holder, holder_of


@dataclass(frozen=True, slots=True)
class Signed:
    """A side of the paper: who it is, and who signed for it when; None: nobody yet."""

    side: Side
    organisation: str
    person: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Taken:
    """A clause as it stands in the paper, with its law and what it was chosen for."""

    code: str
    version: date
    vi: str
    en: str
    law: Citation
    because: tuple[Tag, ...]
    because_not: tuple[Tag, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One content of the paper with the clauses it has."""

    number: int
    vi: str
    en: str
    clauses: tuple[Taken, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """One line of what happened."""

    at: datetime
    kind: str
    figures: dict[str, Any]
    number: int


@dataclass(frozen=True, slots=True)
class Page:
    """All of it; `foreseen`: the duty is what it would be, were it signed today."""

    signed: tuple[Signed, ...]
    holder: Holder
    duty: Duty
    foreseen: bool
    duty_law: Citation | None
    rows: tuple[Row, ...]
    contents: int
    traces: tuple[Trace, ...]
    amendments: tuple[str, ...]


def page_of(contract: Contract) -> Page:
    """Return what the page of a contract shows."""
    signatures = {s.side: s for s in contract.signatures.select_related("person")}
    told = duty_told(contract.duty)
    duty = told or duty_foreseen(contract, clock.today())
    return Page(
        signed=tuple(_signed(contract, side, signatures.get(side)) for side in Side),
        holder=holder_of(contract, frozenset(Side(side) for side in signatures)),
        duty=duty,
        foreseen=told is None,
        duty_law=cite(duty.document, duty.article) if duty.document else None,
        rows=tuple(_rows(contract.drawn["sections"])),
        contents=sum(1 for s in sections() if contract.paper in s.papers),
        traces=tuple(
            Trace(f.occurred_at, f.kind, f.figures, f.number)
            for f in facts_about(contract.ref)
        ),
        amendments=tuple(
            contract.amendments.order_by("drawn_up_at").values_list("number", flat=True)
        ),
    )


def _signed(contract: Contract, side: Side, signature: Any) -> Signed:
    name = contract.organisation_of(side).name
    if signature is None:
        return Signed(side, name, None, None)
    return Signed(side, name, signature.person.full_name, signature.at)


def _rows(told: list[dict[str, Any]]) -> Iterable[Row]:
    clauses = [clause for section in told for clause in section["clauses"]]
    cited = iter(cite_all([(c["document"], c["article"]) for c in clauses]))
    for section in told:
        yield Row(
            section["number"],
            section["vi"],
            section["en"],
            tuple(_taken(clause, next(cited)) for clause in section["clauses"]),
        )


def _taken(told: dict[str, Any], law: Citation) -> Taken:
    return Taken(
        told["code"], date.fromisoformat(told["version"]), told["vi"], told["en"], law,
        tuple(Tag(one) for one in told["because"]),
        tuple(Tag(one) for one in told["because_not"]),
    )  # fmt: skip
