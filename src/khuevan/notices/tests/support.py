"""What the tests of notices share: a Wednesday, facts, wishes."""

from __future__ import annotations

from datetime import datetime, time

from khuevan.journal.public import record
from khuevan.notices.actions import Wishes, change_preferences
from khuevan.platform.clock import HANOI


WEDNESDAY = datetime(2025, 11, 19, 10, tzinfo=HANOI)
NIGHT = datetime(2025, 11, 19, 23, tzinfo=HANOI)
NEXT_MORNING = datetime(2025, 11, 20, 7, tzinfo=HANOI)
DEFAULTS = {
    "email": True,
    "sms": False,
    "zalo": False,
    "quiet_from": time(22),
    "quiet_until": time(7),
    "quiet_days_off": True,
    "urgent_passes": False,
    "digest_hour": 7,
    "language": "vi",
}


def happen(kind="toy.thing_moved", *, by=None, occurred_at=None, code="A1"):
    return record(
        kind, subject="toy.thing:1", by=by, occurred_at=occurred_at, code=code, steps=3
    )


def wish(person, **changes):
    return change_preferences(wishes=Wishes(**(DEFAULTS | changes)), by=person)
