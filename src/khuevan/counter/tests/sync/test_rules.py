"""The rules of the exchange: waits, what is told, states, comparing."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import (
    given,
    strategies as st,
)

from khuevan.counter.rules.states import Sync
from khuevan.counter.rules.syncing import (
    Held,
    Kind,
    State,
    compare,
    kind_of,
    sync_of,
    wait_after,
    way,
)


def test_waits_double_up_to_an_hour():
    assert [wait_after(n).seconds for n in (1, 2, 3)] == [10, 20, 40]
    assert wait_after(99) == timedelta(hours=1)


def test_only_what_moves_or_is_progress_is_told():
    assert kind_of("counter.dossier_filed", 1, None) is Kind.CREATE
    assert kind_of("counter.dossier_accepted", 2, 1) is Kind.STATUS
    assert kind_of("counter.step_done", 4, 4) is Kind.PROGRESS
    assert kind_of("counter.application_read", 4, 4) is None
    assert kind_of("counter.draft_saved", None, None) is None


@given(st.sampled_from(Sync), st.sampled_from(Sync))
def test_there_is_a_way_from_every_sync_state_to_every_other(now, target):
    path = way(now, target)
    assert not path or path[-1] is target


def test_the_sync_state_follows_the_messages():
    waiting, conflict = (State.WAITING, 0), (State.CONFLICT, 1)
    assert sync_of([], 3) is Sync.ACKNOWLEDGED
    assert sync_of([], 0) is Sync.PENDING
    assert sync_of([waiting], 0) is Sync.PENDING
    assert sync_of([waiting], 1) is Sync.SENT
    assert sync_of([(State.WAITING, 2), waiting], 1) is Sync.FAILED
    assert sync_of([conflict, waiting], 1) is Sync.CONFLICT


HELD = st.lists(
    st.builds(Held, st.sampled_from("abcdef"), st.sampled_from("pq"), st.integers(1, 10)),
    max_size=6, unique_by=lambda h: h.code,
)  # fmt: skip


@given(HELD, HELD)
def test_counts_add_up_and_equal_sides_do_not_differ(ours, theirs):
    counts, differs = compare(ours, theirs)
    assert sum(c.ours for c in counts) == len(ours)
    assert sum(c.theirs for c in counts) == len(theirs)
    assert (not differs) or set(ours) != set(theirs)
    assert compare(ours, ours)[1] == []
