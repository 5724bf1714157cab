"""Moving dossiers in flight to a new version: planned, shown, applied, undone."""

from __future__ import annotations

from typing import Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.models import Entity

from .dossiers import Dossier


class VersionMove(Entity):
    """One decision to move the dossiers of a version to another."""

    procedure = models.CharField(max_length=20)
    source = models.UUIDField()
    target = models.UUIDField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    chosen = models.JSONField(default=dict)
    total = models.PositiveIntegerField(default=0)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects: models.Manager[VersionMove] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "procedure", "source", "target", "by", "at", "chosen", "total",
                "undone_at"}  # fmt: skip


class MovedDossierQuerySet(models.QuerySet["MovedDossier"]):
    def gone(self) -> Self:
        """Keep those that went over to the new version."""
        return self.filter(refusal__isnull=True)

    def stayed(self) -> Self:
        """Keep those that could not go on there, and stayed."""
        return self.filter(refusal__isnull=False)


class MovedDossier(Entity):
    """One dossier of a move, with its standing steps as rows before and by key after.

    One that could not go on in the new version stayed: `refusal` holds the sentence
    that says why, and its places.
    """

    move = models.ForeignKey(
        VersionMove, on_delete=models.CASCADE, related_name="dossiers"
    )
    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="+")
    before = models.JSONField(encoder=DjangoJSONEncoder, default=list)
    after = models.JSONField(default=list)
    refusal = models.JSONField(null=True, blank=True)
    moved_at = models.DateTimeField(default=clock.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = MovedDossierQuerySet.as_manager()

    class Privacy:
        personal = {"before": "application"}
        open = {"id", "move", "dossier", "after", "refusal", "moved_at", "undone_at"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["move", "dossier"], name="counter_a_dossier_moves_once_a_move"
            )
        ]
