"""When a point receives: the city's office hours, in quarters of an hour."""

from __future__ import annotations

from datetime import date, datetime, time

from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.worktime.public import load

from .rules import slots


def starts_on(day: date) -> list[time]:
    """Return the starts of appointments on a day; none on a day off."""
    hours = load().reception_hours(day)
    return slots((h.opens, h.closes) for h in hours)


def check_open(now: datetime, *, booked: bool = False) -> None:
    """Refuse a number while the point is closed for the day; lunch is no closing.

    Who has an appointment may come before the doors open. Raises RuleBroken.
    """
    local = now.astimezone(clock.HANOI)
    hours = load().reception_hours(local.date())
    if not hours:
        raise RuleBroken(N_("The point is closed today."))
    opens, closes = hours[0].opens, hours[-1].closes
    at = local.time()
    if at >= closes or (at < opens and not booked):
        raise RuleBroken(
            N_(
                "The point is closed now: it gives numbers from %(opens)s to %(closes)s today. Come then, or book an appointment for another day."
            ),
            opens=f"{opens:%H:%M}",
            closes=f"{closes:%H:%M}",
        )


def check_slot(starts_at: datetime) -> None:
    """Refuse a time that is no start of an appointment."""
    local = starts_at.astimezone(clock.HANOI)
    if local.timetz().replace(tzinfo=None) not in starts_on(local.date()):
        raise RuleBroken(N_("The point does not receive at this time."), field="starts_at")  # fmt: skip
