"""What other systems say about our figures: counts of the national reporting system."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from khuevan.directory.public import Organisation, Person
from khuevan.platform import clock
from khuevan.platform.models import Entity


class NationalCount(Entity):
    """How many dossiers a national report counts of the city, or of a unit, in a time."""

    since = models.DateField()
    until = models.DateField()
    unit = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+"
    )
    dossiers = models.PositiveIntegerField()
    source = models.CharField(max_length=250)
    told_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    told_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[NationalCount]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "since", "until", "unit", "dossiers", "source", "told_by",
                "told_at"}  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["since", "until", "unit"],
                nulls_distinct=False,
                name="measures_a_time_is_reported_once",
            ),
            models.CheckConstraint(
                condition=Q(until__gte=F("since")),
                name="measures_report_ends_after_it_starts",
            ),
        ]
