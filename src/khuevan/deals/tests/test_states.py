"""The one table of states and moves, and what it promises."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from khuevan.deals.dated import clock_on, rows
from khuevan.deals.rules.states import (
    BEFORE_CONTRACT,
    ENDS,
    LIVE,
    OWNERS,
    SIDES,
    TABLE,
    Actor,
    Move,
    Next,
    Part,
    State,
    Turn,
    check_reason,
    moves_from,
    row_of,
    turn_after,
    usual_turn,
)
from khuevan.platform.errors import RuleBroken


STARTS = (State.WITH_BROKER, State.ASKED)


def test_a_move_leads_one_way_from_a_state():
    assert len({(row.move, row.source) for row in TABLE}) == len(TABLE)


def test_every_live_state_has_an_owner_and_a_clock():
    assert set(OWNERS) == set(LIVE)
    assert {row["state"] for row in rows("clocks.toml", "clock")} == set(LIVE)
    for state in LIVE:
        assert clock_on(state, rows("clocks.toml", "clock")[0]["valid_from"]).amount > 0


def test_nothing_leads_from_an_end_and_every_state_can_be_reached():
    assert not [row for row in TABLE if row.source in ENDS]
    assert {row.target for row in TABLE} | set(STARTS) == set(State)
    assert {row.move for row in TABLE} == set(Move)


@pytest.mark.parametrize("state", LIVE)
def test_every_live_state_leads_to_an_end(state):
    seen, waiting = set(), [state]
    while waiting:
        seen.add(at := waiting.pop())
        waiting += [row.target for row in TABLE if row.source is at and row.target not in seen]  # fmt: skip
    assert seen & ENDS


@pytest.mark.parametrize("state", LIVE)
def test_whoever_has_the_turn_can_do_something_about_it(state):
    for asker in SIDES:
        turn = usual_turn(state, asker)
        able = {row.by for row in moves_from(state)}
        wanted = {
            Turn.BOTH: {Actor.SIDE},
            Turn.BROKER: {Actor.BROKER},
            Turn.STAFF: {Actor.STAFF, Actor.MEDIATOR},
            Turn.PROVIDER: {Actor.PROVIDER, Actor.ASKED, Actor.SIDE},
            Turn.RECIPIENT: {Actor.RECIPIENT, Actor.ASKED, Actor.SIDE},
        }[turn]
        assert able & wanted


def test_silence_closes_nothing_after_the_contract_took_effect():
    silent = {row.source for row in TABLE if row.move is Move.FALL_SILENT}
    assert silent == set(BEFORE_CONTRACT)
    assert not silent & {State.PERFORMING, State.REPORTING, State.DISPUTED}


@given(
    st.lists(st.tuples(st.integers(0, 50), st.sampled_from(SIDES)), max_size=60),
    st.sampled_from(STARTS),
    st.sampled_from(SIDES),
)
def test_whatever_is_done_a_live_deal_is_with_somebody_and_an_ended_one_with_nobody(steps, state, asker):  # fmt: skip
    turn = usual_turn(state, asker)
    for choice, side in steps:
        ways = moves_from(state)
        if not ways:
            break
        row = ways[choice % len(ways)]
        by_side = row.by in {Actor.SIDE, Actor.ASKER, Actor.ASKED, Actor.PROVIDER, Actor.RECIPIENT}  # fmt: skip
        turn = turn_after(row, before=turn, mover=side if by_side else None, asker=asker)  # fmt: skip
        state = row.target
        assert (turn is Turn.NOBODY) == (state in ENDS)
        if row.next is Next.OTHER:
            assert turn.value == side.other.value


@given(st.sampled_from(Move), st.sampled_from(State))
def test_what_the_table_does_not_have_is_refused_with_a_sentence(move, state):
    known = [row for row in TABLE if (row.move, row.source) == (move, state)]
    if known:
        assert row_of(move, state) is known[0]
    else:
        with pytest.raises(RuleBroken, match="moved on"):
            row_of(move, state)


def test_only_a_side_hands_the_turn_to_the_other():
    row = row_of(Move.PROPOSE_TERMS, State.NEGOTIATING)
    with pytest.raises(RuleBroken, match="two sides"):
        turn_after(row, before=Turn.BOTH, mover=Part.BROKER, asker=Part.RECIPIENT)


@pytest.mark.parametrize("words", ["", "ngắn", " " * 30, "x" * 5_001])
def test_a_reason_says_enough_and_not_too_much(words):
    with pytest.raises(RuleBroken, match="characters"):
        check_reason(words)
