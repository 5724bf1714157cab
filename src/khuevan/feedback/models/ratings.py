"""Ratings: nothing here names who rated."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from khuevan.directory.public import Organisation
from khuevan.platform import clock
from khuevan.platform.models import Entity


class RatingLink(Entity):
    """The right to rate one thing once; its key is signed into an address."""

    subject = models.CharField(max_length=150, db_index=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    procedure = models.CharField(max_length=40, blank=True)
    issued_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[RatingLink]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "subject", "organisation", "procedure", "issued_at"}


class Rating(Entity):
    """What was given through a link; its giver may change it for a day."""

    link = models.OneToOneField(
        RatingLink, on_delete=models.PROTECT, related_name="rating"
    )
    good = models.BooleanField()
    stars = models.PositiveSmallIntegerField(null=True)
    scores = models.JSONField(default=dict)
    comment = models.TextField(blank=True)
    rated_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Rating]] = models.Manager()

    class Privacy:
        personal = {"comment": "people may write about themselves"}
        open = {"id", "link", "good", "stars", "scores", "rated_at", "changed_at"}

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(stars__isnull=True) | Q(stars__gte=1, stars__lte=5),
                name="feedback_rating_has_one_to_five_stars",
            )
        ]
