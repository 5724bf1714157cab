"""How often listings are looked at: counted, without keeping who looked."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from khuevan.platform.models import Entity

from .listings import Listing


class ViewDay(Entity):
    """How many readers looked at a listing on a day; each counts once a day."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="views")
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager[ViewDay]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "listing", "day", "count"}

    class Meta:
        indexes = [models.Index(fields=["day"])]
        constraints = [
            models.UniqueConstraint(
                fields=["listing", "day"], name="exchange_views_of_a_day_are_one_row"
            )
        ]


class Viewer(models.Model):
    """That somebody has been counted today. `reader` is a keyed digest; gone the next day."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    reader = models.CharField(max_length=64)

    objects: ClassVar[models.Manager[Viewer]] = models.Manager()

    class Privacy:
        personal = {"reader": "a digest of who looked, deleted the next day"}
        open = {"id", "listing", "day"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["listing", "day", "reader"],
                name="exchange_reader_counts_once_a_day",
            )
        ]
