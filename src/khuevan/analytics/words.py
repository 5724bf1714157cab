"""Figures as people read them."""

from __future__ import annotations

from django.utils.translation import gettext


MINUTE, HOUR, DAY = 60, 3_600, 86_400


def duration_words(seconds: float) -> str:
    """Return a time in its two largest units, such as “3 d 4 h”; days have 24 hours."""
    whole = round(seconds)
    days, rest = divmod(whole, DAY)
    hours, rest = divmod(rest, HOUR)
    minutes, left = divmod(rest, MINUTE)
    if days:
        return gettext("%(days)s d %(hours)s h") % {"days": days, "hours": hours}
    if hours:
        return gettext("%(hours)s h %(minutes)s min") % {
            "hours": hours,
            "minutes": minutes,
        }
    if minutes:
        return gettext("%(minutes)s min %(seconds)s s") % {
            "minutes": minutes,
            "seconds": left,
        }
    return gettext("%(seconds)s s") % {"seconds": left}
