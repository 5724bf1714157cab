"""Signing in and out, and what is told of failures; each leaves one fact.

Facts name the account and nothing else: no address of a machine, no typed name.
"""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction

from khuevan.directory.attempts import counter_of
from khuevan.directory.models import Person, Session, SignInAttempts
from khuevan.directory.security import profile
from khuevan.journal import public as journal
from khuevan.platform import clock


@transaction.atomic
def record_sign_in(*, method: str, by: Person) -> None:
    """Note that somebody signed in, and how: password, a service, or the demo's click."""
    SignInAttempts.objects.filter(name_hash=counter_of("", by)).update(
        count=0, locked_until=None
    )
    journal.record("directory.person_signed_in", subject=by.ref, by=by, method=method)


@transaction.atomic
def record_failure(
    *, counter: str, person: Person | None, method: str, by: Person | None = None
) -> None:
    """Note a failed attempt; the one that fills the measure locks the name."""
    limits = profile()
    row = SignInAttempts.objects.select_for_update().get(name_hash=counter)
    kind = "directory.sign_in_failed"
    if row.count >= limits.failures and row.locked_until is None:
        row.locked_until = clock.now() + limits.lock_for
        row.save(update_fields=["locked_until"])
        kind = "directory.account_locked"
    journal.record(
        kind, subject=person.ref if person else row.ref, by=by, method=method
    )


@transaction.atomic
def record_session_end(*, why: str, by: Person) -> None:
    """Note that a session ended: signed_out, idle or absolute."""
    journal.record("directory.session_ended", subject=by.ref, by=by, why=why)


@transaction.atomic
def end_session(*, session: Session, by: Person) -> None:
    """Sign a browser of one's own out from afar."""
    if session.person_id != by.pk:
        raise PermissionDenied
    session.delete()
    journal.record(
        "directory.session_ended", subject=by.ref, by=by, why="ended_by_owner"
    )


@transaction.atomic
def record_identity_linked(*, person: Person, service: str, by: Person | None) -> None:
    """Note that a sign-in service now vouches for somebody."""
    journal.record(
        "directory.identity_linked", subject=person.ref, by=by, service=service
    )


@transaction.atomic
def record_second_step_changed(*, step: str, added: bool, by: Person) -> None:
    """Note that a second way to prove oneself was added or taken away."""
    kind = "directory.second_step_added" if added else "directory.second_step_removed"
    journal.record(kind, subject=by.ref, by=by, step=step)


@transaction.atomic
def disable_idle_person(*, person: Person, by: Person | None) -> bool:
    """Disable an account nobody used for as long as the profile allows; say whether.

    Counted from the last sign-in or, where later, from when it was last enabled.
    """
    days = profile().disable_after
    person = Person.objects.select_for_update().get(pk=person.pk)
    used = max(person.last_login or person.enabled_at, person.enabled_at)
    if not days or not person.is_active or clock.now() - used <= timedelta(days=days):
        return False
    person.is_active = False
    person.save(update_fields=["is_active"])
    journal.record("directory.person_disabled", subject=person.ref, by=by, why="idle")
    return True
