import csv
import tomllib
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from khuevan.platform.clock import HANOI, local_day
from khuevan.platform.errors import RuleBroken
from khuevan.worktime import rules
from khuevan.worktime.rules import (
    Calendar,
    Certainty,
    CutOff,
    DayKind,
    Hours,
    Pause,
    SpecialDay,
    Supplement,
    Term,
    Unit,
)


DATA = Path(rules.__file__).parents[1] / "data"


def _city():
    with (DATA / "calendar_2025_2027.csv").open(newline="") as days:
        special = tuple(
            SpecialDay(
                date.fromisoformat(row["day"]),
                DayKind(row["kind"]),
                row["reason"],
                row["document"],
                Certainty(row["certainty"]),
            )
            for row in csv.DictReader(days)
        )
    stored = tomllib.loads((DATA / "rules_2026_11.toml").read_text())["hours"]
    hours = tuple(
        Hours(weekday, row["opens"], row["closes"])
        for row in stored
        for weekday in row["weekdays"]
    )
    return Calendar("city", hours, special)


CITY = _city()
SATURDAY_SESSION = Calendar(
    "chi-nhánh",
    (*CITY.hours, Hours(5, time(8), time(11, 30), session=True)),
    CITY.special,
)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


def ends(calendar, received, term, *pauses, supplement=Supplement.PAUSE):
    found = rules.due(calendar, at(received), term, pauses, supplement).instant
    return found.astimezone(HANOI).strftime("%Y-%m-%dT%H:%M")


def working_days(amount, cut_off=CutOff.NONE):
    return Term(amount, Unit.WORKING_DAY, cut_off)


# The vectors of the city's brief


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        ("2025-04-24T09:00", 3, "2025-04-28T17:00"),
        ("2025-12-31T09:00", 3, "2026-01-07T17:00"),
        ("2026-01-07T09:00", 5, "2026-01-13T17:00"),
        ("2026-02-12T09:00", 5, "2026-02-26T17:00"),
        ("2026-04-24T09:00", 3, "2026-05-04T17:00"),
        ("2026-08-19T09:00", 5, "2026-08-25T17:00"),
        ("2026-08-28T09:00", 2, "2026-09-04T17:00"),
        ("2026-11-20T08:00", 3, "2026-11-26T17:00"),
        ("2026-11-20T09:00", 30, "2027-01-05T17:00"),
    ],
)
def test_legal_due_dates_of_the_brief(received, days, due):
    assert ends(CITY, received, working_days(days)) == due


def test_after_the_cut_off_the_next_working_day_receives():
    afternoon = "2026-11-20T15:30"
    assert ends(CITY, afternoon, working_days(3, CutOff.CLOCK_15)) == "2026-11-27T17:00"
    assert ends(CITY, afternoon, working_days(3)) == "2026-11-26T17:00"
    in_time = "2026-11-20T15:00"
    assert ends(CITY, in_time, working_days(3, CutOff.CLOCK_15)) == "2026-11-26T17:00"


def test_the_last_hour_begins_an_hour_before_closing():
    last = working_days(3, CutOff.LAST_HOUR)
    assert ends(CITY, "2026-11-20T15:59", last) == "2026-11-26T17:00"
    assert ends(CITY, "2026-11-20T16:00", last) == "2026-11-27T17:00"


def test_the_two_clocks_differ_over_a_holiday():
    received = at("2026-11-20T08:00")
    assert rules.step_budget(CITY, received, 3) == at("2026-11-25T17:00")
    assert rules.due(CITY, received, working_days(3)).instant == at("2026-11-26T17:00")


@pytest.mark.parametrize(("year", "days"), [(2025, 250), (2026, 249), (2027, 249)])
def test_working_days_of_a_year(year, days):
    before, last = date(year - 1, 12, 31), date(year, 12, 31)
    assert rules.working_days_between(CITY, before, last) == days


@pytest.mark.parametrize(
    ("filed", "due"),
    [
        ("2026-11-21T09:00", "2026-11-23T17:00"),
        ("2026-11-20T15:00", "2026-11-23T15:00"),
    ],
)
def test_reception_is_checked_within_eight_working_hours(filed, due):
    assert ends(CITY, filed, Term(8, Unit.HOUR)) == due


def test_a_supplement_pauses_or_restarts_the_clock():
    accepted = "2026-11-23T09:00"
    wait = Pause(at("2026-11-25T09:00"), at("2026-11-30T09:00"))
    assert ends(CITY, accepted, working_days(3)) == "2026-11-27T17:00"
    assert ends(CITY, accepted, working_days(3), wait) == "2026-12-02T17:00"
    restarted = ends(
        CITY, accepted, working_days(3), wait, supplement=Supplement.RESTART
    )
    assert restarted == "2026-12-03T17:00"


