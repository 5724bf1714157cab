"""The states of a deal and every move between them: one table.

Each state has somebody who is to act next; `data/clocks.toml` says until when. Nothing
else in this app decides what may follow what.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from khuevan.platform.errors import N_, RuleBroken


class Part(StrEnum):
    """Who somebody is in a deal."""

    PROVIDER = "provider"  # bên giao
    RECIPIENT = "recipient"  # bên nhận
    BROKER = "broker"  # bên môi giới

    @property
    def other(self) -> Part:
        """Return the other of the two sides."""
        return Part.RECIPIENT if self is Part.PROVIDER else Part.PROVIDER


SIDES = (Part.PROVIDER, Part.RECIPIENT)


class State(StrEnum):
    """Where a deal stands."""

    WITH_BROKER = "with_broker"
    ASKED = "asked"
    INTRODUCED = "introduced"
    CONFIDENTIAL = "confidential"
    NEGOTIATING = "negotiating"
    CONTRACTING = "contracting"
    PERFORMING = "performing"
    REPORTING = "reporting"
    DISPUTED = "disputed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    SILENT = "silent"
    CLOSED = "closed"
    TERMINATED = "terminated"


class Turn(StrEnum):
    """Who is to act next."""

    PROVIDER = "provider"
    RECIPIENT = "recipient"
    BOTH = "both"
    BROKER = "broker"
    STAFF = "staff"
    NOBODY = "nobody"


class Actor(StrEnum):
    """As what somebody may make a move."""

    ASKER = "asker"
    ASKED = "asked"
    SIDE = "side"
    PROVIDER = "provider"
    RECIPIENT = "recipient"
    BROKER = "broker"
    STAFF = "staff"
    MEDIATOR = "mediator"
    SYSTEM = "system"


class Move(StrEnum):
    """What somebody does."""

    INTRODUCE = "introduce"
    ACCEPT = "accept"
    DECLINE = "decline"
    SIGN_NDA = "sign_nda"
    OPEN_ROOM = "open_room"
    PUT_FILE = "put_file"
    CALL_MEETING = "call_meeting"
    WRITE_MINUTES = "write_minutes"
    DRAFT_MEMORANDUM = "draft_memorandum"
    AGREE_MEMORANDUM = "agree_memorandum"
    PROPOSE_TERMS = "propose_terms"
    TAKE_BACK_TERMS = "take_back_terms"
    AGREE_TERMS = "agree_terms"
    NOTE_SIGNED = "note_signed"
    NOTE_REGISTERED = "note_registered"
    CALLED_OFF = "called_off"
    REOPEN_TERMS = "reopen_terms"
    TAKE_EFFECT = "take_effect"
    PROPOSE_CHANGE = "propose_change"
    TAKE_BACK_CHANGE = "take_back_change"
    AGREE_CHANGE = "agree_change"
    DROP_CHANGE = "drop_change"
    AMEND = "amend"
    DELIVER = "deliver"
    ACCEPT_WORK = "accept_work"
    SEND_BACK = "send_back"
    END_WORK = "end_work"
    FILE_REPORT = "file_report"
    ROYALTY_PAID = "royalty_paid"
    ROYALTY_LOST = "royalty_lost"
    ASK_END = "ask_end"
    REFUSE_END = "refuse_end"
    DISPUTE = "dispute"
    NAME_MEDIATOR = "name_mediator"
    RESUME = "resume"
    CLOSE = "close"
    TERMINATE = "terminate"
    WITHDRAW = "withdraw"
    REMIND = "remind"
    HAND_TO_STAFF = "hand_to_staff"
    GIVE_BACK = "give_back"
    FALL_SILENT = "fall_silent"


class Next(StrEnum):
    """Who has it after a move."""

    USUAL = "usual"  # as the state's owner
    OTHER = "other"  # the side that did not make the move
    SAME = "same"  # as before
    PROVIDER = "provider"
    RECIPIENT = "recipient"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Row:
    """One way from a state: by whom, where to, and who has it then."""

    move: Move
    source: State
    by: Actor
    target: State
    next: Next = Next.USUAL


ENDS = frozenset(
    {State.DECLINED, State.WITHDRAWN, State.SILENT, State.CLOSED, State.TERMINATED}
)
LIVE = tuple(state for state in State if state not in ENDS)
BEFORE_CONTRACT = (
    State.WITH_BROKER, State.ASKED, State.INTRODUCED, State.CONFIDENTIAL,
    State.NEGOTIATING, State.CONTRACTING,
)  # fmt: skip
TOGETHER = (
    State.INTRODUCED, State.CONFIDENTIAL, State.NEGOTIATING, State.CONTRACTING,
    State.PERFORMING, State.REPORTING, State.DISPUTED,
)  # fmt: skip
"""States in which both sides know each other."""
ROOM_OPEN = TOGETHER[1:]
"""States in which what is in the data room may be read."""
BOUND = (State.PERFORMING, State.REPORTING)
IN_EFFECT = (*BOUND, State.DISPUTED)
"""States in which the contract is in effect: what was agreed meanwhile may come to hold."""


def _stay(
    move: Move, states: Iterable[State], by: Actor, then: Next = Next.SAME
) -> Iterator[Row]:
    return (Row(move, state, by, state, then) for state in states)


_S, _M, _A = State, Move, Actor
TABLE: tuple[Row, ...] = (
    Row(_M.INTRODUCE, _S.WITH_BROKER, _A.BROKER, _S.ASKED),
    Row(_M.DECLINE, _S.WITH_BROKER, _A.BROKER, _S.DECLINED),
    Row(_M.WITHDRAW, _S.WITH_BROKER, _A.ASKER, _S.WITHDRAWN),
    Row(_M.ACCEPT, _S.ASKED, _A.ASKED, _S.INTRODUCED),
    Row(_M.DECLINE, _S.ASKED, _A.ASKED, _S.DECLINED),
    Row(_M.WITHDRAW, _S.ASKED, _A.ASKER, _S.WITHDRAWN),
    Row(_M.SIGN_NDA, _S.INTRODUCED, _A.SIDE, _S.INTRODUCED, Next.OTHER),
    Row(_M.OPEN_ROOM, _S.INTRODUCED, _A.SIDE, _S.CONFIDENTIAL),
    Row(_M.DRAFT_MEMORANDUM, _S.CONFIDENTIAL, _A.SIDE, _S.CONFIDENTIAL),
    Row(_M.AGREE_MEMORANDUM, _S.CONFIDENTIAL, _A.SIDE, _S.NEGOTIATING),
    Row(_M.PROPOSE_TERMS, _S.NEGOTIATING, _A.SIDE, _S.NEGOTIATING, Next.OTHER),
    Row(_M.TAKE_BACK_TERMS, _S.NEGOTIATING, _A.SIDE, _S.NEGOTIATING),
    Row(_M.AGREE_TERMS, _S.NEGOTIATING, _A.SIDE, _S.CONTRACTING),
    Row(_M.NOTE_SIGNED, _S.CONTRACTING, _A.STAFF, _S.CONTRACTING),
    Row(_M.NOTE_REGISTERED, _S.CONTRACTING, _A.STAFF, _S.CONTRACTING),
    Row(_M.CALLED_OFF, _S.CONTRACTING, _A.STAFF, _S.CONTRACTING),
    Row(_M.REOPEN_TERMS, _S.CONTRACTING, _A.SIDE, _S.NEGOTIATING),
    Row(_M.TAKE_EFFECT, _S.CONTRACTING, _A.STAFF, _S.PERFORMING),
    Row(_M.DELIVER, _S.PERFORMING, _A.PROVIDER, _S.PERFORMING, Next.RECIPIENT),
    Row(_M.ACCEPT_WORK, _S.PERFORMING, _A.RECIPIENT, _S.PERFORMING),
    Row(_M.SEND_BACK, _S.PERFORMING, _A.RECIPIENT, _S.PERFORMING),
    Row(_M.END_WORK, _S.PERFORMING, _A.SYSTEM, _S.REPORTING),
    Row(_M.CLOSE, _S.PERFORMING, _A.SYSTEM, _S.CLOSED),
    Row(_M.FILE_REPORT, _S.REPORTING, _A.RECIPIENT, _S.REPORTING),
    Row(_M.ROYALTY_PAID, _S.REPORTING, _A.SYSTEM, _S.REPORTING),
    Row(_M.ROYALTY_LOST, _S.REPORTING, _A.SYSTEM, _S.REPORTING, Next.RECIPIENT),
    Row(_M.CLOSE, _S.REPORTING, _A.SYSTEM, _S.CLOSED),
    *(row for state in TOGETHER if state in BEFORE_CONTRACT
      for row in (Row(_M.WITHDRAW, state, _A.SIDE, _S.WITHDRAWN),)),
    *(row for state in BOUND for row in (
        Row(_M.ASK_END, state, _A.SIDE, state, Next.OTHER),
        Row(_M.REFUSE_END, state, _A.SIDE, state),
        Row(_M.TERMINATE, state, _A.SIDE, _S.TERMINATED),
        Row(_M.DISPUTE, state, _A.SIDE, _S.DISPUTED),
    )),
    *_stay(_M.PROPOSE_CHANGE, BOUND, _A.SIDE),
    *_stay(_M.TAKE_BACK_CHANGE, BOUND, _A.SIDE),
    *_stay(_M.AGREE_CHANGE, BOUND, _A.SIDE),
    *_stay(_M.DROP_CHANGE, IN_EFFECT, _A.SIDE),
    *_stay(_M.AMEND, IN_EFFECT, _A.STAFF),
    *_stay(_M.NAME_MEDIATOR, [_S.DISPUTED], _A.STAFF),
    Row(_M.RESUME, _S.DISPUTED, _A.MEDIATOR, _S.PERFORMING),
    Row(_M.TERMINATE, _S.DISPUTED, _A.MEDIATOR, _S.TERMINATED),
    *_stay(_M.CALL_MEETING, TOGETHER, _A.SIDE),
    *_stay(_M.WRITE_MINUTES, TOGETHER, _A.SIDE),
    *_stay(_M.PUT_FILE, ROOM_OPEN, _A.SIDE),
    *_stay(_M.REMIND, LIVE, _A.SYSTEM),
    *_stay(_M.HAND_TO_STAFF, LIVE, _A.SYSTEM, Next.STAFF),
    *_stay(_M.GIVE_BACK, LIVE, _A.STAFF, Next.USUAL),
    *(Row(_M.FALL_SILENT, state, _A.SYSTEM, _S.SILENT) for state in BEFORE_CONTRACT),
)  # fmt: skip
"""Every move there is. No two rows have the same move and the same source."""
OWNERS: dict[State, Actor] = {
    State.WITH_BROKER: Actor.BROKER,
    State.ASKED: Actor.ASKED,
    State.INTRODUCED: Actor.SIDE,
    State.CONFIDENTIAL: Actor.SIDE,
    State.NEGOTIATING: Actor.SIDE,
    State.CONTRACTING: Actor.SIDE,
    State.PERFORMING: Actor.PROVIDER,
    State.REPORTING: Actor.RECIPIENT,
    State.DISPUTED: Actor.STAFF,
}
"""Who is to act in a state unless a move says otherwise."""
BINDING = frozenset(
    {
        Move.SIGN_NDA,
        Move.OPEN_ROOM,
        Move.AGREE_MEMORANDUM,
        Move.AGREE_TERMS,
        Move.REOPEN_TERMS,
        Move.AGREE_CHANGE,
        Move.DROP_CHANGE,
        Move.TERMINATE,
    }
)
SIGNS_OF_LIFE = frozenset(Move) - {
    Move.REMIND, Move.HAND_TO_STAFF, Move.FALL_SILENT, Move.NAME_MEDIATOR
}  # fmt: skip
"""Moves after which the clock starts again and nobody counts as silent."""
_ROWS = {(row.move, row.source): row for row in TABLE}
SHORTEST_REASON, LONGEST_WORDS = 10, 5_000


def binds(move: Move, state: State) -> bool:
    """Tell whether a move is for people who may bind their side.

    Anybody who acts for a side leaves a talk; who leaves what was agreed binds it.
    """
    return move in BINDING or (move is Move.WITHDRAW and state is State.CONTRACTING)


def row_of(move: Move, state: State) -> Row:
    """Return the way a move leads from a state; RuleBroken where it leads nowhere."""
    found = _ROWS.get((move, state))
    if found is None:
        raise RuleBroken(N_("The deal has moved on. Look at its page again."))
    return found


def moves_from(state: State) -> list[Row]:
    """Return every way from a state, in the order of the table."""
    return [row for row in TABLE if row.source is state]


def turn_after(row: Row, *, before: Turn, mover: Part | None, asker: Part) -> Turn:
    """Return who is to act next; `mover` is the side that made the move, if one did."""
    if row.target in ENDS:
        return Turn.NOBODY
    if row.next is Next.SAME:
        # Whoever shows a sign of life takes the deal back from the exchange's people.
        revived = before is Turn.STAFF and row.move in SIGNS_OF_LIFE
        return usual_turn(row.target, asker) if revived else before
    if row.next is Next.OTHER:
        if mover not in SIDES:
            raise RuleBroken(N_("Only one of the two sides can do this."))
        return Turn(mover.other.value)
    if row.next is not Next.USUAL:
        return Turn(row.next.value)
    return usual_turn(row.target, asker)


def usual_turn(state: State, asker: Part) -> Turn:
    """Return who is to act in a state by itself."""
    owner = OWNERS[state]
    if owner is Actor.ASKED:
        return Turn(asker.other.value)
    return Turn.BOTH if owner is Actor.SIDE else Turn(owner.value)


def check_reason(words: str, field: str = "words") -> str:
    """Return reasons or a report, trimmed; refuse too few for anybody to act on."""
    told = words.strip()
    if not SHORTEST_REASON <= len(told) <= LONGEST_WORDS:
        raise RuleBroken(
            N_("Say it in %(least)s to %(most)s characters, so that the others know what to do."),
            field=field, least=SHORTEST_REASON, most=LONGEST_WORDS,
        )  # fmt: skip
    return told
