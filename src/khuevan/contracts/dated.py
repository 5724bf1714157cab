"""What the law sets for contracts: dated data with its document, read from files."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from khuevan.law.public import RuleBasis, register_rules
from khuevan.platform.errors import N_, RuleBroken

from .rules.clauses import Clause, Paper, Section, Tag
from .rules.duty import Authority, Case, Effect, Kind, Rule, Side
from .rules.faults import Caps
from .rules.terms import Crossing, Form


DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Registering:
    """The counter's procedure that registers a contract.

    `component` is the paper the contract is there, `fields` the form's field for what
    the contract says.
    """

    code: str
    component: str
    fields: Mapping[str, str]
    document: str
    article: str
    valid_from: date
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class MinistryPaper:
    """A paper of the dossier a ministry gets; `where`: the archive's file that has it."""

    kind: Kind
    vi: str
    document: str
    article: str
    valid_from: date
    where: str = ""
    doubt: str = ""


@cache
def duty_rules() -> tuple[Rule, ...]:
    """Return every rule about what contracts owe there has been, in the file's order."""
    return tuple(_rule(row) for row in _rows("rules.toml", "duty"))


@cache
def clauses() -> tuple[Clause, ...]:
    """Return the library: every clause there has been, in the file's order."""
    return tuple(
        Clause(
            **{
                **row,
                "papers": tuple(Paper(one) for one in row["papers"]),
                "when": tuple(Tag(one) for one in row.get("when", ())),
                "unless": tuple(Tag(one) for one in row.get("unless", ())),
            }
        )
        for row in _rows("clauses.toml", "clause")
    )


@cache
def sections() -> tuple[Section, ...]:
    """Return the numbered parts of each kind of paper."""
    return tuple(
        Section(**{**row, "papers": tuple(Paper(one) for one in row["papers"])})
        for row in _rows("sections.toml", "section")
    )


def clauses_on(day: date) -> tuple[Clause, ...]:
    """Return the clauses of the library on a day."""
    return tuple(clause for clause in clauses() if clause.holds(day))


def caps_on(day: date, *, state_funded: bool) -> Caps:
    """Return the caps of a day; the broker's is for State-funded results alone."""
    broker = _held("cap", "broker", day)["most"] if state_funded else None
    return Caps(_held("cap", "penalty", day)["most"], broker)


def signing_days_on(day: date) -> int:
    """Return how many days a drawn-up contract waits for its signatures."""
    days = _held("term", "signing", day)["days"]
    assert isinstance(days, int)
    return days


def registering_on(day: date) -> Registering:
    """Return which procedure registers contracts on a day."""
    rows = [Registering(**row) for row in _rows("rules.toml", "procedure")]
    held = [row for row in rows if row.valid_from <= day]
    if not held:
        raise RuleBroken(N_("No procedure registers contracts on %(day)s."), day=day.isoformat())  # fmt: skip
    return max(held, key=lambda row: row.valid_from)


def ministry_papers_on(day: date, kind: Kind) -> tuple[MinistryPaper, ...]:
    """Return the papers a ministry gets for what is owed, on a day."""
    rows = (MinistryPaper(**{**r, "kind": Kind(r["kind"])}) for r in _rows("rules.toml", "paper"))  # fmt: skip
    return tuple(row for row in rows if row.kind is kind and row.valid_from <= day)


def bases() -> Iterator[RuleBasis]:
    """Yield the documents contracts stand on, for `khuevan law check`."""
    for row in (*_rows("rules.toml", "cap"), *_rows("rules.toml", "procedure")):
        where = gettext("Contracts: %(code)s") % {"code": row["code"]}
        yield RuleBasis(row["document"], row["article"], where, row["valid_from"])
    for row in _rows("rules.toml", "paper"):
        yield RuleBasis(row["document"], row["article"], gettext("Papers for the ministry"), row["valid_from"])  # fmt: skip
    for rule in duty_rules():
        where = gettext("Registration of technology transfer: %(case)s") % {"case": rule.case}  # fmt: skip
        yield RuleBasis(rule.document, rule.article, where, rule.valid_from, rule.valid_to)  # fmt: skip
    for clause in clauses():
        where = gettext("Clause %(code)s") % {"code": clause.code}
        yield RuleBasis(clause.document, clause.article, where, clause.valid_from, clause.valid_to)  # fmt: skip


def _held(kind: str, code: str, day: date) -> dict[str, Any]:
    rows = [row for row in _rows("rules.toml", kind) if row["code"] == code]
    held = [row for row in rows if row["valid_from"] <= day]
    if not held:
        raise RuleBroken(
            N_("No document says for %(day)s what holds for contracts (%(code)s)."),
            day=day.isoformat(),
            code=code,
        )
    return max(held, key=lambda row: row["valid_from"])


def _rule(row: dict[str, Any]) -> Rule:
    told: dict[str, Any] = {
        **row,
        "case": Case(row["case"]),
        "kind": Kind(row["kind"]),
        "effect": Effect(row["effect"]),
        "crossings": tuple(Crossing(one) for one in row.get("crossings", ())),
        "forms": tuple(Form(one) for one in row.get("forms", ())),
    }
    if "filer" in row:
        told |= {"filer": Side(row["filer"]), "authority": Authority(row["authority"])}
    return Rule(**told)


@cache
def _rows(file: str, kind: str) -> list[dict[str, Any]]:
    rows = tomllib.loads((DATA / file).read_text(encoding="utf-8"))[kind]
    assert isinstance(rows, list)
    return rows


register_rules("contracts", bases)
