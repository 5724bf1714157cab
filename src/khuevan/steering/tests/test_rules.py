from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from khuevan.platform.errors import RuleBroken
from khuevan.steering.grading import bases, grade_rules_on
from khuevan.steering.rules import (
    DONE,
    MOVES,
    RUNNING,
    Basis,
    Grade,
    Level,
    Limits,
    Risk,
    Rung,
    Standing,
    State,
    Status,
    Tally,
    check_code,
    check_dates,
    check_has_figures,
    check_inside_parent,
    check_move,
    check_output,
    check_second_unit,
    drawn_for_reaudit,
    expected_progress,
    grade,
    original_status,
    risks,
    rungs_reached,
    status,
)


DAY = date(2025, 11, 14)
RULES = grade_rules_on(DAY)
LIMITS = Limits(soon_days=7, silent_days=30, behind_points=25)


def standing(**changes):
    fields = {
        "state": State.OPEN,
        "level": Level.CITY,
        "group": 3,
        "lead": "x",
        "assigned_on": DAY - timedelta(days=20),
        "original_due_on": DAY + timedelta(days=40),
        "due_on": DAY + timedelta(days=40),
    }
    return Standing(**(fields | changes))


def accepted(on, **changes):
    return standing(
        state=State.ACCEPTED, accepted_on=on, basis=Basis.VERIFIED, **changes
    )


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        (accepted(DAY, due_on=DAY), Status.DONE_ON_TIME),
        (accepted(DAY, due_on=DAY - timedelta(days=1)), Status.DONE_LATE),
        (accepted(DAY, due_on=None), Status.DONE_ON_TIME),
        (standing(), Status.IN_TIME),
        (standing(due_on=DAY), Status.AT_RISK),
        (standing(due_on=DAY - timedelta(days=1)), Status.OVERDUE),
        (standing(state=State.CLAIMED, due_on=DAY - timedelta(days=1)), Status.OVERDUE),
        (standing(due_on=None), Status.NO_DEADLINE),
        (standing(state=State.SUSPENDED), Status.SUSPENDED),
        (standing(state=State.CANCELLED), Status.CANCELLED),
    ],
)
def test_status_follows_the_table_of_the_reports(task, expected):
    assert status(task, on=DAY, limits=LIMITS) is expected


def test_discipline_judges_on_the_original_date():
    moved = standing(original_due_on=DAY - timedelta(days=3))
    assert status(moved, on=DAY, limits=LIMITS) is Status.IN_TIME
    assert original_status(moved, on=DAY, limits=LIMITS) is Status.OVERDUE


def test_a_due_date_passes_at_the_end_of_its_day():
    due = standing(due_on=DAY)
    assert status(due, on=DAY, limits=LIMITS) is not Status.OVERDUE
    assert status(due, on=DAY + timedelta(days=1), limits=LIMITS) is Status.OVERDUE


@pytest.mark.parametrize(
    ("task", "reason"),
    [
        (standing(due_on=DAY + timedelta(days=7)), Risk.SOON),
        (standing(assigned_on=DAY - timedelta(days=31)), Risk.SILENT),
        (
            standing(
                assigned_on=DAY - timedelta(days=60), reported_on=DAY, progress=10
            ),
            Risk.BEHIND,
        ),
        (standing(waiting=True), Risk.WAITING),
    ],
)
def test_every_risk_is_named(task, reason):
    assert reason in risks(task, on=DAY, limits=LIMITS)
    assert status(task, on=DAY, limits=LIMITS) is Status.AT_RISK


def test_a_quiet_task_has_no_risk():
    assert risks(standing(reported_on=DAY, progress=60), on=DAY, limits=LIMITS) == []


days = st.dates(date(2024, 1, 1), date(2028, 1, 1))
standings = st.builds(
    Standing,
    state=st.sampled_from(State),
    level=st.sampled_from(Level),
    group=st.integers(1, 7),
    lead=st.just("x"),
    assigned_on=days,
    original_due_on=st.none() | days,
    due_on=st.none() | days,
    claimed_on=st.none() | days,
    accepted_on=st.none() | days,
    basis=st.none() | st.sampled_from(Basis),
    reported_on=st.none() | days,
    progress=st.integers(0, 100),
    waiting=st.booleans(),
)


@given(standings)
def test_a_standing_survives_the_journal(task):
    assert Standing.from_figures(task.figures()) == task


@given(standings, days)
def test_every_status_is_done_running_or_cancelled(task, day):
    found = status(task, on=day, limits=LIMITS)
    assert (found in DONE) + (found in RUNNING) + (found is Status.CANCELLED) == 1


@given(standings, days)
def test_time_alone_never_takes_overdue_back(task, day):
    if status(task, on=day, limits=LIMITS) is Status.OVERDUE:
        later = day + timedelta(days=1)
        assert status(task, on=later, limits=LIMITS) is Status.OVERDUE


