"""Tokens that stand for a person without a session: calendars, and other programs.

A token is a signature of this installation; nothing secret is stored. A calendar's
names a row that can be withdrawn. A program's carries its scope and its last day, and
ends at once when the account is closed or its password changes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.core import signing

from khuevan.directory.public import Person
from khuevan.platform import clock

from .models import CalendarLink


CALENDAR_SALT = "khuevan.steering.calendar"
PROGRAM_SALT = "khuevan.steering.api"
SCOPES = ("read", "write")


@dataclass(frozen=True, slots=True)
class Program:
    """Who a program acts for, and how far it may go."""

    person: Person
    scope: str


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


def program_token(person: Person, *, days: int, scope: str) -> str:
    """Return a bearer token for a program that acts for a person."""
    until = clock.now() + timedelta(days=days)
    told = [str(person.pk), scope, int(until.timestamp()), _account(person)]
    return signing.dumps(told, salt=PROGRAM_SALT)


def read_program_token(token: str) -> Program | None:
    """Return what a bearer token stands for; None where it is false or over."""
    try:
        key, scope, until, account = signing.loads(token, salt=PROGRAM_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    person = Person.objects.filter(pk=key, is_active=True).first()
    if person is None or until < clock.now().timestamp() or scope not in SCOPES:
        return None
    return Program(person, scope) if account == _account(person) else None


def _account(person: Person) -> str:
    """Digest what changes with the password."""
    return hashlib.sha256(f"{person.pk}{person.password}".encode()).hexdigest()[:16]
