"""Calendars people subscribe to from other programs."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.models import Entity


class CalendarLink(Entity):
    """One person's calendar of due dates; its address is a signature over this row."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True)

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "person", "made_at", "revoked_at"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(revoked_at__isnull=True),
                name="%(app_label)s_%(class)s_is_one_a_person",
            )
        ]
