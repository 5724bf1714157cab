"""Accounts: made, disabled, enabled and given passwords by operators."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction

from khuevan.directory.access import may_manage_people
from khuevan.directory.attempts import counter_of, forget_attempts
from khuevan.directory.models import Person, Session, UsedPassword
from khuevan.directory.security import profile
from khuevan.journal import public as journal
from khuevan.platform import clock
from khuevan.platform.errors import N_, InputRefused, Problem, RuleBroken


@transaction.atomic
def add_person(
    *,
    username: str,
    full_name: str,
    email: str = "",
    national_id: str = "",
    by: Person | None,
) -> Person:
    """Make an account without a password; a refused one leaves nothing."""
    if not may_manage_people(by):
        raise PermissionDenied
    problems = list(_problems(username, full_name, email, national_id))
    if problems:
        raise InputRefused(problems)
    person = Person(
        username=username.strip(),
        full_name=full_name.strip(),
        email=email.strip(),
        national_id=national_id.strip(),
    )
    person.set_unusable_password()
    person.save()
    journal.record("directory.person_added", subject=person.ref, by=by)
    return person


@transaction.atomic
def disable_person(*, person: Person, by: Person | None) -> Person:
    """Close an account and end its sessions; what it did stays."""
    if not may_manage_people(by):
        raise PermissionDenied
    person = Person.objects.select_for_update().get(pk=person.pk)
    if not person.is_active:
        raise RuleBroken(N_("This account is already disabled."))
    person.is_active = False
    person.save(update_fields=["is_active"])
    Session.objects.filter(person=person).delete()
    journal.record("directory.person_disabled", subject=person.ref, by=by, why="asked")
    return person


@transaction.atomic
def enable_person(*, person: Person, by: Person | None) -> Person:
    """Open a disabled account again and forget its failures; idle days count anew."""
    if not may_manage_people(by):
        raise PermissionDenied
    person = Person.objects.select_for_update().get(pk=person.pk)
    person.is_active = True
    person.enabled_at = clock.now()
    person.save(update_fields=["is_active", "enabled_at"])
    forget_attempts(counter_of("", person))
    journal.record("directory.person_enabled", subject=person.ref, by=by)
    return person


@transaction.atomic
def set_password(*, person: Person, password: str, by: Person | None) -> Person:
    """Give an account a password that the profile accepts; other sessions end.

    People change their own; operators set anybody's.
    """
    if by != person and not may_manage_people(by):
        raise PermissionDenied
    person = Person.objects.select_for_update().get(pk=person.pk)
    try:
        validate_password(password, person)
    except ValidationError as refusal:
        raise InputRefused(
            [Problem("password", sentence) for sentence in refusal.messages]
        ) from refusal
    if profile().password_history and person.has_usable_password():
        UsedPassword.objects.create(person=person, password=person.password)
    person.set_password(password)
    person.password_changed_at = clock.now()
    person.save(update_fields=["password", "password_changed_at"])
    Session.objects.filter(person=person).delete()
    forget_attempts(counter_of("", person))
    journal.record("directory.password_changed", subject=person.ref, by=by)
    return person


@transaction.atomic
def choose_language(*, language: str, by: Person) -> Person:
    """Remember in which language somebody wants to be written to."""
    by.language = language
    by.save(update_fields=["language"])
    journal.record(
        "directory.language_chosen", subject=by.ref, by=by, language=language
    )
    return by


def _problems(username: str, full_name: str, email: str, national_id: str):  # type: ignore[no-untyped-def]
    if not username.strip():
        yield Problem("username", N_("A user name is missing."))
    elif Person.objects.filter(username__iexact=username.strip()).exists():
        yield Problem(
            "username",
            N_("There is already an account “%(name)s”."),
            N_("Choose another user name."),
            {"name": username.strip()},
        )
    if not full_name.strip():
        yield Problem("full_name", N_("The full name is missing."))
    if email.strip():
        try:
            validate_email(email.strip())
        except ValidationError:
            yield Problem("email", N_("This is not an e-mail address."))
        if Person.objects.filter(email__iexact=email.strip()).exists():
            yield Problem(
                "email", N_("Another account already has this e-mail address.")
            )
    if national_id.strip() and not (
        national_id.strip().isascii()
        and national_id.strip().isdigit()
        and len(national_id.strip()) == 12
    ):
        yield Problem("national_id", N_("A national identity number has 12 digits."))
