"""What a memorandum says: where two sides want to get before they negotiate terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from khuevan.platform.errors import N_, Problem

from .faults import LONGEST_MONTHS, LONGEST_NAME, LONGEST_TEXT


@dataclass(frozen=True, slots=True)
class Intent:
    """About which technology, what for, which steps next, for how long, secret how long."""

    name: str
    purpose: str
    plan: str
    term_months: int
    confidential_years: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return plain values for a JSON column, every field by its name."""
        return asdict(self)

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """Return what `to_json` wrote down."""
        return cls(**told)


def intent_faults(intent: Intent) -> tuple[Problem, ...]:
    """Return everything that keeps an intent from becoming a memorandum."""
    found = [
        Problem(field, N_("It says nothing"), mend)
        for field, mend in (
            ("name", N_("Name the technology as its papers do.")),
            ("purpose", N_("Say what the sides want to get to.")),
            ("plan", N_("Name the next steps, and who takes them.")),
        )
        if not getattr(intent, field).strip()
    ]
    for field, most in (("name", LONGEST_NAME), ("purpose", LONGEST_TEXT), ("plan", LONGEST_TEXT)):  # fmt: skip
        if len(getattr(intent, field)) > most:
            found.append(
                Problem(
                    field,
                    N_("It is longer than %(most)s letters"),
                    N_("Shorten it, and attach the rest as a paper."),
                    {"most": most},
                )
            )
    if not 0 < intent.term_months <= LONGEST_MONTHS or intent.confidential_years < 0:
        found.append(
            Problem(
                "term_months",
                N_("The contract has no time of 1 to %(most)s months"),
                N_("Write how many months it runs."),
                {"most": LONGEST_MONTHS},
            )
        )
    return tuple(found)
