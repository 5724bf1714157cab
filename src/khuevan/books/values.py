"""What other apps and pages see of books: frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from .rules import HoldState, Kind, Line


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry with its lines; đồng, debit positive. `amount` is what it moved."""

    id: UUID
    number: int
    occurred_on: date
    entered_at: datetime
    words: str
    about: str
    lines: tuple[Line, ...]
    digest: str
    reverses: int | None = None

    @property
    def amount(self) -> int:
        return sum(line.amount for line in self.lines if line.amount > 0)


@dataclass(frozen=True, slots=True)
class HoldView:
    """A hold; `posted` is the number of the entry that moved its money."""

    key: str
    debit: str
    credit: str
    amount: int
    words: str
    about: str
    state: HoldState
    placed_at: datetime
    ends_at: datetime | None
    posted: int | None


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account and its đồng on its own side: what stands, what is set aside, what is free."""

    code: str
    name: str
    kind: Kind
    about: str
    covered: bool
    standing: int
    held: int

    @property
    def free(self) -> int:
        return self.standing - self.held
