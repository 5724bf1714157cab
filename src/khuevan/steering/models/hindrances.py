"""What stands in the way: difficulties, requests between agencies, and the register."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from khuevan.directory.public import Organisation, Person
from khuevan.platform import clock
from khuevan.platform.models import Entity

from .tasks import Task


class Difficulty(Entity):
    """Something a unit cannot clear alone, routed to who can, with a clock."""

    class Kind(models.TextChoices):
        INSTITUTION = "institution"
        DATA = "data"
        MONEY = "money"
        PEOPLE = "people"
        COORDINATION = "coordination"
        TECHNOLOGY = "technology"

    task = models.ForeignKey(
        Task, on_delete=models.PROTECT, related_name="difficulties"
    )
    kind = models.CharField(max_length=15, choices=Kind.choices)
    text = models.TextField()
    raised_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(default=clock.now)
    routed_to = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    due_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    resolved_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True)

    class Privacy:
        personal: dict[str, str] = {}
        open = {
            "id",
            "task",
            "kind",
            "text",
            "raised_by",
            "raised_at",
            "routed_to",
            "due_at",
            "answer",
            "resolved_by",
            "resolved_at",
        }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True) | ~Q(answer=""),
                name="%(app_label)s_%(class)s_is_resolved_with_an_answer",
            )
        ]
        indexes = [models.Index(fields=["routed_to", "resolved_at"])]


class Request(Entity):
    """Something one agency asks of another for a task; who has it is the last exchange."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="requests")
    asker = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    holder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)

    class Privacy:
        personal: dict[str, str] = {}
        open = {
            "id",
            "task",
            "asker",
            "text",
            "holder",
            "due_at",
            "asked_by",
            "asked_at",
            "closed_at",
        }

    class Meta:
        indexes = [models.Index(fields=["holder", "closed_at"])]


class Exchange(Entity):
    """One passing of a request from agency to agency: what ping-pong is counted from."""

    request = models.ForeignKey(
        Request, on_delete=models.CASCADE, related_name="exchanges"
    )
    sender = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField()
    sent_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=clock.now)

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "request", "sender", "receiver", "text", "sent_by", "sent_at"}

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(sender=F("receiver")),
                name="%(app_label)s_%(class)s_goes_to_somebody_else",
            )
        ]


class DisciplineAnswer(Entity):
    """A unit's answer to one entry of the register: the fact stays, the answer stands beside it."""

    fact = models.BigIntegerField(unique=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField()
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(default=clock.now)

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "fact", "organisation", "text", "answered_by", "answered_at"}
