"""From terms to the text of a paper: its clauses chosen, filled, each with its law."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import override

from khuevan.law.public import cite_all

from .dated import clauses_on, duty_rules, sections
from .models import Contract
from .rules.clauses import Clause, Paper, Tag, choose, fill, paper_of, tags_of
from .rules.duty import (
    NOTHING,
    Authority,
    Case,
    Duty,
    Effect,
    Kind,
    Restriction,
    Side,
    duty,
)
from .rules.intent import Intent
from .rules.terms import Terms
from .values import Origin
from .wording import FIRST, Amended, intent_in_words, terms_in_words


def duty_of(terms: Terms, origin: Origin, signed_on: date) -> Duty:
    """Return what a contract on these terms owes the State, signed on a day."""
    return duty(
        duty_rules(),
        terms=terms,
        state_funded=origin.state_funded,
        result_certificate=bool(origin.result_certificate),
        restriction=origin.restriction,
        signed_on=signed_on,
    )


def duty_foreseen(contract: Contract, signed_on: date) -> Duty:
    """Return what a contract owes if the last side signs on a day; a memorandum nothing."""
    if contract.paper == Paper.MEMORANDUM:
        return NOTHING
    return duty_of(Terms.from_json(contract.terms), origin_of(contract), signed_on)


def origin_of(contract: Contract) -> Origin:
    """Return what the State has to do with the technology of a contract."""
    restriction = Restriction(contract.restriction)
    return Origin(contract.state_funded, contract.result_certificate, restriction)


def contract_text(
    terms: Terms, origin: Origin, day: date, *, amended: Amended = FIRST
) -> dict[str, Any]:
    """Return the sections of a contract with their filled clauses, as plain values.

    Each clause has its version, the digest of the library's words, its law, and which
    tags of the terms it was chosen for. Raises RuleBroken where the library lacks one.
    """
    owed = duty_of(terms, origin, day)
    said = tags_of(terms) | _told_by_law(origin, owed, amended)
    paper = paper_of(terms)
    taken = choose(clauses_on(day), paper, said)
    vi, en = terms_in_words(
        terms, owed, day, certificate=origin.result_certificate, amended=amended
    )
    return {
        "bilingual": Tag.CROSS_BORDER in said,
        "bases": _bases(taken),
        "sections": _sections(paper, taken, vi, en),
        "milestones": [
            {"title": m.title, "shown_by": m.shown_by, "days": m.days, "amount": m.amount}
            for m in terms.milestones
        ],
    }  # fmt: skip


def memorandum_text(intent: Intent, day: date) -> dict[str, Any]:
    """Return the sections of a memorandum with their filled clauses, as plain values."""
    said = frozenset({Tag.CONFIDENTIAL} if intent.confidential_years else ())
    taken = choose(clauses_on(day), Paper.MEMORANDUM, said)
    vi, en = intent_in_words(intent)
    return {
        "bilingual": False,
        "bases": _bases(taken),
        "sections": _sections(Paper.MEMORANDUM, taken, vi, en),
        "milestones": [],
    }


def duty_told(told: Mapping[str, Any] | None) -> Duty | None:
    """Return the duty a contract keeps as plain values; None before both signed."""
    if told is None:
        return None
    due = told["due_on"]
    return Duty(**{**_enums(told), "due_on": due and date.fromisoformat(due)})


def duty_to_json(owed: Duty) -> dict[str, Any]:
    """Return a duty as plain values."""
    return {
        "kind": owed.kind, "case": owed.case, "effect": owed.effect,
        "document": owed.document, "article": owed.article, "filer": owed.filer,
        "authority": owed.authority, "doubt": owed.doubt,
        "due_on": owed.due_on and owed.due_on.isoformat(),
    }  # fmt: skip


def _enums(told: Mapping[str, Any]) -> dict[str, Any]:
    kinds = {"kind": Kind, "case": Case, "effect": Effect, "filer": Side, "authority": Authority}  # fmt: skip
    return {
        name: kinds[name](value) if name in kinds and value else value
        for name, value in told.items()
    }


def _told_by_law(origin: Origin, owed: Duty, amended: Amended) -> frozenset[Tag]:
    said = {
        Tag.STATE_FUNDED: origin.state_funded,
        Tag.CERTIFIED: bool(origin.result_certificate),
        Tag.REGISTERED: owed.effect is Effect.CERTIFICATE,
        Tag.LICENSED: owed.effect is Effect.LICENCE,
        Tag.AMENDS: bool(amended.number),
    }
    return frozenset(tag for tag, told in said.items() if told)


def _bases(taken: Iterable[Clause]) -> list[str]:
    """Return the documents the clauses stand on, in words, each once."""
    numbers = dict.fromkeys(clause.document for clause in taken)
    with override("vi"):
        cited = cite_all([(number, "") for number in numbers])
    return [f"{one.text} ({one.title})" if one.title else one.text for one in cited]


def _sections(
    paper: Paper, taken: Iterable[Clause], vi: Mapping[str, str], en: Mapping[str, str]
) -> list[dict[str, Any]]:
    filled: dict[int, list[dict[str, Any]]] = {}
    for clause in taken:
        filled.setdefault(clause.content, []).append(
            {
                "code": clause.code,
                "version": clause.valid_from.isoformat(),
                "sha256": hashlib.sha256(f"{clause.vi}\n{clause.en}".encode()).hexdigest(),
                "vi": fill(clause.vi, vi),
                "en": fill(clause.en, en),
                "document": clause.document,
                "article": clause.article,
                "because": [str(tag) for tag in clause.when],
                "because_not": [str(tag) for tag in clause.unless],
            }
        )  # fmt: skip
    return [
        {"number": s.number, "vi": s.vi, "en": s.en, "document": s.document,
         "article": s.article, "clauses": filled[s.number]}
        for s in sections() if paper in s.papers and s.number in filled
    ]  # fmt: skip
