"""Scores, periods, verdicts, support, and what is read from lines."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given, strategies as st

from khuevan.dtmarket.dated import limits_on
from khuevan.dtmarket.rules.problems import (
    MOVES,
    Criterion,
    Score,
    State,
    after,
    check_criteria,
    check_shortlist,
    scorers_of,
    total,
)
from khuevan.dtmarket.rules.trials import (
    Metric,
    Reading,
    check_metrics,
    check_period,
    check_success,
    last_day,
    readings_from,
    support,
    verdicts,
)
from khuevan.platform.errors import InputRefused, RuleBroken

from .factories import CRITERIA, METRICS


LIMITS = limits_on(date(2026, 7, 2))
START, END = date(2026, 3, 1), date(2026, 8, 31)


@given(st.sampled_from(list(State)), st.sampled_from(list(State)))
def test_only_moves_of_the_table_are_made(state, to):
    if to in MOVES[state]:
        assert after(state, to) is to
    else:
        with pytest.raises(RuleBroken):
            after(state, to)


def test_every_state_can_be_reached_and_left_or_is_an_end():
    reached = {to for targets in MOVES.values() for to in targets} | {State.OPEN}
    assert reached == set(State)
    assert {s for s, targets in MOVES.items() if not targets} == {
        State.ORDERED,
        State.ENDED,
    }


def test_the_total_is_the_weighted_mean_of_all_scorers():
    one, two = uuid4(), uuid4()
    scores = [
        Score(one, "Độ chính xác", 80, ""),
        Score(two, "Độ chính xác", 60, ""),
        Score(one, "Chi phí", 50, ""),
    ]
    assert total(CRITERIA, scores) == Decimal("62.00")
    assert scorers_of(CRITERIA, scores) == 1
    assert total(CRITERIA, scores[:2]) is None


@pytest.mark.parametrize(
    "criteria",
    [(), (Criterion("A", 99),), (Criterion("A", 50), Criterion("a ", 50)), (Criterion(" ", 100),), (Criterion("A", 110), Criterion("B", -10))],
)  # fmt: skip
def test_criteria_that_judge_nothing_are_refused(criteria):
    with pytest.raises(RuleBroken):
        check_criteria(criteria)


@given(st.lists(st.integers(0, 100), min_size=2, max_size=8), st.data())
def test_a_short_list_never_passes_over_a_better_answer(points, data):
    totals = {uuid4(): Decimal(p) for p in points}
    chosen = data.draw(st.lists(st.sampled_from(list(totals)), min_size=1, unique=True))
    worst = min(totals[key] for key in chosen)
    passed_over = [v for k, v in totals.items() if k not in chosen and v > worst]
    if passed_over:
        with pytest.raises(RuleBroken, match="scored better"):
            check_shortlist(totals, chosen, "x" * 20)
    else:
        check_shortlist(totals, chosen, "x" * 20)


def test_a_trial_lasts_a_year_at_most():
    assert last_day(date(2026, 7, 2), LIMITS) == date(2027, 7, 1)
    assert last_day(date(2028, 2, 29), LIMITS) == date(2029, 2, 27)
    check_period(date(2026, 7, 2), date(2027, 7, 1), LIMITS)
    for end in (date(2027, 7, 2), date(2026, 7, 2), date(2026, 7, 1)):
        with pytest.raises(RuleBroken):
            check_period(date(2026, 7, 2), end, LIMITS)


@given(st.integers(0, 10**13), st.integers(0, 2 * 10**10))
def test_support_stays_within_both_caps(audited, already):
    paid = support(audited, already, LIMITS)
    assert paid >= 0
    assert paid * 100 <= audited * 30
    assert paid == 0 or paid + already <= 15_000_000_000


def test_support_by_hand():
    assert support(1_000_000_000, 0, LIMITS) == 300_000_000
    assert support(60_000_000_000, 0, LIMITS) == 15_000_000_000
    assert support(60_000_000_000, 14_000_000_000, LIMITS) == 1_000_000_000
    assert support(10, 15_000_000_000, LIMITS) == 0


def test_readings_are_weighed_by_their_cases():
    readings = [
        Reading("Thất thoát", START, Decimal(10), 300),
        Reading("Thất thoát", END, Decimal(20), 100),
    ]
    [loss, found] = verdicts(METRICS, readings, 2)
    assert (loss.mean, loss.enough, loss.met) == (Decimal("12.50"), True, False)
    assert (found.mean, found.enough, found.met) == (None, False, False)


def test_a_target_is_reached_in_its_own_direction():
    at = [Reading(m.name, START, m.target, 1) for m in METRICS]
    assert all(v.met for v in verdicts(METRICS, at, 1))
    worse = [
        Reading("Thất thoát", START, Decimal("12.01"), 1),
        Reading("Điểm rò tìm đúng", START, Decimal("79.99"), 1),
    ]
    assert not any(v.met for v in verdicts(METRICS, worse, 1))


def test_what_rounds_to_the_target_has_not_reached_it():
    nearly = [Reading("Thất thoát", START, Decimal("12.004"), 1)]
    [loss, _] = verdicts(METRICS, nearly, 1)
    assert (loss.mean, loss.met) == (Decimal("12.00"), False)


def test_success_needs_every_figure_often_enough():
    at = [Reading(m.name, START, m.target, 1) for m in METRICS]
    with pytest.raises(RuleBroken, match="often enough"):
        check_success(verdicts(METRICS, at, 2))
    with pytest.raises(RuleBroken, match="not reached"):
        check_success(
            verdicts(METRICS, [Reading("Thất thoát", START, Decimal(13), 1), at[1]], 1)
        )
    check_success(verdicts(METRICS, at, 1))


def test_metrics_by_which_nothing_can_be_judged_are_all_named():
    wrong = Metric("Nước", "m³", Decimal(5), Decimal(5), " ")
    with pytest.raises(InputRefused) as caught:
        check_metrics([wrong, wrong])
    assert len(caught.value.problems) == 5


def test_lines_are_read_all_or_none():
    told = readings_from(
        "thất thoát; 05/03/2026; 11,5; 1.200\n\nThất thoát; 2026-04-01; 12; 3",
        METRICS,
        START,
        END,
    )
    assert told == [
        Reading("Thất thoát", date(2026, 3, 5), Decimal("11.5"), 1200),
        Reading("Thất thoát", date(2026, 4, 1), Decimal(12), 3),
    ]
    with pytest.raises(InputRefused) as caught:
        readings_from(
            "Thất thoát; 05/03/2026; 11; 1\nThất thoát; 05/03/2026; 12; 1\nNước; 05/03/2026; 1; 1\n"
            "Thất thoát; 31/02/2026; 1; 1\nThất thoát; 01/09/2026; 1; 1\nThất thoát; 06/03/2026; NaN; 1\n"
            "Thất thoát; 06/03/2026; 1; 0\nThất thoát; 06/03/2026",
            METRICS, START, END,
        )  # fmt: skip
    assert [p.where for p in caught.value.problems] == [
        f"line {n}" for n in range(2, 9)
    ]


def test_nothing_at_all_is_no_reading():
    with pytest.raises(InputRefused):
        readings_from(" \n", METRICS, START, END)
    assert START + timedelta(days=1) < END
