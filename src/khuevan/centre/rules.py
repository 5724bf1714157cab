"""Queues and appointments of reception points. Plain Python.

Any point takes any dossier (Decree 118/2025 Art. 14), so a busy one may name a quieter
one near by. Priority is given as the law on the elderly and on people with
disabilities asks; whom it covers is data.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from khuevan.platform.errors import N_, RuleBroken


class TicketState(StrEnum):
    """The life of a queue ticket."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    DONE = "done"
    NO_SHOW = "no_show"
    LEFT = "left"


class Priority(StrEnum):
    """Why somebody is called before others."""

    NONE = "none"
    ELDERLY = "elderly"  # người cao tuổi
    DISABLED = "disabled"  # người khuyết tật
    PREGNANT = "pregnant"  # phụ nữ mang thai, có con nhỏ
    MERIT = "merit"  # người có công


class BookingState(StrEnum):
    """The life of an appointment."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    CANCELLED = "cancelled"
    MISSED = "missed"


MOVES: dict[TicketState, frozenset[TicketState]] = {
    TicketState.WAITING: frozenset({TicketState.CALLED, TicketState.LEFT}),
    TicketState.CALLED: frozenset({TicketState.SERVING, TicketState.NO_SHOW, TicketState.WAITING}),
    TicketState.SERVING: frozenset({TicketState.DONE, TicketState.WAITING}),
    TicketState.DONE: frozenset(),
    TicketState.NO_SHOW: frozenset({TicketState.WAITING}),
    TicketState.LEFT: frozenset(),
}  # fmt: skip
OVER = frozenset({TicketState.DONE, TicketState.LEFT})
SLOT = timedelta(minutes=15)
"""How long an appointment is. Configuration."""
AHEAD_DAYS = 14
"""How far ahead people may book. Configuration."""
LATE = timedelta(minutes=30)
"""How long after its start an appointment still counts as kept. Configuration."""
TICKETS_OF_AN_ADDRESS, BOOKINGS_OF_AN_ADDRESS = 60, 10
"""How many somebody unnamed may take from one address in an hour. Configuration."""
IN_A_ROW = 2
"""How many priority tickets are called before somebody else's turn: nobody waits for ever."""


def check_move(before: TicketState, after: TicketState) -> None:
    """Refuse a move the table does not know."""
    if after not in MOVES[before]:
        raise RuleBroken(
            N_("This cannot be done now: the ticket is “%(state)s”."),
            state=before.value,
        )


@dataclass(frozen=True, slots=True)
class Waiting:
    """A waiting ticket as the order of calling sees it."""

    number: int
    taken_at: datetime
    priority: bool
    booked_for: datetime | None = None


def next_in_turn(
    waiting: Sequence[Waiting], last_called: Sequence[bool], now: datetime
) -> Waiting | None:
    """Return whose turn it is.

    Appointments whose time has come go first; then priority, but never more than two
    in a row before the one who has waited longest. Who came early for an appointment is
    called before its time only where nobody else waits: an idle desk helps nobody.
    `last_called` says of the last tickets called, latest first, whether they had
    priority.
    """
    booked = [w for w in waiting if w.booked_for]
    walked_in = [w for w in waiting if not w.booked_for]
    first_booked = min(booked, key=lambda w: (w.booked_for or now, w.number), default=None)  # fmt: skip
    due = first_booked and first_booked.booked_for and first_booked.booked_for <= now
    if due or not walked_in:
        return first_booked
    first = [w for w in walked_in if w.priority]
    others = [w for w in walked_in if not w.priority]
    enough = len(last_called) >= IN_A_ROW and all(last_called[:IN_A_ROW])
    chosen = others if others and (enough or not first) else first
    return min(chosen, key=lambda w: (w.taken_at, w.number), default=None)


def slots(spans: Iterable[tuple[time, time]]) -> list[time]:
    """Return the starts of appointments in office hours."""
    found = []
    for opens, closes in spans:
        at = timedelta(hours=opens.hour, minutes=opens.minute)
        end = timedelta(hours=closes.hour, minutes=closes.minute)
        while at + SLOT <= end:
            minutes = int(at.total_seconds()) // 60
            found.append(time(minutes // 60, minutes % 60))
            at += SLOT
    return found


def estimate(ahead: int, desks: int, mean_minutes: float) -> int:
    """Return the minutes somebody will wait with so many ahead; rounded up to 5."""
    if ahead <= 0:
        return 0
    minutes = ahead * mean_minutes / max(desks, 1)
    return int(-(-minutes // 5) * 5)
