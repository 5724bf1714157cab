"""What last became of every listing that was ever public, in one order."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from django.db import models

from khuevan.platform.models import Entity

from .listings import Listing


class Became(StrEnum):
    """What became of a public listing."""

    PUBLISHED = "published"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


THERE = frozenset({Became.PUBLISHED, Became.CHANGED})


class Change(Entity):
    """The last change of one listing, at its place in the feed.

    A later change takes the place of the earlier one: whoever reads on from a cursor,
    however old, meets every listing that changed since, once, and no row is ever forgotten.
    """

    listing = models.OneToOneField(
        Listing, on_delete=models.PROTECT, related_name="change"
    )
    position = models.BigIntegerField(unique=True)
    became = models.CharField(max_length=9, choices=[(b, b.name) for b in Became])
    changed_at = models.DateTimeField()

    objects: ClassVar[models.Manager[Change]] = models.Manager()

    class Privacy:
        personal: ClassVar[dict[str, str]] = {}
        open = {"id", "listing", "position", "became", "changed_at"}
