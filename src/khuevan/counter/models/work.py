"""The work on a dossier: steps, opinions, notes, and what can still be undone."""

from __future__ import annotations

from typing import Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from khuevan.directory.public import Organisation, Person
from khuevan.platform import clock
from khuevan.platform.models import Entity
from khuevan.process.public import Duty, Kind, Token

from .dossiers import Dossier


class StepState(models.TextChoices):
    """What a step row is: a token of the process, kept after it moved on."""

    WAITING = "waiting"
    JOINING = "joining"
    DONE = "done"
    LEFT = "left"  # ended without being done: stop, withdrawal, a new version


class StepQuerySet(models.QuerySet["Step"]):
    def visible_to(self, person: Person) -> Self:
        """Keep steps of dossiers a person may know of."""
        return self.filter(
            dossier__in=Dossier.objects.visible_to(person).order_by().values("pk")
        )

    def waiting(self) -> Self:
        return self.filter(state=StepState.WAITING)

    def stuck(self) -> Self:
        """Keep steps that cannot open the other procedure and are with somebody."""
        return self.waiting().filter(kind=Kind.CALL, child=None, person__isnull=False)

    def standing(self) -> Self:
        """Keep the tokens of running processes."""
        return self.filter(state__in=[StepState.WAITING, StepState.JOINING])


class Step(Entity):
    """One step of one dossier: whose, since when, until when, how it ended."""

    dossier = models.ForeignKey(
        Dossier, on_delete=models.CASCADE, related_name="work", db_index=False
    )
    node = models.CharField(max_length=80)
    via = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=10, choices=[(k.value, k.name) for k in Kind])
    name = models.CharField(max_length=250, blank=True)
    duty = models.CharField(
        max_length=10, blank=True, choices=[(d.value, d.name) for d in Duty]
    )
    state = models.CharField(
        max_length=8, choices=StepState.choices, default=StepState.WAITING
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    hours = models.DecimalField(max_digits=7, decimal_places=2, default=0)
    entered_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(max_length=40, blank=True)
    remark = models.CharField(max_length=1000, blank=True)
    child = models.OneToOneField(
        Dossier, null=True, blank=True, on_delete=models.PROTECT, related_name="called_by"
    )  # fmt: skip

    objects = StepQuerySet.as_manager()

    class Privacy:
        personal = {"remark": "application"}
        open = {"id", "dossier", "node", "via", "kind", "name", "duty", "state",
                "organisation", "person", "hours", "entered_at", "due_at", "left_at",
                "done_by", "outcome", "child"}  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "joining"], left_at__isnull=True)
                | Q(state__in=["done", "left"], left_at__isnull=False),
                name="counter_step_ends_when_it_is_left",
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("entered_at")),
                name="counter_step_is_left_after_it_was_entered",
            ),
        ]
        indexes = [
            models.Index(fields=["dossier", "entered_at"], name="counter_steps_in_order"),
            models.Index(
                fields=["organisation", "duty", "person"],
                condition=Q(state="waiting"),
                name="counter_waiting_work",
            ),
            models.Index(
                fields=["person", "due_at"],
                condition=Q(state="waiting"),
                name="counter_work_of_a_person",
            ),
            models.Index(
                fields=["due_at"],
                condition=Q(state="waiting", kind="timer"),
                name="counter_timers",
            ),
        ]  # fmt: skip

    @property
    def token(self) -> Token:
        """Return the token this row stores."""
        return Token(self.node, self.via, self.state == StepState.JOINING)


class Opinion(Entity):
    """What another agency was asked in the course of a step, and what it said."""

    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="opinions")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    question = models.CharField(max_length=1000, blank=True)
    asked_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField()
    given_at = models.DateTimeField(null=True, blank=True)
    given_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    agrees = models.BooleanField(null=True)
    text = models.TextField(blank=True)

    objects: models.Manager[Opinion] = models.Manager()

    class Privacy:
        personal = {"question": "application", "text": "application"}
        open = {"id", "step", "organisation", "asked_at", "due_at", "given_at",
                "given_by", "agrees"}  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["step", "organisation"],
                name="counter_an_agency_is_asked_once_a_step",
            )
        ]


class Note(Entity):
    """An internal note on a dossier: officials read it, the applicant does not."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="notes")
    text = models.CharField(max_length=2000)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects: models.Manager[Note] = models.Manager()

    class Privacy:
        personal = {"text": "application"}
        open = {"id", "dossier", "by", "at"}


class LastAction(Entity):
    """What stood before somebody's last action on a dossier, so that it can be undone."""

    dossier = models.OneToOneField(
        Dossier, on_delete=models.CASCADE, related_name="last_action"
    )
    kind = models.CharField(max_length=40)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    before = models.JSONField(encoder=DjangoJSONEncoder)

    objects: models.Manager[LastAction] = models.Manager()

    class Privacy:
        personal = {"before": "application"}
        open = {"id", "dossier", "kind", "by", "at"}
