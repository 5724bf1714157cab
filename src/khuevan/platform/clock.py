"""The one place that knows what time it is.

Storage is UTC, screens and office days are Asia/Ho_Chi_Minh. The demo tells the
city's story by setting this clock; nothing else in the product may.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_shift = timedelta()
_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    """Return the current instant, aware, in UTC."""
    return _told.get() or datetime.now(UTC) + _shift


def shift(by: timedelta) -> None:
    """Let this process live in another day: the demo city does, from its own story on."""
    global _shift
    _shift = by


def is_told() -> bool:
    """Tell whether a story or a test holds the clock."""
    return _told.get() is not None


def today() -> date:
    """Return the current day as Hanoi's calendar shows it."""
    return now().astimezone(HANOI).date()


def local_day(instant: datetime) -> date:
    """Return the day in Hanoi on which an instant falls."""
    return instant.astimezone(HANOI).date()


def at_local(day: date, at: time) -> datetime:
    """Return the instant, in UTC, of a wall-clock time of Hanoi."""
    return datetime.combine(day, at, HANOI).astimezone(UTC)


def microseconds(instant: datetime) -> int:
    """Return an instant as whole microseconds since 1970, exactly."""
    return (instant - EPOCH) // timedelta(microseconds=1)


def end_of_day(day: date) -> datetime:
    """Return the last microsecond of a day in Hanoi, in UTC."""
    return at_local(day, time.max)


@contextmanager
def telling(instant: datetime) -> Iterator[None]:
    """Hold the clock at an instant: for telling the demo's story and for tests."""
    token = _told.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _told.reset(token)
