from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from khuevan.indicators.rules import (
    Better,
    Period,
    Rating,
    Rule,
    Shape,
    Span,
    Trajectory,
    last_complete,
    meets,
    p_chart,
    rate,
    span_of,
    spans_between,
    worse,
    xmr_chart,
)


DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
PERIODS = st.sampled_from(Period)


@pytest.mark.parametrize(
    ("period", "span"),
    [
        (Period.LIVE, Span(date(2026, 11, 22), date(2026, 11, 22))),
        (Period.DAY, Span(date(2026, 11, 22), date(2026, 11, 22))),
        (Period.MONTH, Span(date(2026, 11, 1), date(2026, 11, 30))),
        (Period.QUARTER, Span(date(2026, 10, 1), date(2026, 12, 31))),
        (Period.YEAR, Span(date(2026, 1, 1), date(2026, 12, 31))),
    ],
)
def test_a_day_lies_in_its_period(period, span):
    assert span_of(period, date(2026, 11, 22)) == span


@given(PERIODS, DAYS, st.integers(0, 400))
def test_periods_follow_without_gap_or_overlap(period, since, length):
    until = since + timedelta(length)
    spans = spans_between(period, since, until)
    assert spans[0].start <= since
    assert spans[-1].end >= until
    assert all(a.end + timedelta(1) == b.start for a, b in pairwise(spans))


@given(PERIODS, DAYS, st.integers(1, 12))
def test_complete_periods_are_over_and_adjacent(period, until, count):
    spans = last_complete(period, count, until)
    assert len(spans) == count
    assert spans[-1].end <= until
    assert span_of(period, spans[-1].end + timedelta(1)).end > until or (
        period in {Period.LIVE, Period.DAY}
    )
    assert all(a.end + timedelta(1) == b.start for a, b in pairwise(spans))


WAY = ((date(2026, 1, 1), 50.0), (date(2026, 12, 31), 100.0))


def test_a_straight_way_is_half_done_half_way():
    way = Trajectory(WAY, Shape.LINEAR)
    assert way.expected(date(2025, 12, 31)) is None
    assert way.expected(date(2026, 1, 1)) == 50
    assert way.expected(date(2026, 7, 2)) == 75
    assert way.expected(date(2027, 5, 1)) == 100


def test_a_step_stays_until_the_next_point():
    way = Trajectory(WAY, Shape.STEP)
    assert way.expected(date(2026, 12, 30)) == 50
    assert way.expected(date(2026, 12, 31)) == 100


@given(DAYS, DAYS)
def test_a_rising_way_never_falls(one, other):
    way = Trajectory(WAY, Shape.LINEAR)
    first, second = sorted([one, other])
    if way.expected(first) is not None:
        assert way.expected(first) <= way.expected(second)


@pytest.mark.parametrize(
    ("value", "better", "rating"),
    [
        (50.0, Better.HIGHER, Rating.GREEN),
        (48.0, Better.HIGHER, Rating.AMBER),
        (44.9, Better.HIGHER, Rating.RED),
        (50.0, Better.LOWER, Rating.GREEN),
        (55.0, Better.LOWER, Rating.AMBER),
        (55.1, Better.LOWER, Rating.RED),
        (None, Better.HIGHER, Rating.NONE),
    ],
)
def test_a_figure_is_rated_against_its_way(value, better, rating):
    way = Trajectory(WAY, Shape.STEP, margin=5)
    assert rate(value, way, date(2026, 6, 1), better) is rating


def test_without_a_target_nothing_is_met():
    assert rate(50, None, date(2026, 6, 1), Better.HIGHER) is Rating.NONE
    assert not meets(50, None, Better.HIGHER)
    assert not meets(None, 50, Better.LOWER)


def test_worse_depends_on_which_way_is_better():
    assert worse(90, 80, Better.HIGHER)
    assert worse(80, 90, Better.LOWER)
    assert not worse(80, 80, Better.LOWER)


def test_xmr_limits_follow_the_moving_range():
    values = [10, 12, 11, 13, 10, 12, 11, 13]
    chart = xmr_chart(values)
    assert chart.points[0].centre == 11.5
    moving_range = (2 + 1 + 2 + 3 + 2 + 1 + 2) / 7
    assert chart.points[0].upper == pytest.approx(11.5 + 3 / 1.128 * moving_range)
    assert not chart.signals


def test_a_point_far_out_is_a_signal():
    chart = xmr_chart([10, 11, 10, 11, 10, 11, 10, 11, 10, 30])
    assert chart.points[-1].rules == (1,)


def test_nine_on_one_side_are_a_signal():
    chart = xmr_chart([1.0] * 9 + [3, 2.9] * 5)
    assert all(2 in point.rules for point in chart.points[:9])


def test_eight_on_one_side_are_chance():
    chart = xmr_chart([1.0, 1.1] * 4 + [3, 2.9] * 4)
    assert not any(2 in point.rules for point in chart.points)


def test_six_in_one_direction_are_a_signal():
    chart = xmr_chart([5, 5, 1, 2, 3, 4, 5, 6, 5, 5])
    assert [3 in p.rules for p in chart.points] == [False] * 2 + [True] * 6 + [
        False
    ] * 2


def test_five_in_one_direction_are_chance():
    chart = xmr_chart([5, 5, 1, 2, 3, 4, 5, 5, 5, 5])
    assert not any(3 in point.rules for point in chart.points)


def test_limits_of_shares_narrow_with_size():
    chart = p_chart([(50, 100)] * 8 + [(5000, 10000)], scale=100)
    small, large = chart.points[0], chart.points[-1]
    assert small.centre == 50
    assert small.upper == pytest.approx(65)
    assert large.upper == pytest.approx(51.5)


def test_too_few_points_have_no_limits():
    assert xmr_chart([1.0] * 7) is None
    assert p_chart([(1, 2)] * 7) is None


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(50, 90)), min_size=8))
def test_limits_of_shares_stay_between_nothing_and_all(parts):
    for point in p_chart(parts).points:
        assert 0 <= point.lower <= point.centre + 1e-9
        assert point.centre - 1e-9 <= point.upper <= 1


@given(st.floats(-1e6, 1e6), st.integers(8, 30))
def test_what_never_moves_is_never_a_signal(value, count):
    assert not xmr_chart([value] * count).signals


def test_signals_stand_where_their_points_stand():
    chart = xmr_chart([10, 11, 10, 11, 10, 11, 10, 11, 10, 30])
    places = [True, False, *[True] * 8, False, True]
    spread = chart.spread(places)
    found = [(s.rule, s.first, s.last) for s in spread.signals]
    assert found == [(Rule.ONE_SIDE, 0, 9), (Rule.BEYOND, 11, 11)]
    assert spread.points[11].value == 30
    assert [point is None for point in spread.points] == [not place for place in places]
