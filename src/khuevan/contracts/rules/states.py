"""The life of a contract: its states, who has it in each, and what may follow."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from enum import StrEnum

from khuevan.platform.errors import N_, RuleBroken


class State(StrEnum):
    """Where a contract is. In `signed` it binds nobody until the State has answered."""

    DRAWN_UP = "drawn_up"
    HALF_SIGNED = "half_signed"
    SIGNED = "signed"
    IN_FORCE = "in_force"
    ENDED = "ended"
    CANCELLED = "cancelled"


class Ending(StrEnum):
    """Why a contract in force ended."""

    TERM_OVER = "term_over"
    COMPLETED = "completed"
    TERMINATED = "terminated"
    AMENDED = "amended"


class Owner(StrEnum):
    """Who has to do something next."""

    BOTH = "both"
    GIVER = "giver"
    TAKER = "taker"
    AUTHORITY = "authority"
    NOBODY = "nobody"


_S = State
MOVES: dict[State, frozenset[State]] = {
    _S.DRAWN_UP: frozenset({_S.HALF_SIGNED, _S.CANCELLED}),
    _S.HALF_SIGNED: frozenset({_S.SIGNED, _S.IN_FORCE, _S.CANCELLED}),
    _S.SIGNED: frozenset({_S.IN_FORCE, _S.CANCELLED}),
    _S.IN_FORCE: frozenset({_S.ENDED}),
    _S.ENDED: frozenset(),
    _S.CANCELLED: frozenset(),
}
LIVE = (_S.DRAWN_UP, _S.HALF_SIGNED, _S.SIGNED, _S.IN_FORCE)
"""States in which a thing has this contract and no other."""
OPEN = (_S.DRAWN_UP, _S.HALF_SIGNED)
"""States in which it waits for signatures."""


def check_move(before: State, after: State) -> None:
    """Refuse a move the table does not know."""
    if after not in MOVES[before]:
        raise RuleBroken(N_("This contract is past that, or not there yet. Look at its page for where it stands."))  # fmt: skip


def plus_months(day: date, months: int) -> date:
    """Return the same day so many months on; a month too short gives its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
