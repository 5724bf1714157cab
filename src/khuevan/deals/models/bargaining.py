"""Versions of the terms: each complete, kept as it was proposed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from khuevan.contracts.public import Terms
from khuevan.deals.rules.states import Part
from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.models import Entity

from .deals import Deal, choices


class Version(Entity):
    """What one side proposed; a trigger keeps its terms, and all of it once both agreed.

    `reopened_at` is when a side went back to negotiating what was agreed and never signed,
    or called off: then another version may be agreed. An amendment names the version that
    held when it was proposed (`amends`) and, once agreed, its `paper` in contracts; from
    `replaced_on` that version holds no more.
    """

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    terms = models.JSONField()
    note = models.TextField(blank=True)
    part = models.CharField(max_length=9, choices=choices(Part))
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    taken_back_at = models.DateTimeField(null=True)
    agreed_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    agreed_at = models.DateTimeField(null=True)

    reopened_at = models.DateTimeField(null=True)
    amends = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="+"
    )
    paper = models.UUIDField(null=True)
    replaced_on = models.DateField(null=True)

    objects: ClassVar[models.Manager[Version]] = models.Manager()

    class Privacy:
        personal = {"terms": "may name people", "note": "may name people"}
        open = {"id", "deal", "number", "part", "by", "at", "taken_back_at",
                "agreed_by", "agreed_at", "reopened_at", "amends", "paper",
                "replaced_on"}  # fmt: skip

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["deal", "number"], name="deals_version_has_its_number"
            ),
            models.UniqueConstraint(
                fields=["deal"],
                condition=Q(agreed_at__isnull=False, reopened_at=None, amends=None),
                name="deals_one_version_is_agreed",
            ),
            models.UniqueConstraint(
                fields=["amends"],
                condition=Q(agreed_at__isnull=False, reopened_at=None),
                name="deals_version_is_amended_once",
            ),
            models.CheckConstraint(
                condition=Q(replaced_on=None) | Q(agreed_at__isnull=False, reopened_at=None),
                name="deals_only_what_holds_is_replaced",
            ),
            models.CheckConstraint(
                condition=Q(reopened_at=None) | Q(agreed_at__isnull=False),
                name="deals_only_what_was_agreed_is_reopened",
            ),
            models.CheckConstraint(
                condition=Q(agreed_at=None, agreed_by=None)
                | Q(agreed_at__isnull=False, agreed_by__isnull=False, taken_back_at=None),
                name="deals_agreed_version_has_who_agreed_and_was_not_taken_back",
            ),
        ]  # fmt: skip

    @property
    def stands(self) -> bool:
        """Tell whether it was neither taken back nor reopened."""
        return self.taken_back_at is None and self.reopened_at is None

    @property
    def told(self) -> Terms:
        """Return the terms of this version."""
        return Terms.from_json(self.terms)
