"""Meetings of the committee: an agenda made of what is red, conclusions that become tasks."""

from __future__ import annotations

from django.db import models

from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.models import Entity

from .sources import Source
from .tasks import Task


class Meeting(Entity):
    title = models.CharField(max_length=300)
    held_on = models.DateField()
    chaired_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    conclusion = models.OneToOneField(
        Source, null=True, on_delete=models.PROTECT, related_name="meeting"
    )
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)

    class Privacy:
        personal: dict[str, str] = {}
        open = {
            "id",
            "title",
            "held_on",
            "chaired_by",
            "conclusion",
            "created_by",
            "created_at",
            "closed_at",
        }


class AgendaItem(Entity):
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    task = models.ForeignKey(
        Task, null=True, on_delete=models.PROTECT, related_name="+"
    )
    words = models.CharField(max_length=300)
    conclusion = models.TextField(blank=True)

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "meeting", "position", "task", "words", "conclusion"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "position"],
                name="%(app_label)s_%(class)s_has_its_own_place",
            )
        ]
