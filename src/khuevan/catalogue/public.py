"""What other apps may use of the catalogue (in the making)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from khuevan.process.public import holds

from .rules.definition import (
    ONLINE,
    Channel,
    ClockStart,
    Collect,
    Component,
    Definition,
    Fee,
    FeeKind,
    Guide,
    Legal,
    Level,
    Limit,
    Offer,
    PartialReason,
    Result,
    Stage,
    Subject,
    Supply,
    SupplementRules,
    TestCase,
    Tier,
)


@dataclass(frozen=True, slots=True)
class Published:
    id: UUID
    code: str
    number: int
    definition: Definition
    valid_from: date


_known: dict[UUID, Published] = {}


def keep(one: Published) -> Published:
    _known[one.id] = one
    return one


def published(code: str, on: date | None = None) -> Published:
    return max((p for p in _known.values() if p.code == code), key=lambda p: p.number)


def version(key: UUID) -> Published:
    return _known[key]


def mark_used(key: UUID) -> None:
    pass


def components_due(
    definition: Definition, answers: dict[str, Any]
) -> tuple[Component, ...]:
    return tuple(
        c for c in definition.components if holds(c.when, {"answers": answers})
    )


def may_keep_catalogue(person: Any) -> bool:
    return person is None or any(h.role == "procedure_officer" for h in person.authority.holdings)
