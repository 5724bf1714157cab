"""Tokens that open a calendar without a session.

A token is a signature of this installation that names a row which can be withdrawn;
nothing secret is stored.
"""

from __future__ import annotations

from uuid import UUID

from django.core import signing

from khuevan.directory.public import Person

from .models import CalendarLink


CALENDAR_SALT = "khuevan.steering.calendar"


def calendar_token(link: CalendarLink) -> str:
    """Return the token of a calendar's address."""
    return signing.Signer(salt=CALENDAR_SALT).sign(str(link.pk))


def person_of_calendar(token: str) -> Person | None:
    """Return whose calendar a token opens; None where it opens nothing any more."""
    try:
        key = UUID(signing.Signer(salt=CALENDAR_SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    links = CalendarLink.objects.filter(revoked_at=None, person__is_active=True)
    link = links.select_related("person").filter(pk=key).first()
    return link.person if link else None
