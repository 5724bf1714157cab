"""The states of a booking and every move between them: one table.

Each state has somebody who is to act next; `data/rules.toml` says until when. Nothing
else in this app decides what may follow what.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from khuevan.platform.errors import N_, RuleBroken


class State(StrEnum):
    """Where a booking stands."""

    ASKED = "asked"
    PROPOSED = "proposed"  # the expert named another time
    AGREED = "agreed"
    REPORTED = "reported"  # held; the expert's minutes are there
    DISPUTED = "disputed"
    OWED = "owed"  # confirmed, and not paid yet
    CLOSED = "closed"
    DECLINED = "declined"
    CALLED_OFF = "called_off"
    LAPSED = "lapsed"  # nobody answered


class Turn(StrEnum):
    """Who is to act next."""

    EXPERT = "expert"
    ASKER = "asker"
    NOBODY = "nobody"


class Move(StrEnum):
    """What somebody does."""

    ASK = "ask"
    ACCEPT = "accept"
    PROPOSE = "propose"
    TAKE = "take"
    DECLINE = "decline"
    CALL_OFF = "call_off"
    REPORT = "report"
    AMEND = "amend"
    CONFIRM = "confirm"
    DISPUTE = "dispute"
    SETTLE = "settle"
    PAY = "pay"
    REMIND = "remind"
    HAND_OVER = "hand_over"
    LAPSE = "lapse"


OWNERS = {
    State.ASKED: Turn.EXPERT,
    State.PROPOSED: Turn.ASKER,
    State.AGREED: Turn.EXPERT,
    State.REPORTED: Turn.ASKER,
    State.DISPUTED: Turn.EXPERT,
    State.OWED: Turn.ASKER,
}
"""Who is to act in each live state; an ended one waits for nobody."""

_UNANSWERED = (State.ASKED, State.PROPOSED)
MOVES: dict[Move, tuple[tuple[State, ...], Turn | None]] = {
    Move.ACCEPT: ((State.ASKED,), Turn.EXPERT),
    Move.PROPOSE: ((State.ASKED,), Turn.EXPERT),
    Move.DECLINE: (_UNANSWERED, Turn.EXPERT),
    Move.TAKE: ((State.PROPOSED,), Turn.ASKER),
    Move.CALL_OFF: ((*_UNANSWERED, State.AGREED), None),
    Move.REPORT: ((State.AGREED,), Turn.EXPERT),
    Move.AMEND: ((State.DISPUTED,), Turn.EXPERT),
    Move.CONFIRM: ((State.REPORTED,), Turn.ASKER),
    Move.DISPUTE: ((State.REPORTED,), Turn.ASKER),
    Move.SETTLE: ((State.REPORTED, State.DISPUTED), None),
    Move.PAY: ((State.OWED,), None),
    Move.LAPSE: (_UNANSWERED, None),
}
"""From which states a move leads on, and whose it is; None is said by `access`."""

LIVE = tuple(OWNERS)
ENDS = tuple(state for state in State if state not in OWNERS)
TAKES_TIME = (State.AGREED, State.REPORTED, State.DISPUTED, State.OWED, State.CLOSED)
"""States in which the expert's time is taken: nobody else gets it."""

MOST_TIMES = 3
SHORTEST, LONGEST = 30, 480
"""Times one may name, and minutes a booking lasts. Guards, not rules of law."""
CHASED_TWICE = 2


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when, both aware."""

    start: datetime
    end: datetime

    def meets(self, other: Span) -> bool:
        """Tell whether two spans share time; one may begin where another ends."""
        return self.start < other.end and other.start < self.end


def span_of(start: datetime, minutes: int) -> Span:
    """Return the time a booking takes."""
    return Span(start, start + timedelta(minutes=minutes))


def check_move(state: State, move: Move) -> None:
    """Refuse what comes too early or too late."""
    if state not in MOVES[move][0]:
        raise RuleBroken(N_("This cannot be done with the booking as it stands now; reload its page."))  # fmt: skip


def check_times(starts: Sequence[datetime], minutes: int, now: datetime) -> None:
    """Refuse times that are past, none or too many, or a booking too short or long."""
    if not 1 <= len(starts) <= MOST_TIMES:
        raise RuleBroken(N_("Name one to %(most)s times."), field="start_1", most=MOST_TIMES)  # fmt: skip
    if any(start <= now for start in starts):
        raise RuleBroken(N_("Each time lies ahead."), field="start_1")
    if not SHORTEST <= minutes <= LONGEST:
        raise RuleBroken(
            N_("A booking takes between %(least)s and %(most)s minutes."),
            field="minutes", least=SHORTEST, most=LONGEST,
        )  # fmt: skip


def check_worked(minutes: int) -> None:
    """Refuse minutes of work nobody can have worked at one booking."""
    if not 0 <= minutes <= 3 * LONGEST:
        raise RuleBroken(
            N_("Between 0 and %(most)s minutes of work are taken."), field="worked", most=3 * LONGEST,
        )  # fmt: skip


def check_words(text: str, field: str, least: int = 10) -> str:
    """Return what was said, without blanks around it; refuse what says nothing."""
    if len(text.strip()) < least:
        raise RuleBroken(N_("Say it in at least %(least)s characters."), field=field, least=least)  # fmt: skip
    return text.strip()


def amount_of(rate: int, minutes: int) -> int:
    """Return what minutes at a rate for an hour come to, in whole đồng, halves up."""
    return (rate * minutes + 30) // 60
