"""The calendar of reports and the reports themselves."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from khuevan.directory.public import Organisation, Person
from khuevan.platform import clock
from khuevan.platform.models import Entity

from .tasks import Task


class ReportingPeriod(Entity):
    """One round of reports: what it covers and when every unit must have sent it."""

    name = models.CharField(max_length=80, unique=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "name", "starts_on", "ends_on", "due_at", "closed_at"}

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="%(app_label)s_%(class)s_ends_after_it_starts",
            )
        ]


class Report(Entity):
    """A unit's report on one task: figures first, then the explanation."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="reports")
    period = models.ForeignKey(
        ReportingPeriod, null=True, blank=True, on_delete=models.PROTECT,
        related_name="reports",
    )  # fmt: skip
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    progress = models.PositiveSmallIntegerField()
    figures = models.JSONField(help_text="Name of the figure to its number")
    explanation = models.TextField()
    next_step = models.CharField(max_length=300, blank=True)
    submitted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(default=clock.now)

    class Privacy:
        personal: dict[str, str] = {}
        open = {
            "id",
            "task",
            "period",
            "organisation",
            "progress",
            "figures",
            "explanation",
            "next_step",
            "submitted_by",
            "submitted_at",
        }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(progress__lte=100),
                name="%(app_label)s_%(class)s_progress_is_a_percentage",
            ),
            models.UniqueConstraint(
                fields=["task", "period"],
                name="%(app_label)s_%(class)s_is_sent_once_a_period",
            ),
        ]
        indexes = [models.Index(fields=["task", "-submitted_at"])]
