from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, strategies as st

from khuevan.notices.rules import (
    NEWS,
    RETRY_AFTER,
    Quiet,
    allowed_from,
    check_digest_hour,
    digest_day,
    is_news,
    next_attempt,
    phone_of,
    quiet_until,
)
from khuevan.platform.clock import HANOI
from khuevan.platform.errors import RuleBroken


def weekdays(day: date) -> bool:
    return day.weekday() < 5


def hanoi(year: int, month: int, day: int, hour: int, minute: int) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=HANOI)


instants = st.datetimes(
    datetime.fromisoformat("2025-01-01"),
    datetime.fromisoformat("2026-12-31"),
    timezones=st.just(HANOI),
)
quiets = st.builds(Quiet, st.times(), st.times(), st.booleans())


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        (hanoi(2025, 11, 19, 10, 0), hanoi(2025, 11, 19, 10, 0)),
        (hanoi(2025, 11, 19, 22, 0), hanoi(2025, 11, 20, 7, 0)),
        (hanoi(2025, 11, 19, 6, 59), hanoi(2025, 11, 19, 7, 0)),
        (hanoi(2025, 11, 21, 23, 30), hanoi(2025, 11, 24, 7, 0)),  # Friday night
        (hanoi(2025, 11, 23, 12, 0), hanoi(2025, 11, 24, 7, 0)),  # Sunday noon
    ],
)
def test_quiet_holds_back_until_the_morning_of_work(asked, allowed):
    assert allowed_from(asked, Quiet(), weekdays) == allowed


def test_a_day_can_be_quiet_from_noon():
    quiet = Quiet(time(12), time(14), days_off=False)
    assert allowed_from(hanoi(2025, 11, 22, 13, 0), quiet, weekdays) == hanoi(
        2025, 11, 22, 14, 0
    )


@given(instants, quiets)
def test_what_is_allowed_is_later_and_not_quiet(instant, quiet):
    allowed = allowed_from(instant, quiet, weekdays)
    assert allowed >= instant
    assert quiet_until(allowed, quiet, weekdays) is None


@given(instants, st.times())
def test_equal_hours_are_never_quiet(instant, at):
    quiet = Quiet(at, at, days_off=False)
    assert allowed_from(instant, quiet, weekdays) == instant


@given(instants, st.integers(0, 23), quiets)
def test_the_digest_comes_later_within_days(instant, hour, quiet):
    day = digest_day(instant, hour, quiet, weekdays)
    comes = datetime.combine(day, time(hour), HANOI)
    assert instant < comes <= instant + timedelta(days=4)
    assert weekdays(day) or not quiet.days_off


def test_a_digest_at_night_is_refused():
    with pytest.raises(RuleBroken):
        check_digest_hour(23, Quiet())
    check_digest_hour(7, Quiet())


def test_attempts_wait_longer_and_then_end():
    now = hanoi(2025, 11, 19, 10, 0)
    waits = [next_attempt(n, now) for n in range(1, len(RETRY_AFTER) + 1)]
    assert waits == sorted(waits)
    assert next_attempt(len(RETRY_AFTER) + 1, now) is None


def test_history_is_no_news():
    now = hanoi(2025, 11, 19, 10, 0)
    assert is_news(now - NEWS, now)
    assert not is_news(now - NEWS - timedelta(seconds=1), now)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("0912 345 678", "+84912345678"),
        ("+84 912.345.678", "+84912345678"),
        ("(024) 3825-3536", "+842438253536"),
        ("12345", None),
        ("+1 202 555 0100", None),
        ("", None),
    ],
)
def test_telephone_numbers_are_written_one_way(written, number):
    assert phone_of(written) == number
