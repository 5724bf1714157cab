from __future__ import annotations

import pytest
from defusedxml import ElementTree
from hypothesis import given, strategies as st

from khuevan.analytics.public import Rule, control_chart_svg, p_chart, xmr_chart


CALM = [10, 11, 10, 9, 10, 10, 11, 9, 9, 10]


def _rules(chart):
    return [(s.rule, s.first, s.last) for s in chart.signals]


def test_limits_of_single_figures_come_from_moving_ranges():
    # Wheeler's textbook arithmetic: mean 10.2, mean range 16 / 9.
    chart = xmr_chart([10, 12, 10, 9, 11, 10, 8, 11, 12, 9])
    reach = 3 / 1.128 * sum(chart.ranges) / 9
    assert chart.centre == pytest.approx(10.2)
    assert sum(chart.ranges) == 17
    assert chart.points[0].upper == pytest.approx(10.2 + reach)
    assert chart.points[0].lower == pytest.approx(10.2 - reach)
    assert chart.range_limit == pytest.approx(3.267 * 17 / 9)


def test_a_point_beyond_the_limits_is_a_signal():
    assert (Rule.BEYOND, 10, 10) in _rules(xmr_chart([*CALM, 30]))
    assert _rules(xmr_chart(CALM)) == []


def test_nine_on_one_side_are_a_signal_and_eight_are_not():
    assert (Rule.ONE_SIDE, 0, 8) in _rules(xmr_chart([1, 2] * 4 + [1] + [9, 8] * 5))
    chart = xmr_chart([1, 2] * 4 + [9, 8] * 4)
    assert Rule.ONE_SIDE not in {s.rule for s in chart.signals}


def test_fourteen_that_go_up_and_down_are_a_signal_and_thirteen_are_not():
    assert _rules(xmr_chart([1, 3] * 7)) == [(Rule.ALTERNATING, 0, 13)]
    assert _rules(xmr_chart(([1, 3] * 7)[:13])) == []


def test_six_that_move_in_one_direction_are_a_signal_and_five_are_not():
    assert (Rule.ONE_WAY, 2, 7) in _rules(xmr_chart([5, 5, 1, 2, 3, 4, 5, 6, 5, 5]))
    five = xmr_chart([5, 5, 1, 2, 3, 4, 5, 5, 5, 5])
    assert Rule.ONE_WAY not in {s.rule for s in five.signals}


def test_shares_have_wider_limits_where_fewer_are_counted():
    chart = p_chart([(5, 10), (50, 100)] * 5)
    few, many = chart.points[:2]
    assert few.upper - few.lower > many.upper - many.lower
    assert many.upper == pytest.approx(0.5 + 3 * (0.25 / 100) ** 0.5)
    assert _rules(p_chart([(50, 100)] * 8 + [(90, 100)])) == [(Rule.BEYOND, 8, 8)]


def test_too_few_points_say_nothing():
    assert xmr_chart([1.0] * 7) is None
    assert p_chart([(1, 2)] * 7) is None


def test_a_share_above_its_whole_is_a_fault_of_the_program():
    with pytest.raises(ValueError, match="part of a positive whole"):
        p_chart([(3, 2)])


@given(st.lists(st.floats(-1e6, 1e6), min_size=8, max_size=40), st.floats(-1e3, 1e3))
def test_a_series_that_never_changes_has_no_signal(values, level):
    assert xmr_chart([level] * len(values)).signals == ()


def test_the_drawing_is_xml_and_says_what_it_shows():
    chart = xmr_chart([*CALM[:8], 30])
    labels = [f"tháng {n} & <b>" for n in range(9)]
    drawn = control_chart_svg(chart, labels, title="Ngày chờ")
    root = ElementTree.fromstring(drawn)
    texts = [element.text for element in root]
    assert texts[:2] == [
        "Ngày chờ",
        "tháng 8 & <b>: the figure lies beyond its limits.",
    ]
    assert "style=" not in drawn
