"""What the national portal is told, in what order, and what follows from its answers."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from .states import SYNC_MOVES, Status, Sync


class Kind(StrEnum):
    """The three messages of the national interface (services.md 6.3)."""

    CREATE = "create"  # hồ sơ mới
    PROGRESS = "progress"  # CapNhatTienTrinh
    STATUS = "status"  # CapNhatTrangThai


class State(StrEnum):
    """Where a message is."""

    WAITING = "waiting"
    SENDING = "sending"
    DONE = "done"
    CONFLICT = "conflict"
    DROPPED = "dropped"


class Choice(StrEnum):
    """Whose state counts after a conflict."""

    OURS = "ours"
    THEIRS = "theirs"


UNFINISHED = (State.WAITING, State.SENDING, State.CONFLICT)
TOLD = frozenset(
    {
        "counter.step_done",
        "counter.step_assigned",
        "counter.opinion_given",
        "counter.apology_sent",
        "counter.supplement_completed",
        "counter.fee_paid",
        "counter.fee_refunded",
        "counter.finance_settled",
        "counter.action_undone",
    }
)
"""Facts that are progress even where the status stays the same."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=1)


def kind_of(fact: str, status: int | None, told: int | None) -> Kind | None:
    """Return which message a fact becomes; None where the portal need not know.

    `told` is the status of the message before; None where there was none.
    """
    if status is None:
        return None
    if fact == "counter.dossier_filed":
        return Kind.CREATE
    if status != told:
        return Kind.STATUS
    return Kind.PROGRESS if fact in TOLD else None


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after so many failed attempts: doubling, an hour at most."""
    doubled: int = 2 ** min(max(attempts - 1, 0), 12)
    return min(FIRST_WAIT * doubled, LONGEST_WAIT)


def sync_of(unfinished: Iterable[tuple[State, int]], done: int) -> Sync:
    """Return where the portal's copy is, from the messages that are not done.

    Each is its state and its failed attempts; `done` is how many were taken.
    """
    rows = list(unfinished)
    if not rows:
        return Sync.ACKNOWLEDGED if done else Sync.PENDING
    if any(state is State.CONFLICT for state, _ in rows):
        return Sync.CONFLICT
    if rows[0][1]:
        return Sync.FAILED
    return Sync.SENT if done else Sync.PENDING


def way(now: Sync, target: Sync) -> tuple[Sync, ...]:
    """Return the shortest row of allowed moves from one sync state to another."""
    queue: deque[tuple[Sync, ...]] = deque([(now,)])
    seen = {now}
    while queue:
        path = queue.popleft()
        if path[-1] is target:
            return path[1:]
        for after in sorted(SYNC_MOVES[path[-1]] - seen):
            seen.add(after)
            queue.append((*path, after))
    raise AssertionError(f"no way from {now} to {target}")


@dataclass(frozen=True, slots=True)
class Held:
    """What one side says of a dossier."""

    code: str
    procedure: str
    status: int


@dataclass(frozen=True, slots=True)
class Differs:
    """A dossier the two sides see differently; None: that side does not know it."""

    code: str
    procedure: str
    ours: int | None
    theirs: int | None


@dataclass(frozen=True, slots=True)
class Counted:
    """How many dossiers of a procedure each side has in a status."""

    procedure: str
    status: int
    ours: int
    theirs: int


def compare(ours: Sequence[Held], theirs: Sequence[Held]) -> tuple[list[Counted], list[Differs]]:  # fmt: skip
    """Return the counts by procedure and status, and each dossier that differs."""
    here = Counter((h.procedure, h.status) for h in ours)
    there = Counter((h.procedure, h.status) for h in theirs)
    counts = [
        Counted(procedure, status, here[procedure, status], there[procedure, status])
        for procedure, status in sorted(here.keys() | there.keys())
    ]
    mine, yours = {h.code: h for h in ours}, {h.code: h for h in theirs}
    differs = []
    for code in sorted(mine.keys() | yours.keys()):
        a, b = mine.get(code), yours.get(code)
        if a is None or b is None or a.status != b.status:
            known = a or b
            assert known is not None
            here_one = a.status if a else None
            there_one = b.status if b else None
            differs.append(Differs(code, known.procedure, here_one, there_one))
    return counts, differs


def may_follow(held: int | None, ours: int | None) -> bool:
    """Tell whether the city can take over what the portal holds.

    Where both say the same already, and where the applicant asked there to withdraw.
    """
    return held is not None and (held == ours or held == Status.WITHDRAWING)
