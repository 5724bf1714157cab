"""Counting failed attempts to sign in, and locking a name for a while.

An attempt is counted before the password is looked at, so that many at once are
no way round; a success forgets it. Attempts are counted by account, or by the name
typed where there is none, and both are answered alike.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext

from khuevan.platform import clock
from khuevan.platform.clock import HANOI
from khuevan.platform.errors import N_

from .models import Person, SignInAttempts
from .security import profile


LOCKED = N_("There were too many failed attempts to sign in under this name. You can try again from %(time)s.")  # fmt: skip


def person_named(login: str) -> Person | None:
    """Return whom a user name or an e-mail address names, if it is exactly one."""
    by_name = Person.objects.filter(username__iexact=login)[:1]
    found = list(by_name) or list(Person.objects.filter(email__iexact=login)[:2])
    return found[0] if login and len(found) == 1 else None


def counter_of(login: str, person: Person | None) -> str:
    """Return under which hash attempts are counted."""
    key = person.ref if person else f"name:{login.strip().lower()}"
    return salted_hmac("directory.attempts", key, algorithm="sha256").hexdigest()


@transaction.atomic
def take_attempt(counter: str) -> datetime | None:
    """Count one attempt; return until when the name is locked, or None to go on."""
    limits = profile()
    now = clock.now()
    SignInAttempts.objects.get_or_create(name_hash=counter)
    row = SignInAttempts.objects.select_for_update().get(name_hash=counter)
    if row.locked_until and row.locked_until > now:
        return row.locked_until
    if row.locked_until or now - row.last_at > limits.lock_for:
        row.count, row.locked_until = 0, None
    row.count += 1
    row.last_at = now
    if row.count > limits.failures:
        row.locked_until = now + limits.lock_for
    row.save()
    return row.locked_until


def forget_attempts(counter: str) -> None:
    """Start counting anew: somebody proved who they are, or an operator vouches."""
    SignInAttempts.objects.filter(name_hash=counter).update(count=0, locked_until=None)


def locked_sentence(until: datetime) -> str:
    """Say until when; the same words whether or not there is such an account."""
    return gettext(LOCKED) % {"time": f"{until.astimezone(HANOI):%H:%M %d/%m/%Y}"}
