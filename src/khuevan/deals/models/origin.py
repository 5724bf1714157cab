"""What the State has certified or licensed of what a deal is about."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from khuevan.deals.rules.origin import PaperKind
from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.models import Entity

from .deals import Deal, choices


class StatePaper(Entity):
    """A paper of the State the provider names; it counts once the exchange's people saw it."""

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=11, choices=choices(PaperKind))
    number = models.CharField(max_length=60)
    issued_on = models.DateField()
    stated_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    stated_at = models.DateTimeField(default=clock.now)
    confirmed_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[StatePaper]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "deal", "kind", "number", "issued_on", "stated_by", "stated_at",
                "confirmed_by", "confirmed_at"}  # fmt: skip

    class Meta:
        ordering = ["kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["deal", "kind"], name="deals_paper_of_a_kind_is_named_once"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="deals_confirmed_paper_has_who_and_when",
            ),
        ]
