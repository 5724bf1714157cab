"""The shape every stored thing shares, and the tables this app keeps itself."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from . import clock
from .ids import uuid7


class Entity(models.Model):
    """A stored thing with a time-ordered key and a reference for the journal."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True

    @property
    def ref(self) -> str:
        """Return `app.model:key`, the only way the journal names this thing."""
        return f"{self._meta.label_lower}:{self.pk}"


class FirstAnswer(Entity):
    """The answer a request with an idempotency key got first, to be given again."""

    actor = models.CharField(max_length=150)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")
    expires_at = models.DateTimeField(db_index=True)

    objects: ClassVar[models.Manager[FirstAnswer]] = models.Manager()

    class Privacy:
        personal = {"body": "whatever the first answer said to that person"}
        open = {"id", "actor", "key", "fingerprint", "status", "headers", "expires_at"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["actor", "key"], name="platform_one_answer_per_actor_and_key"
            )
        ]


class Tries(Entity):
    """How often one thing was tried in an hour.

    `key` is a digest: neither codes nor addresses are listed here.
    """

    key = models.CharField(max_length=64)
    hour = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager[Tries]] = models.Manager()

    class Privacy:
        personal: ClassVar[dict[str, str]] = {}
        open = {"id", "key", "hour", "count"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "hour"], name="platform_tries_are_counted_by_the_hour"
            )
        ]


class StoredFile(Entity):
    """A file kept by its content: where the bytes came from is told by who points here."""

    sha256 = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    kept_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[StoredFile]] = models.Manager()

    class Privacy:
        personal = {"name": "people name files after people"}
        open = {"id", "sha256", "media_type", "size", "kept_at"}

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="platform_stored_file_is_named_by_its_sha256",
            ),
            models.CheckConstraint(
                condition=Q(size__gt=0), name="platform_stored_file_is_not_empty"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class JobState(models.TextChoices):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, owner: str) -> JobQuerySet:
        """Return the jobs of one person, by reference: nobody sees another's."""
        return self.filter(owner=owner)

    def unfinished(self) -> JobQuerySet:
        return self.filter(state__in=[JobState.WAITING, JobState.RUNNING])


class Job(Entity):
    """Long work somebody started: how far it is, and how it ended."""

    kind = models.CharField(max_length=100)
    owner = models.CharField(max_length=150, blank=True, db_index=True)
    arguments = models.JSONField(default=dict)
    state = models.CharField(
        max_length=10, choices=JobState.choices, default=JobState.WAITING
    )
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    note = models.CharField(max_length=300, blank=True)
    sentence = models.CharField(max_length=500, blank=True)
    params = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    stop_asked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "kind", "owner", "arguments", "state", "done", "total", "note",
                "sentence", "params", "result", "attempts", "stop_asked_at", "created_at",
                "started_at", "finished_at"}  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done__lte=F("total")) | Q(total=0),
                name="platform_job_does_no_more_than_all",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running"], finished_at__isnull=True)
                | Q(
                    state__in=["done", "failed", "cancelled"], finished_at__isnull=False
                ),
                name="platform_job_has_an_end_when_it_is_over",
            ),
        ]