def test_notice_of_an_outage_counts_full_working_days():
    starts = date(2026, 11, 12)
    assert rules.notice_days(CITY, date(2026, 11, 2), starts) == 7
    assert rules.notice_days(CITY, date(2026, 11, 3), starts) == 6


# Days, months, sessions, certainty


def test_calendar_days_end_on_the_next_working_day():
    assert ends(CITY, "2026-11-17T09:00", Term(7, Unit.DAY)) == "2026-11-25T17:00"
    assert ends(CITY, "2026-11-20T09:00", Term(3, Unit.DAY)) == "2026-11-23T17:00"


def test_a_month_ends_on_the_same_number_or_the_last_day():
    assert ends(CITY, "2026-03-31T09:00", Term(1, Unit.MONTH)) == "2026-05-04T17:00"
    assert ends(CITY, "2026-11-20T09:00", Term(1, Unit.MONTH)) == "2026-12-21T17:00"
    assert ends(CITY, "2025-12-15T09:00", Term(12, Unit.MONTH)) == "2026-12-15T17:00"


def test_filing_outside_hours_counts_from_the_next_opening():
    assert ends(CITY, "2026-11-20T17:00", working_days(1)) == "2026-11-25T17:00"
    assert ends(CITY, "2026-11-21T09:00", working_days(1)) == "2026-11-25T17:00"
    assert ends(CITY, "2026-11-20T12:30", working_days(1)) == "2026-11-23T17:00"


def test_a_saturday_session_receives_but_is_no_working_day():
    saturday = date(2026, 11, 21)
    assert not rules.is_working_day(SATURDAY_SESSION, saturday)
    received = "2026-11-21T09:00"
    assert ends(SATURDAY_SESSION, received, working_days(1)) == "2026-11-23T17:00"
    assert ends(CITY, received, working_days(1)) == "2026-11-25T17:00"
    after = "2026-11-21T11:30"
    assert ends(SATURDAY_SESSION, after, working_days(1)) == "2026-11-25T17:00"


def test_a_day_off_closes_the_session_too():
    off = SpecialDay(date(2026, 11, 21), DayKind.OFF, "Nghỉ", "1/QĐ")
    closed = Calendar("x", SATURDAY_SESSION.hours, (*CITY.special, off))
    assert ends(closed, "2026-11-21T09:00", working_days(1)) == "2026-11-25T17:00"


def test_a_swapped_saturday_keeps_weekday_hours():
    hours = CITY.office_hours(date(2026, 8, 22))
    assert [h.opens for h in hours] == [time(8), time(13)]


def test_hours_change_on_their_day():
    summer = Calendar(
        "x",
        (
            Hours(0, time(8), time(17), valid_to=date(2026, 4, 15)),
            Hours(0, time(7), time(16), valid_from=date(2026, 4, 16)),
        ),
    )
    assert summer.office_hours(date(2026, 4, 13))[0].opens == time(8)
    assert summer.office_hours(date(2026, 4, 20))[0].opens == time(7)


@pytest.mark.parametrize(
    ("received", "certainty"),
    [
        ("2026-11-20T09:00", Certainty.DECIDED),
        ("2026-12-30T09:00", Certainty.ESTIMATE),
        ("2027-12-30T09:00", Certainty.UNKNOWN),
    ],
)
def test_a_due_date_says_how_certain_it_is(received, certainty):
    assert rules.due(CITY, at(received), working_days(3)).certainty is certainty


def test_a_due_date_names_the_days_it_passes():
    found = rules.due(CITY, at("2026-11-20T09:00"), working_days(3))
    assert [s.day for s in found.special] == [date(2026, 11, 24)]
    assert found.counted_from == date(2026, 11, 20)


def test_a_pause_after_the_end_changes_nothing():
    late = Pause(at("2026-12-01T09:00"), at("2026-12-10T09:00"))
    for term in (working_days(3), Term(24, Unit.HOUR), Term(3, Unit.DAY)):
        before = ends(CITY, "2026-11-23T09:00", term)
        assert ends(CITY, "2026-11-23T09:00", term, late) == before
        again = ends(
            CITY, "2026-11-23T09:00", term, late, supplement=Supplement.RESTART
        )
        assert again == before


@pytest.mark.parametrize(
    ("amount", "unit"),
    [(-1, Unit.DAY), (1_301, Unit.WORKING_DAY), (61, Unit.MONTH), (8_785, Unit.HOUR)],
)
def test_an_impossible_period_is_refused(amount, unit):
    with pytest.raises(RuleBroken):
        rules.due(CITY, at("2026-11-20T09:00"), Term(amount, unit))


def test_an_office_that_never_opens_says_so():
    with pytest.raises(RuleBroken, match="no office hours"):
        rules.next_working_day(Calendar("đóng", ()), date(2026, 1, 1))


