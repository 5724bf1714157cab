"""The arithmetic of the funnel."""

from __future__ import annotations

from hypothesis import given, strategies as st

from khuevan.results.rules.funnel import funnel


ORDER = ("seen", "asked", "met", "signed")


def test_each_step_tells_its_share_what_was_lost_and_what_is_open():
    found = funnel(ORDER, {"seen": 100, "asked": 20, "met": 10, "signed": 4}, {"asked": 7, "met": 2})  # fmt: skip
    asked = found.steps[1]
    assert (asked.share, asked.onward, asked.lost, asked.open) == (0.2, 10, 7, 3)
    assert found.worst == asked
    assert found.share_of("signed", "asked") == 0.2


def test_a_share_of_nothing_is_none_and_not_nought():
    found = funnel(ORDER, {}, {})
    assert [step.share for step in found.steps] == [None, None, None, None]
    assert found.share_of("signed", "asked") is None
    assert found.worst is None


def test_of_two_steps_that_lose_as_many_the_earlier_is_told():
    found = funnel(ORDER, {"asked": 9, "met": 5, "signed": 1}, {"asked": 3, "met": 3})
    assert found.worst == found.steps[1]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=3, max_size=3))  # fmt: skip
def test_nothing_gets_lost_in_a_funnel(parts):
    """Build counts from what went on and what stopped, and find them again."""
    counts, lost, number = {"seen": 1000}, {}, 0
    for name, (stopped, still) in reversed(list(zip(ORDER[1:], parts, strict=True))):
        number += stopped + still
        counts[name], lost[name] = number, stopped
    found = funnel(ORDER, counts, lost)
    for step, (stopped, still) in zip(found.steps[1:], parts, strict=True):
        assert (step.lost, step.open) == (stopped, still)
        assert step.onward + step.lost + step.open == step.count
