"""Planned outages: the one thing the composition root itself remembers."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from khuevan.platform import clock
from khuevan.platform.models import Entity


class Outage(Entity):
    """A time the service will not be there, announced to everybody beforehand."""

    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=300)
    is_force_majeure = models.BooleanField(default=False)
    announced_at = models.DateTimeField(default=clock.now)
    cancelled_at = models.DateTimeField(null=True)

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "starts_at", "ends_at", "reason", "is_force_majeure",
                "announced_at", "cancelled_at"}  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="%(app_label)s_%(class)s_ends_after_it_starts",
            )
        ]
