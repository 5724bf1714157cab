"""When a notice leaves the house, when it is tried again, and when it is given up.

Instants are aware; hours and days are Hanoi's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from khuevan.platform.clock import HANOI, at_local, local_day
from khuevan.platform.errors import N_, RuleBroken


class Urgency(StrEnum):
    """How soon a reader should know."""

    NOW = "now"
    DAILY = "daily"
    INBOX_ONLY = "inbox_only"


class Channel(StrEnum):
    """What carries a notice out of the house; the inbox needs none."""

    EMAIL = "email"
    SMS = "sms"
    ZALO = "zalo"


NEWS = timedelta(days=7)
"""What is older when it is first read is history: inbox only, no e-mail, no SMS."""

RETRY_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
)
"""Waits between attempts to deliver; after the last one the delivery is dead."""

Works = Callable[[date], bool]
"""Tells whether a day is a working day."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """When a person does not want to be disturbed; equal hours mean never at night."""

    starts: time = time(22)
    ends: time = time(7)
    days_off: bool = True


def is_news(occurred_at: datetime, now: datetime) -> bool:
    """Tell whether a fact is recent enough to leave the house."""
    return now - occurred_at <= NEWS


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """Return when to try again after so many failed attempts; None: give up."""
    return now + RETRY_AFTER[attempts - 1] if attempts <= len(RETRY_AFTER) else None


def quiet_until(instant: datetime, quiet: Quiet, works: Works) -> datetime | None:
    """Return the instant at which this stretch of quiet ends; None where it is not quiet."""
    local = instant.astimezone(HANOI)
    day, at = local.date(), local.time()
    if quiet.days_off and not works(day):
        return at_local(day + timedelta(days=1), time.min)
    over_midnight = quiet.starts > quiet.ends
    if over_midnight and at >= quiet.starts:
        return at_local(day + timedelta(days=1), quiet.ends)
    inside = at < quiet.ends and (over_midnight or at >= quiet.starts)
    return at_local(day, quiet.ends) if inside else None


def allowed_from(instant: datetime, quiet: Quiet, works: Works) -> datetime:
    """Return the first instant, this one or later, at which it is not quiet."""
    while (end := quiet_until(instant, quiet, works)) is not None:
        instant = end
    return instant


def digest_day(after: datetime, hour: int, quiet: Quiet, works: Works) -> date:
    """Return the day of the first digest later than an instant; days off have none."""
    day = local_day(after)
    while at_local(day, time(hour)) <= after or (quiet.days_off and not works(day)):
        day += timedelta(days=1)
    return day


def check_digest_hour(hour: int, quiet: Quiet) -> None:
    """Refuse a digest in the middle of the night's quiet."""
    any_day = date(2025, 1, 6)
    if quiet_until(at_local(any_day, time(hour)), quiet, lambda _: True):
        raise RuleBroken(
            N_("The hour of the daily e-mail lies in your quiet hours."),
            field="digest_hour",
        )


def phone_of(text: str) -> str | None:
    """Return a telephone number as +84…; None where it is none of Vietnam's."""
    digits = re.sub(r"[\s.()-]", "", text)
    found = re.fullmatch(r"(?:\+84|0084|84|0)([1-9]\d{8,9})", digits)
    return f"+84{found[1]}" if found else None
