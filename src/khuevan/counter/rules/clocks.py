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

    HALF = "half"  # half of the time is gone: for information
    SOON = "soon"  # most of it is gone or few days left: handler and head
    LAST_DAY = "last_day"  # the last working day: finish, or apologise
    EXPIRED = "expired"  # past the date: escalated


RUNGS = tuple(Rung)


@dataclass(frozen=True, slots=True)
class Ladder:
    """Where the rungs are: shares of the time gone, and working days left."""

    half_share: float
    soon_share: float
    soon_days: int
    last_days: int


def rung(ladder: Ladder, share_gone: float, days_left: int, past: bool) -> Rung | None:
    """Return how high a dossier stands on the ladder.

    `share_gone` is the share of the time that is used, `days_left` the working days
    until the due day.
    """
    if past:
        return Rung.EXPIRED
    if days_left <= ladder.last_days:
        return Rung.LAST_DAY
    if share_gone >= ladder.soon_share or days_left <= ladder.soon_days:
        return Rung.SOON
    return Rung.HALF if share_gone >= ladder.half_share else None


@dataclass(frozen=True, slots=True)
class Judged:
    """What is needed to judge a dossier's time as index 766 does."""

    accepted_at: datetime | None
    ended_at: datetime | None
    due_at: datetime | None
    supplements: int
    stands_since: datetime | None = None


class Timeliness(StrEnum):
    """On time or late, and whether it is over."""

    ON_TIME = "on_time"
    LATE = "late"
    RUNNING = "running"
    OVERDUE = "overdue"


def judge(dossier: Judged, now: datetime, most_requests: int) -> Timeliness | None:
    """Return how a dossier counts at an instant; None before it was accepted.

    More supplement requests than `most_requests` are late whatever the dates (Decision
    766 as scored live; services.md 8.3). A pause still open (a supplement,
    money that is owed) stops the clock at its beginning.
    """
    if dossier.accepted_at is None or dossier.due_at is None:
        return None
    late_by_rounds = dossier.supplements > most_requests
    if dossier.ended_at is not None:
        late = late_by_rounds or dossier.ended_at > dossier.due_at
        return Timeliness.LATE if late else Timeliness.ON_TIME
    reached = dossier.stands_since or now
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
                "It is too late to apologise. The last moment was %(until)s (working "
                "days before the date: %(ahead)s)."
            ),
            ahead=ahead,
            until=f"{until.astimezone(HANOI):%H:%M %d/%m/%Y}",
        )


def check_new_date(new: datetime, due_at: datetime, already: int, most: int) -> None:
    """Refuse more new dates than a dossier may have, and a date that is no later."""
    if already >= most:
        raise RuleBroken(
            N_(
                "The limit of new dates for one dossier (%(most)s) is reached. Decide "
                "on it, or stop it."
            ),
            most=most,
        )
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