def test_a_pause_that_ends_before_it_starts_is_refused():
    backwards = Pause(at("2026-11-25T09:00"), at("2026-11-24T09:00"))
    with pytest.raises(RuleBroken):
        rules.due(CITY, at("2026-11-23T09:00"), working_days(3), [backwards])


# Properties

FIRST = datetime(2025, 1, 1, tzinfo=HANOI)
INSTANTS = st.integers(0, 900 * 24 * 60).map(lambda n: FIRST + timedelta(minutes=n))
SHARES = st.floats(0, 1)
WAITS = st.integers(0, 60 * 24 * 60).map(lambda n: timedelta(minutes=n))
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
TERMS = st.builds(
    Term,
    st.integers(0, 40),
    st.sampled_from(Unit),
    st.sampled_from(CutOff),
)
CALENDARS = st.sampled_from([CITY, SATURDAY_SESSION])


@given(CALENDARS, INSTANTS, INSTANTS, TERMS)
def test_who_comes_earlier_is_never_due_later(calendar, one, other, term):
    first, second = sorted([one, other])
    assert (
        rules.due(calendar, first, term).instant
        <= rules.due(calendar, second, term).instant
    )


@given(CALENDARS, INSTANTS, TERMS, st.integers(0, 20))
def test_a_longer_period_never_ends_earlier(calendar, received, term, more):
    longer = Term(term.amount + more, term.unit, term.cut_off)
    assert (
        rules.due(calendar, received, term).instant
        <= rules.due(calendar, received, longer).instant
    )


@given(CALENDARS, INSTANTS, TERMS)
def test_nothing_is_due_on_a_day_off_or_before_reception(calendar, received, term):
    instant = rules.due(calendar, received, term).instant
    assert rules.is_working_day(calendar, local_day(instant))
    assert instant >= received


@given(CALENDARS, INSTANTS)
def test_a_period_of_nothing_ends_with_its_first_working_day(calendar, received):
    found = rules.due(calendar, received, working_days(0))
    expected = rules.working_day_on_or_after(calendar, found.counted_from)
    assert local_day(found.instant) == expected


@given(CALENDARS, INSTANTS, st.integers(1, 80), st.integers(1, 80))
def test_working_hours_add_up(calendar, start, first, second):
    one, two = timedelta(hours=first), timedelta(hours=second)
    stop = rules.add_working_time(calendar, start, one)
    assert rules.add_working_time(calendar, stop, two) == rules.add_working_time(
        calendar, start, one + two
    )
    assert rules.working_time_between(calendar, start, stop) == one
    assert rules.working_time_between(calendar, stop, start) == -one


@given(DAYS, DAYS, DAYS)
def test_distances_in_working_days_add_up(a, b, c):
    between = rules.working_days_between
    assert between(CITY, a, b) + between(CITY, b, c) == between(CITY, a, c)
    assert between(CITY, a, b) == -between(CITY, b, a)


@given(DAYS, st.integers(1, 60))
def test_counting_forth_and_back_agree(day, amount):
    end = rules.add_working_days(CITY, day, amount)
    assert rules.working_days_between(CITY, day, end) == amount
    assert rules.is_working_day(CITY, end)
    if rules.is_working_day(CITY, day):
        assert rules.add_working_days(CITY, end, -amount) == day


@given(CALENDARS, INSTANTS, SHARES, WAITS, st.integers(1, 40))
def test_a_pause_costs_exactly_its_working_hours(calendar, received, share, wait, n):
    plain = rules.due(calendar, received, Term(n, Unit.HOUR)).instant
    start = received + share * (plain - received)
    pause = Pause(start, start + wait)
    paused = rules.due(calendar, received, Term(n, Unit.HOUR), [pause]).instant
    lost = rules.working_time_between(calendar, pause.start, pause.end)
    assert rules.working_time_between(calendar, plain, paused) == lost


@given(INSTANTS, SHARES, WAITS, st.integers(1, 40))
def test_a_pause_costs_exactly_its_working_days(received, share, wait, amount):
    plain = rules.due(CITY, received, working_days(amount)).instant
    start = received + share * (plain - received)
    pause = Pause(start, start + wait)
    paused = rules.due(CITY, received, working_days(amount), [pause])
    first, resumed = local_day(pause.start), local_day(pause.end)
    lost = sum(
        rules.is_working_day(CITY, first + timedelta(n))
        for n in range((resumed - first).days)
    )
    shift = rules.working_days_between(
        CITY, local_day(plain), local_day(paused.instant)
    )
    assert shift == lost


@given(INSTANTS, TERMS, st.lists(st.tuples(INSTANTS, INSTANTS), max_size=4))
def test_the_order_of_pauses_does_not_matter(received, term, spans):
    pauses = [Pause(min(pair), max(pair)) for pair in spans]
    forward = rules.due(CITY, received, term, pauses)
    assert rules.due(CITY, received, term, reversed(pauses)) == forward
    assert forward.instant >= rules.due(CITY, received, term).instant
