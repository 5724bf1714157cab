"""What a petition (phản ánh, kiến nghị) is, and what may become of it.

A reflection reports a problem, a proposal adds what to do about it (Decree
20/2008/NĐ-CP). Complaints and denunciations (khiếu nại, tố cáo) go another way by law
and are turned away with the address of the right one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from khuevan.platform.errors import N_, RuleBroken


class Kind(StrEnum):
    """What somebody sends."""

    REFLECTION = "phan_anh"
    PROPOSAL = "kien_nghi"


class Category(StrEnum):
    """What it is about."""

    RULE = "rule"
    CONDUCT = "conduct"
    SYSTEM = "system"
    FIELD = "field"


class Severity(StrEnum):
    """How soon it must be handled."""

    URGENT = "urgent"
    NORMAL = "normal"
    COMPLEX = "complex"


class Channel(StrEnum):
    """By which way it came."""

    WEB = "web"
    COUNTER = "counter"
    PHONE = "phone"
    PAPER = "paper"
    IHANOI = "ihanoi"
    DVCQG = "dvcqg"


class State(StrEnum):
    """Where it stands."""

    RECEIVED = "received"
    HANDLING = "handling"
    MORE_ASKED = "more_asked"
    ANSWERED = "answered"
    PUBLISHED = "published"
    REFUSED = "refused"
    FORWARDED = "forwarded"
    MERGED = "merged"


class Move(StrEnum):
    """What somebody does to it."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    FORWARD = "forward"
    ASK = "ask"
    REPLY = "reply"
    ANSWER = "answer"
    PUBLISH = "publish"
    MERGE = "merge"
    REOPEN = "reopen"


class Refusal(StrEnum):
    """Why it is turned away."""

    COMPLAINT = "complaint"
    DENUNCIATION = "denunciation"
    COURT = "court"
    UNCLEAR = "unclear"
    SETTLED = "settled"


class Cause(StrEnum):
    """What was at the root; feeds the list of procedures to review."""

    RULE = "rule"
    PROCESS = "process"
    PERSON = "person"
    SYSTEM = "system"
    DATA = "data"
    RESOURCES = "resources"
    NONE = "none"


_OPEN = frozenset({State.RECEIVED, State.HANDLING, State.MORE_ASKED})
MOVES: Mapping[Move, tuple[frozenset[State], State]] = {
    Move.ACCEPT: (frozenset({State.RECEIVED}), State.HANDLING),
    Move.REFUSE: (_OPEN, State.REFUSED),
    Move.FORWARD: (_OPEN, State.RECEIVED),
    Move.ASK: (frozenset({State.RECEIVED, State.HANDLING}), State.MORE_ASKED),
    Move.REPLY: (frozenset({State.MORE_ASKED}), State.HANDLING),
    Move.ANSWER: (_OPEN, State.ANSWERED),
    Move.PUBLISH: (frozenset({State.ANSWERED}), State.PUBLISHED),
    Move.MERGE: (_OPEN, State.MERGED),
    Move.REOPEN: (frozenset({State.ANSWERED, State.PUBLISHED}), State.HANDLING),
}
"""From which states a move leads, and where to."""
OPEN = _OPEN
SETTLED = frozenset({State.ANSWERED, State.PUBLISHED})
OUT_OF_SCOPE = frozenset({State.REFUSED, State.MERGED, State.FORWARDED})
"""What counts nowhere as an item handled here."""
SHORTEST, LONGEST = 20, 5_000


def after(state: State, move: Move) -> State:
    """Return the state after a move; raises RuleBroken where it leads nowhere."""
    sources, target = MOVES[move]
    if state not in sources:
        raise RuleBroken(N_("This petition has moved on. Look at it again."))
    return target


def check_text(text: str, field: str = "text") -> str:
    """Return what somebody wrote, trimmed; refuse too little or too much."""
    told = unicodedata.normalize("NFC", text).strip()
    if not SHORTEST <= len(told) <= LONGEST:
        raise RuleBroken(
            N_("Write between %(least)s and %(most)s characters."),
            field=field,
            least=SHORTEST,
            most=LONGEST,
        )
    return told


_TRACES = (
    re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"),
    re.compile(r"(?<!\d)(?:\+?84|0)(?:[\s.-]?\d){8,10}(?!\d)"),
    re.compile(r"(?<!\d)\d{12}(?!\d)"),
    re.compile(r"(?<!\d)\d{9}(?!\d)"),
)


def check_public(text: str, field: str) -> str:
    """Refuse words for the public that hold a telephone, e-mail or identity number."""
    for pattern in _TRACES:
        found = pattern.search(text)
        if found:
            raise RuleBroken(
                N_(
                    "“%(found)s” looks like personal data. Take it out before publishing."
                ),
                field=field,
                found=found[0],
            )
    return check_text(text, field)


@dataclass(frozen=True, slots=True)
class Judged:
    """What one petition counts as in the indices; items out of scope count nowhere."""

    counted: bool
    settled: bool
    late: bool
    repeated: bool
    likes: int = 0
    dislikes: int = 0

    @property
    def on_time(self) -> bool:
        """Tell whether it was handled within its time (index 5.1)."""
        return self.settled and not self.late

    @property
    def due(self) -> bool:
        """Tell whether it is handled or should have been: what 5.1 divides by."""
        return self.counted and (self.settled or self.late)

    @property
    def dissatisfied(self) -> bool:
        """Tell whether index 5.2 counts it as such: 766/QĐ-TTg, group 5."""
        return self.dislikes > self.likes or self.late or self.repeated


def is_late(due_at: datetime, ended_at: datetime | None, now: datetime) -> bool:
    """Tell whether a clock ran out before its end, or before now while it runs."""
    return (ended_at or now) > due_at