@given(standings, days)
def test_expected_progress_is_a_percentage_after_the_order(task, day):
    if day >= task.assigned_on:
        assert 0 <= expected_progress(task, on=day) <= 100


@pytest.mark.parametrize("current", list(State))
@pytest.mark.parametrize("to", list(State))
def test_only_listed_moves_are_allowed(current, to):
    if to in MOVES[current]:
        check_move(current, to)
    else:
        with pytest.raises(RuleBroken):
            check_move(current, to)


@pytest.mark.parametrize("output", ["", "   ", "ngắn"])
def test_an_output_nobody_can_verify_is_refused(output):
    with pytest.raises(RuleBroken, match="ten characters") as refused:
        check_output(output, "document")
    assert refused.value.field == "output"


def test_an_output_without_proof_is_refused():
    with pytest.raises(RuleBroken, match="prove"):
        check_output("Dịch vụ dữ liệu trả lời", "")


def test_a_due_date_before_the_order_is_refused():
    with pytest.raises(RuleBroken, match="before the day of the order"):
        check_dates(DAY, DAY - timedelta(days=1), "khoản 1")


def test_a_due_date_from_nowhere_is_refused():
    with pytest.raises(RuleBroken, match="where the due date comes from"):
        check_dates(DAY, DAY, " ")


def test_a_part_stays_inside_the_whole():
    check_inside_parent(DAY, DAY)
    check_inside_parent(None, None)
    for late in (None, DAY + timedelta(days=1)):
        with pytest.raises(RuleBroken, match="due by 14/11/2025"):
            check_inside_parent(late, DAY)


def test_nobody_verifies_their_own_work():
    check_second_unit(1, 2)
    with pytest.raises(RuleBroken, match="second unit"):
        check_second_unit(1, 1)


@pytest.mark.parametrize("figures", [{}, {"a": "many"}, {"a": None}])
def test_a_report_without_figures_is_refused(figures):
    with pytest.raises(RuleBroken, match="at least one figure"):
        check_has_figures(figures)


@pytest.mark.parametrize("code", ["", "a/b", "hai chữ", "x" * 31])
def test_a_code_fits_into_an_address(code):
    with pytest.raises(RuleBroken):
        check_code(code)
    check_code("TP-0197.a")


@pytest.mark.parametrize(
    ("tally", "expected"),
    [
        (Tally(due=10, on_time=10, late=0, beyond=3), Grade.EXCELLENT),
        (Tally(due=10, on_time=10, late=0, beyond=2), Grade.GOOD),
        (Tally(due=10, on_time=8, late=2, beyond=9), Grade.COMPLETED),
        (Tally(due=10, on_time=7, late=3, beyond=0), Grade.NOT_COMPLETED),
        (Tally(due=10, on_time=9, late=0, beyond=9), Grade.NOT_COMPLETED),
        (Tally(due=0, on_time=0, late=0, beyond=0), Grade.NOTHING_DUE),
    ],
)
def test_grades_follow_regulation_366(tally, expected):
    assert grade(tally, RULES) is expected


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_doing_more_on_time_never_lowers_the_grade(on_time, late, missing):
    due = on_time + late + missing
    before = grade(Tally(due, on_time, late, 0), RULES)
    if missing and due:
        after = grade(Tally(due, on_time + 1, late, 0), RULES)
        assert list(Grade).index(after) <= list(Grade).index(before)


def test_the_ladder_is_climbed_rung_by_rung():
    ladder = (Rung(-7, ("a",)), Rung(1, ("b",)))
    assert rungs_reached(None, on=DAY, ladder=ladder) == []
    assert rungs_reached(DAY + timedelta(days=8), on=DAY, ladder=ladder) == []
    assert rungs_reached(DAY + timedelta(days=7), on=DAY, ladder=ladder) == [ladder[0]]
    assert rungs_reached(DAY - timedelta(days=1), on=DAY, ladder=ladder) == [*ladder]


def test_the_sample_is_the_same_each_time_and_near_its_share():
    codes = [f"TP-{n:05d}" for n in range(4000)]
    drawn = [code for code in codes if drawn_for_reaudit(code, 10)]
    assert drawn == [code for code in codes if drawn_for_reaudit(code, 10)]
    assert 320 < len(drawn) < 480
    assert not any(drawn_for_reaudit(code, 0) for code in codes)


def test_grades_are_dated_and_stand_on_their_regulation():
    assert grade_rules_on(date(2025, 8, 29)) == ()
    assert [rule.grade for rule in grade_rules_on(date(2025, 8, 30))] == [
        Grade.EXCELLENT,
        Grade.GOOD,
        Grade.COMPLETED,
    ]
    assert [(b.reference, b.valid_from) for b in bases()] == [
        ("366-QĐ/TW", date(2025, 8, 30))
    ]
