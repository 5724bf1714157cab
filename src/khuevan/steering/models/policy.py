"""What the committee has decided about risks, reminders and escalation, as dated data."""

from __future__ import annotations

from django.db import models

from khuevan.platform import clock
from khuevan.platform.models import Entity

from .tasks import Task


class Policy(Entity):
    """One set of limits and the ladder, from a day on."""

    valid_from = models.DateField(unique=True)
    reference = models.CharField(max_length=200)
    soon_days = models.PositiveSmallIntegerField(default=7)
    silent_days = models.PositiveSmallIntegerField(default=30)
    behind_points = models.PositiveSmallIntegerField(default=25)
    answer_days = models.PositiveSmallIntegerField(
        default=5, help_text="Working days to answer a request or resolve a difficulty"
    )
    reaudit_share = models.PositiveSmallIntegerField(
        default=10, help_text="Percent of acceptances drawn for a second look"
    )
    ladder = models.JSONField(help_text="[[days after the due date, [who is told]] …]")

    class Privacy:
        personal: dict[str, str] = {}
        open = {
            "id",
            "valid_from",
            "reference",
            "soon_days",
            "silent_days",
            "behind_points",
            "answer_days",
            "reaudit_share",
            "ladder",
        }


class Reminder(Entity):
    """A rung already climbed for a task and a due date: nobody is reminded twice."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="+")
    due_on = models.DateField()
    days = models.SmallIntegerField()
    sent_at = models.DateTimeField(default=clock.now)

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "task", "due_on", "days", "sent_at"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task", "due_on", "days"],
                name="%(app_label)s_%(class)s_is_sent_once",
            )
        ]
