"""The legal clock of a dossier and the ladder of warnings on it.

Two clocks are never mixed (services.md 4.2): the legal due date, and each step's
budget in working hours. Measures of lateness are those of Decision 766 (8.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from khuevan.platform.clock import HANOI
from khuevan.platform.errors import N_, RuleBroken


class Why(StrEnum):
    """Why a clock stood."""

    SUPPLEMENT = "supplement"
    FINANCE = "finance"


class Rung(StrEnum):
    """The ladder of early warning (services.md 3.7)."""

    HALF = "half"  # 50 % of the time is gone: for information
    SOON = "soon"  # 80 % gone or two working days left: handler and head
    LAST_DAY = "last_day"  # one working day left: finish, or apologise
    EXPIRED = "expired"  # past the date: escalated


RUNGS = tuple(Rung)
HALF_SHARE, SOON_SHARE = 0.5, 0.8
SOON_DAYS, LAST_DAYS = 2, 1


def rung(share_gone: float, days_left: int, past: bool) -> Rung | None:
    """Return how high a dossier stands on the ladder.

    `share_gone` is the share of the period's working time that is used, `days_left`
    the working days until the due day.
    """
    if past:
        return Rung.EXPIRED
    if days_left <= LAST_DAYS:
        return Rung.LAST_DAY
    if share_gone >= SOON_SHARE or days_left <= SOON_DAYS:
        return Rung.SOON
    return Rung.HALF if share_gone >= HALF_SHARE else None


@dataclass(frozen=True, slots=True)
class Judged:
    """What is needed to judge a dossier's time as index 766 does."""

    accepted_at: datetime | None
    ended_at: datetime | None
    due_at: datetime | None
    supplements: int
    supplement_open_since: datetime | None = None


class Timeliness(StrEnum):
    """On time or late, and whether it is over."""

    ON_TIME = "on_time"
    LATE = "late"
    RUNNING = "running"
    OVERDUE = "overdue"


def judge(dossier: Judged, now: datetime) -> Timeliness | None:
    """Return how a dossier counts at an instant; None before it was accepted.

    More than one supplement request is late whatever the dates (Decision 766 as
    scored live; services.md 8.3). A supplement still open, asked once, stops the
    clock at the request.
    """
    if dossier.accepted_at is None or dossier.due_at is None:
        return None
    late_by_rounds = dossier.supplements > 1
    if dossier.ended_at is not None:
        late = late_by_rounds or dossier.ended_at > dossier.due_at
        return Timeliness.LATE if late else Timeliness.ON_TIME
    reached = dossier.supplement_open_since or now
    if late_by_rounds or reached > dossier.due_at:
        return Timeliness.OVERDUE
    return Timeliness.RUNNING


def check_apology(now: datetime, until: datetime, ahead: int) -> None:
    """Refuse an apology that comes after the last instant for it.

    `ahead` is how many working days that lies before expiry (Decree 118/2025 as
    repeated by provincial decisions; services.md 3.7).
    """
    if now > until:
        raise RuleBroken(
            N_(
                "An apology goes out at least %(ahead)s working days before the date: "
                "this one was possible until %(until)s."
            ),
            ahead=ahead,
            until=f"{until.astimezone(HANOI):%H:%M %d/%m/%Y}",
        )


def check_new_date(new: datetime, due_at: datetime, already: int) -> None:
    """Refuse a second re-appointment, and a date that is no later."""
    if already:
        raise RuleBroken(N_("A dossier is re-appointed once. This one already was."))
    if new <= due_at:
        raise RuleBroken(
            N_("The new date must lie after the old one."), field="new_date"
        )


def share_gone(start: datetime, end: datetime, now: datetime) -> float:
    """Return the share of a period that is gone, between 0 and 1."""
    whole = end - start
    if whole <= timedelta():
        return 1.0
    return min(max((now - start) / whole, 0.0), 1.0)
