"""Clients with their secrets and tokens; only digests of both are kept."""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from khuevan.directory.public import Organisation, Person, Role
from khuevan.platform import clock
from khuevan.platform.models import Entity

from .rules import State, state_of


ANSWERING = (Role.HEAD, Role.MEMBER)
"""Posts whose holders answer for their organisation's machines."""


class ClientQuerySet(models.QuerySet["Client"]):
    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Keep those of organisations one answers for; operators see all."""
        if not isinstance(person, Person):
            return self.none()
        if person.authority.has(Role.OPERATOR):
            return self
        holdings = person.authority.holdings
        bodies = [h.organisation_id for h in holdings if h.role in ANSWERING]
        return self.filter(organisation__in=bodies)

    def active(self) -> Self:
        return self.filter(approved_at__isnull=False, revoked_at__isnull=True)


class Client(Entity):
    """A machine of an organisation: as whom it acts, and what it may ask."""

    name = models.CharField(max_length=150)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    contact = models.EmailField()
    scopes = ArrayField(models.CharField(max_length=30))
    account = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="+")
    registered_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    registered_at = models.DateTimeField(default=clock.now)
    approved_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = ClientQuerySet.as_manager()

    class Privacy:
        personal = {"contact": "whom to reach about the machine"}
        open = {"id", "name", "organisation", "scopes", "account", "registered_by",
                "registered_at", "approved_at", "revoked_at"}  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(scopes=[]), name="clients_client_asks_for_something"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> State:
        """Return where the registration stands."""
        return state_of(self.approved_at, self.revoked_at)


class ClientSecret(Entity):
    """What a client proves itself with, as its digest; `ending` are its last letters."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="secrets")
    digest = models.CharField(max_length=64, unique=True)
    ending = models.CharField(max_length=4)
    made_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[ClientSecret]] = models.Manager()

    class Privacy:
        personal: ClassVar[dict[str, str]] = {}
        open = {"id", "client", "digest", "ending", "made_at", "ended_at"}


class AccessToken(Entity):
    """What a client was given for an hour, as its digest."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=30))
    issued_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(db_index=True)
    revoked_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[AccessToken]] = models.Manager()

    class Privacy:
        personal: ClassVar[dict[str, str]] = {}
        open = {"id", "client", "digest", "scopes", "issued_at", "expires_at", "revoked_at"}  # fmt: skip


class Rate(models.Model):
    """How often somebody asked: this minute and today. A counter that may be lost.

    `key` is a client, or the digest of an address of the net.
    """

    key = models.CharField(max_length=70, primary_key=True)
    minute = models.DateTimeField()
    count = models.PositiveIntegerField()
    day = models.DateField(db_index=True)
    day_count = models.PositiveIntegerField()
    refused = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager[Rate]] = models.Manager()

    class Privacy:
        personal: ClassVar[dict[str, str]] = {}
        open = {"key", "minute", "count", "day", "day_count", "refused"}


class Call(models.Model):
    """One call of the API by a client: what it asked and how it was answered."""

    client = models.ForeignKey(
        Client, on_delete=models.CASCADE, related_name="calls", db_index=False
    )
    operation = models.CharField(max_length=100)
    scope = models.CharField(max_length=30)
    status = models.PositiveSmallIntegerField()
    milliseconds = models.PositiveIntegerField()
    called_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[Call]] = models.Manager()

    class Privacy:
        personal: ClassVar[dict[str, str]] = {}
        open = {"id", "client", "operation", "scope", "status", "milliseconds", "called_at"}  # fmt: skip

    class Meta:
        indexes = [
            models.Index(fields=["client", "called_at"], name="clients_call_of_a_day"),
            BrinIndex(fields=["called_at"], name="clients_call_to_forget"),
        ]
