"""What the journal stores beside its own SQL (migration 0001): the log and webhooks.

Nothing here points outside the journal: people and things are known by reference.
"""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from khuevan.platform.models import Entity

from .actors import OPERATOR, Person


class FactRow(models.Model):
    """Reading only: facts are written by the function journal_record."""

    number = models.BigIntegerField(primary_key=True)
    kind = models.TextField()
    subject = models.TextField()
    actor = models.TextField(null=True)
    organisation = models.TextField(null=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    figures = models.JSONField()
    position = models.IntegerField()
    previous = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        managed = False
        db_table = "journal_fact"


class Leaf(models.Model):
    """One fact's place in the transparency log."""

    index = models.BigIntegerField(primary_key=True)
    number = models.BigIntegerField(unique=True)
    hash = models.BinaryField()


class Tile(models.Model):
    """Up to 256 neighbouring hashes of the tree: at level 0 leaf hashes, above roots.

    The hash of node `i` of tile level `l` is the root of the full tile `i` of level
    `l - 1`; everything between is recomputed when a proof needs it.
    """

    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["level", "index"], name="journal_tile_is_stored_once"
            )
        ]


class Checkpoint(models.Model):
    """The tree at one size, signed by the log."""

    size = models.BigIntegerField(primary_key=True)
    note = models.TextField()
    signed_at = models.DateTimeField(db_index=True)


class Cosignature(models.Model):
    """A witness's line under a checkpoint."""

    size = models.BigIntegerField()
    witness = models.CharField(max_length=200)
    line = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["size", "witness"], name="journal_cosignature_is_given_once"
            )
        ]


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def visible_to(self, person: Person) -> Self:
        return self if person.authority.has(OPERATOR) else self.none()


class Subscription(Entity):
    """A machine elsewhere that is told of facts of some kinds."""

    url = models.CharField(max_length=500)
    kinds = models.JSONField()
    owner = models.CharField(max_length=150, blank=True, db_index=True)
    secret = models.CharField(max_length=100)
    secret_before = models.CharField(max_length=100, blank=True)
    secret_before_until = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "url", "kinds", "owner", "secret", "secret_before",
                "secret_before_until", "opened_at", "paused_at"}  # fmt: skip


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, person: Person) -> Self:
        return self if person.authority.has(OPERATOR) else self.none()


class DeliveryState(models.TextChoices):
    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"


class Delivery(Entity):
    """One fact on its way to one subscription; its key is the message's id."""

    subscription = models.ForeignKey(
        Subscription, on_delete=models.PROTECT, related_name="deliveries"
    )
    fact = models.BigIntegerField()
    kind = models.CharField(max_length=100)
    body = models.TextField()
    state = models.CharField(
        max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    answer = models.CharField(max_length=200, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "subscription", "fact", "kind", "body", "state", "attempts",
                "due_at", "answer", "finished_at"}  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "fact"], name="journal_delivery_is_made_once"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", finished_at__isnull=True)
                | Q(state__in=["delivered", "dead"], finished_at__isnull=False),
                name="journal_delivery_is_finished_or_waiting",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(state="waiting"),
                name="journal_delivery_due",
            )
        ]
