"""Moving dossiers in flight to a new version: planned, shown, applied, undone."""

from __future__ import annotations

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


class MovedDossier(Entity):
    """One dossier of a move, with where its tokens stood before."""

    move = models.ForeignKey(
        VersionMove, on_delete=models.CASCADE, related_name="dossiers"
    )
    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="+")
    before = models.JSONField(encoder=DjangoJSONEncoder)
    moved_at = models.DateTimeField(default=clock.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects: models.Manager[MovedDossier] = models.Manager()

    class Privacy:
        personal = {"before": "application"}
        open = {"id", "move", "dossier", "moved_at", "undone_at"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["move", "dossier"], name="counter_a_dossier_moves_once_a_move"
            )
        ]
