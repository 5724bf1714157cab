"""The catalogue's dated rules, read once from their files, each with its document."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.utils.translation import gettext

from khuevan.law.public import RuleBasis, register_rules
from khuevan.platform.text import fold

from .rules.definition import FeeKind
from .rules.fees import Relief
from .rules.holding import Held


DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """Something that happens to people, and the words they use for it."""

    code: str
    name: str
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublicityRule:
    """How long before a rule's first day a procedure is decided, and after it shown.

    Both in working days (Decision 766/QĐ-TTg, indicators 1.1 and 1.2).
    """

    level: str
    decide_before: int
    show_within: int
    valid_from: date
    document: str
    article: str


@cache
def databases() -> tuple[Held, ...]:
    """Return what databases hold in place of papers."""
    return tuple(
        Held(
            content=row["content"],
            database=row["database"],
            owner=row["owner"],
            fields=_parts(row["fields"]),
            words=_parts(row["words"]),
            document=row["document"],
            article=row["article"],
            valid_from=_day(row["valid_from"]),
            valid_to=_day(row["valid_to"]),
            certain=row["certainty"] == "seen",
        )
        for row in _rows("databases.csv")
    )


@cache
def reliefs() -> tuple[Relief, ...]:
    """Return the rules that lower fees."""
    return tuple(
        Relief(
            code=row["code"],
            set_by=frozenset(_parts(row["set_by"])),
            kinds=frozenset(map(FeeKind, _parts(row["kinds"]))),
            procedures=frozenset(_parts(row["procedures"])),
            online_only=row["online_only"] == "yes",
            digital_citizen=row["digital_citizen"] == "yes",
            percent=int(row["percent"]) if row["percent"] else None,
            city_pays=row["city_pays"] == "yes",
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=_day(row["valid_to"]),
            document=row["document"],
            article=row["article"],
            reason=row["reason"],
        )
        for row in _rows("fee_reliefs.csv")
    )


@cache
def publicity_rules() -> tuple[PublicityRule, ...]:
    """Return the deadlines of deciding and showing procedures."""
    return tuple(
        PublicityRule(
            row["level"],
            int(row["decide_before"]),
            int(row["show_within"]),
            date.fromisoformat(row["valid_from"]),
            row["document"],
            row["article"],
        )
        for row in _rows("publicity.csv")
    )


@cache
def life_events() -> tuple[LifeEvent, ...]:
    """Return the events of life people look for procedures by."""
    return tuple(
        LifeEvent(row["code"], row["name"], _parts(row["also"]))
        for row in _rows("life_events.csv")
    )


@cache
def synonyms() -> tuple[tuple[str, str], ...]:
    """Return what people say and what procedures call it, both folded, longest first."""
    pairs = [(fold(r["said"]), fold(r["meant"])) for r in _rows("synonyms.csv")]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


@cache
def question_frames() -> tuple[tuple[str, ...], ...]:
    """Return the words questions are wrapped in, folded, longest first."""
    frames = [tuple(fold(r["words"]).split()) for r in _rows("question_frames.csv")]
    return tuple(sorted(set(frames), key=len, reverse=True))


def bases() -> Iterator[RuleBasis]:
    """Yield the document every dated rule stands on, for `khuevan law check`."""
    for held in databases():
        yield RuleBasis(
            held.document, held.article, held.database, held.valid_from, held.valid_to
        )
    for relief in reliefs():
        yield RuleBasis(
            relief.document,
            relief.article,
            relief.reason,
            relief.valid_from,
            relief.valid_to,
        )
    for rule in publicity_rules():
        where = gettext("Deadlines of publishing procedures")
        yield RuleBasis(rule.document, rule.article, where, rule.valid_from)


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def _day(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell else None


register_rules("catalogue", bases)
