"""Who is signed in from where, and how often somebody failed to."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q

from khuevan.platform import clock
from khuevan.platform.models import Entity

from .core import Person


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, person: Person) -> SessionQuerySet:
        """Return a person's own sessions that still hold: nobody sees another's."""
        return self.filter(person=person, expire_date__gt=clock.now())


class Session(AbstractBaseSession):
    """A browser that is signed in (or a stranger's), until its time is over."""

    number = models.UUIDField(db_index=True)
    person = models.ForeignKey(
        Person, null=True, on_delete=models.CASCADE, related_name="sessions"
    )
    started_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(default=clock.now)
    browser = models.CharField(max_length=60, blank=True)

    objects = SessionQuerySet.as_manager()  # type: ignore[assignment, misc]

    class Privacy:
        personal = {
            "session_data": "whatever the person is in the middle of",
            "seen_at": "when the person was last here",
            "started_at": "when the person signed in",
            "browser": "what the person uses",
        }
        open = {"session_key", "expire_date", "number", "person"}

    class Meta:
        indexes = [models.Index(fields=["person", "expire_date"])]


class SignInAttempts(Entity):
    """How often signing in under one name failed lately, by a keyed hash of it.

    Names nobody has are counted alike: the answer never tells whether an account
    exists, and the table holds no name at all.
    """

    name_hash = models.CharField(max_length=64, unique=True)
    count = models.PositiveSmallIntegerField(default=0)
    last_at = models.DateTimeField(default=clock.now)
    locked_until = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[SignInAttempts]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "name_hash", "count", "last_at", "locked_until"}

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(locked_until__isnull=True) | Q(count__gt=0),
                name="directory_a_lock_follows_failures",
            )
        ]


class UsedPassword(Entity):
    """A password, hashed, that a person has had: not to be taken again."""

    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="used_passwords"
    )
    password = models.CharField(max_length=128)
    replaced_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[UsedPassword]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "person", "password", "replaced_at"}
