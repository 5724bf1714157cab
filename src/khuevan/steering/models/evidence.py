"""What a unit shows, and what a second unit says about it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from khuevan.directory.public import Organisation, Person
from khuevan.platform import clock
from khuevan.platform.models import Entity, StoredFile
from khuevan.steering.rules import Proof

from .tasks import Task


class Evidence(Entity):
    """One piece of evidence, with the claim it belongs to (`round`)."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="evidence")
    round = models.PositiveSmallIntegerField(help_text="Which claim: 1, 2 …")
    proof = models.CharField(max_length=10, choices=[(p, p.name) for p in Proof])
    note = models.TextField()
    document_number = models.CharField(max_length=80, blank=True)
    count = models.BigIntegerField(null=True, blank=True)
    file = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    place = models.CharField(max_length=200, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    reading = models.JSONField(
        null=True, blank=True, help_text="What the indicator said"
    )
    submitted_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField(default=clock.now)

    class Privacy:
        personal: dict[str, str] = {}
        open = {
            "id",
            "task",
            "round",
            "proof",
            "note",
            "document_number",
            "count",
            "file",
            "place",
            "taken_at",
            "reading",
            "submitted_by",
            "submitted_at",
        }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(
                    (Q(proof=Proof.DOCUMENT) & ~Q(document_number=""))
                    | (Q(proof=Proof.COUNT) & Q(count__isnull=False))
                    | (
                        Q(proof=Proof.PHOTO, taken_at__isnull=False)
                        & ~Q(place="")
                        & Q(file__isnull=False)
                    )
                    | Q(proof=Proof.INDICATOR, reading__isnull=False)
                    | Q(proof=Proof.REPORT)
                ),
                name="%(app_label)s_%(class)s_shows_what_its_kind_asks",
            )
        ]


class Verification(Entity):
    """A second unit's word on one claim; a re-audit is a later word on the same claim."""

    task = models.ForeignKey(
        Task, on_delete=models.PROTECT, related_name="verifications"
    )
    round = models.PositiveSmallIntegerField()
    accepted = models.BooleanField()
    is_reaudit = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=clock.now)

    class Privacy:
        personal: dict[str, str] = {}
        open = {
            "id",
            "task",
            "round",
            "accepted",
            "is_reaudit",
            "reason",
            "organisation",
            "decided_by",
            "decided_at",
        }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted=True) | ~Q(reason=""),
                name="%(app_label)s_%(class)s_is_refused_with_a_reason",
            )
        ]
