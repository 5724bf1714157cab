"""Who reads what in the data room, when a meeting may be held."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from khuevan.platform.errors import N_, RuleBroken

from .states import ROOM_OPEN, State


class Level(StrEnum):
    """From which step on the other side reads a file."""

    NDA = "nda"
    MEMORANDUM = "memorandum"


MOST_FILES = 50
LONGEST_MEETING = timedelta(hours=12)


def readable(level: Level, state: State) -> bool:
    """Tell whether the other side reads a file of this level while a deal stands so."""
    if state not in ROOM_OPEN:
        return False
    return level is Level.NDA or state is not State.CONFIDENTIAL


def check_meeting(
    starts_at: datetime, ends_at: datetime, place: str, link: str, now: datetime
) -> None:
    """Refuse a meeting in the past, without an end, or nowhere."""
    if starts_at <= now:
        raise RuleBroken(
            N_("A meeting is called for a time to come."), field="starts_at"
        )
    if not starts_at < ends_at <= starts_at + LONGEST_MEETING:
        raise RuleBroken(
            N_("It ends after it starts, at most %(hours)s hours later."),
            field="ends_at",
            hours=LONGEST_MEETING // timedelta(hours=1),
        )
    if not (place.strip() or link.strip()):
        raise RuleBroken(N_("Say where: a place, a link, or both."), field="place")
