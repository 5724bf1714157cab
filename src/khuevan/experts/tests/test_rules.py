"""States, amounts and spans of bookings."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, strategies as st

from khuevan.experts.rules.bookings import (
    ENDS,
    LIVE,
    MOVES,
    OWNERS,
    Span,
    State,
    amount_of,
    span_of,
)

from .factories import slot


def test_every_state_is_live_with_an_owner_or_an_end():
    assert set(LIVE) | set(ENDS) == set(State)
    assert set(LIVE) & set(ENDS) == set()
    reached = {state for states, _turn in MOVES.values() for state in states}
    assert reached == set(OWNERS)


@given(rate=st.integers(0, 10**9), minutes=st.integers(0, 1440))
def test_an_amount_is_whole_dong_within_half_of_the_share(rate, minutes):
    assert abs(amount_of(rate, minutes) * 60 - rate * minutes) <= 30


@given(start=st.integers(0, 500), length=st.integers(1, 99), other=st.integers(0, 500), more=st.integers(1, 99))  # fmt: skip
def test_spans_meet_where_they_share_a_minute(start, length, other, more):
    begins = slot()
    one = span_of(begins + timedelta(minutes=start), length)
    two = span_of(begins + timedelta(minutes=other), more)
    shared = set(range(start, start + length)) & set(range(other, other + more))
    assert one.meets(two) == two.meets(one) == bool(shared)
    assert isinstance(one, Span)
