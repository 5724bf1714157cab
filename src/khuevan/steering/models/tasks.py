"""Tasks, who takes part in them, and the history of their due dates."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Greatest

from khuevan.directory.public import Organisation, Person
from khuevan.platform import clock
from khuevan.platform.models import Entity
from khuevan.platform.text import fold
from khuevan.steering.capacity import acting
from khuevan.steering.rules import (
    Basis,
    Group,
    Level,
    Limits,
    Proof,
    Standing,
    State,
    Status,
    Visibility,
)

from .sources import Clause


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Keep what a person may know of: the one way to get a task."""
        public = Q(visibility=Visibility.PUBLIC)
        if not isinstance(person, Person):
            return self.filter(public)
        authority = acting(person)
        if authority.reads_everything:
            return self.all()
        mine = authority.organisations
        helping = Coordination.objects.filter(organisation__in=mine).values("task")
        taking_part = Q(lead__in=mine) | Q(verifier__in=mine)
        helps = Q(pk__in=helping) & ~Q(visibility=Visibility.RESTRICTED)
        return self.filter(public | taking_part | helps)

    def assigned_by(self, day: date) -> Self:
        return self.filter(assigned_on__lte=day).exclude(state=State.CANCELLED)

    def running(self) -> Self:
        return self.filter(state__in=[State.OPEN, State.CLAIMED])

    def with_status(self, *, on: date, limits: Limits) -> Any:
        """Annotate `status`: rules.status said in SQL (a property test holds them equal).

        Returns a queryset; typed Any because the stubs lose annotations over a method.
        """
        accepted = Q(state=State.ACCEPTED)
        # Dates as plain numbers: SQL knows `date - date` as days.
        risky = (
            Q(due_on__lte=on + timedelta(days=limits.soon_days))
            | Q(heard_on__lt=on - timedelta(days=limits.silent_days))
            | Q(behind__gt=limits.behind_points)
            | Q(waiting=True)
        )
        return self.annotate(
            heard_on=models.functions.Coalesce("reported_on", "assigned_on"),
            behind=_behind(on),
            status=Case(
                When(state=State.CANCELLED, then=Value(Status.CANCELLED)),
                When(
                    accepted & Q(due_on__lt=F("accepted_on")),
                    then=Value(Status.DONE_LATE),
                ),
                When(accepted, then=Value(Status.DONE_ON_TIME)),
                When(state=State.SUSPENDED, then=Value(Status.SUSPENDED)),
                When(due_on__isnull=True, then=Value(Status.NO_DEADLINE)),
                When(due_on__lt=on, then=Value(Status.OVERDUE)),
                When(risky, then=Value(Status.AT_RISK)),
                default=Value(Status.IN_TIME),
                output_field=models.CharField(),
            ),
        )


class _Days(models.Func):
    """Whole days between two dates, or from a date to a day."""

    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = models.IntegerField()


def _behind(on: date) -> Case:
    """Say rules.expected_progress minus progress in SQL."""
    whole = _Days(F("due_on"), F("assigned_on"))
    today = models.Func(
        Value(on, output_field=models.DateField()), F("due_on"), function="LEAST",
        output_field=models.DateField(),
    )  # fmt: skip
    gone = _Days(today, F("assigned_on"))
    expected = models.ExpressionWrapper(
        Value(100) * gone / Greatest(whole, Value(1)),
        output_field=models.IntegerField(),
    )
    return Case(
        When(Q(due_on__isnull=True) | Q(reported_on__isnull=True), then=-F("progress")),
        When(due_on__lte=F("assigned_on"), then=Value(100) - F("progress")),
        default=expected - F("progress"),
        output_field=models.IntegerField(),
    )


class Task(Entity):
    """One order: what must be there, who answers for it, by when, and what proves it."""

    code = models.CharField(max_length=30, unique=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts"
    )
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="tasks")
    level = models.CharField(max_length=10, choices=[(v, v.name) for v in Level])
    group = models.PositiveSmallIntegerField(choices=[(g, g.name) for g in Group])
    title = models.CharField(max_length=500)
    lead = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    lead_person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    verifier = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    authority = models.CharField(max_length=250)
    output = models.TextField()
    proof = models.CharField(max_length=10, choices=[(p, p.name) for p in Proof])
    indicator = models.CharField(max_length=80, blank=True)
    indicator_periods = models.PositiveSmallIntegerField(default=1)
    visibility = models.CharField(
        max_length=10,
        choices=[(v, v.name) for v in Visibility],
        default=Visibility.INTERNAL,
    )
    assigned_on = models.DateField()
    original_due_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    due_provenance = models.CharField(max_length=250, blank=True)
    state = models.CharField(
        max_length=10, choices=[(s, s.name) for s in State], default=State.OPEN
    )
    claimed_on = models.DateField(null=True, blank=True)
    accepted_on = models.DateField(null=True, blank=True)
    basis = models.CharField(
        max_length=10, blank=True, choices=[(b, b.name) for b in Basis]
    )
    beyond = models.BooleanField(default=False, help_text="Beyond what was asked")
    reported_on = models.DateField(null=True, blank=True)
    progress = models.PositiveSmallIntegerField(default=0)
    next_step = models.CharField(max_length=300, blank=True)
    waiting = models.BooleanField(default=False)
    holder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    held_since = models.DateTimeField(default=clock.now)
    decision = models.CharField(
        max_length=120, blank=True, help_text="Document that suspends or cancels"
    )
    created_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now)
    folded = models.TextField(editable=False)

    objects = TaskQuerySet.as_manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {
            "id",
            "code",
            "parent",
            "clause",
            "level",
            "group",
            "title",
            "lead",
            "lead_person",
            "verifier",
            "authority",
            "output",
            "proof",
            "indicator",
            "indicator_periods",
            "visibility",
            "assigned_on",
            "original_due_on",
            "due_on",
            "due_provenance",
            "state",
            "claimed_on",
            "accepted_on",
            "basis",
            "beyond",
            "reported_on",
            "progress",
            "next_step",
            "waiting",
            "holder",
            "held_since",
            "decision",
            "created_by",
            "created_at",
            "folded",
        }

    class Meta:
        indexes = [
            models.Index(fields=["lead", "state", "due_on"]),
            models.Index(fields=["level", "assigned_on"]),
            models.Index(fields=["state", "due_on"]),
            models.Index(fields=["verifier", "state"]),
            models.Index(fields=["state", "basis", "accepted_on", "code"]),
            models.Index(fields=["parent"]),
            models.Index(fields=["due_on", "code"]),
            models.Index(
                fields=["due_on", "code"],
                condition=Q(state__in=[State.OPEN, State.CLAIMED]),
                name="steering_task_running_by_due",
            ),
            # Everything a count needs, so that counting never opens the rows.
            models.Index(
                fields=["assigned_on"],
                include=[
                    "lead",
                    "level",
                    "state",
                    "basis",
                    "due_on",
                    "original_due_on",
                    "accepted_on",
                    "reported_on",
                    "progress",
                    "waiting",
                    "visibility",
                    "id",
                ],
                name="steering_task_to_count",
            ),
            GinIndex(OpClass("folded", "gin_trgm_ops"), name="steering_task_words"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(due_on__gte=F("assigned_on")),
                name="%(app_label)s_%(class)s_is_due_after_the_order",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state=State.ACCEPTED, accepted_on__isnull=False) & ~Q(basis="")
                )
                | (~Q(state=State.ACCEPTED) & Q(accepted_on__isnull=True, basis="")),
                name="%(app_label)s_%(class)s_is_accepted_on_a_day_and_a_basis",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.CLAIMED) | Q(claimed_on__isnull=False),
                name="%(app_label)s_%(class)s_is_claimed_on_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.SUSPENDED, State.CANCELLED])
                | ~Q(decision=""),
                name="%(app_label)s_%(class)s_is_stopped_by_a_decision",
            ),
            models.CheckConstraint(
                condition=~Q(lead=F("verifier")),
                name="%(app_label)s_%(class)s_is_verified_by_a_second_unit",
            ),
            models.CheckConstraint(
                condition=~Q(output=""),
                name="%(app_label)s_%(class)s_has_an_output",
            ),
            models.CheckConstraint(
                condition=Q(progress__lte=100),
                name="%(app_label)s_%(class)s_progress_is_a_percentage",
            ),
            models.CheckConstraint(
                condition=~Q(proof=Proof.INDICATOR) | ~Q(indicator=""),
                name="%(app_label)s_%(class)s_names_its_indicator",
            ),
        ]

    def save(self, *args: object, **kwargs: object) -> None:
        self.folded = fold(f"{self.code} {self.title} {self.output}")
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def standing(self) -> Standing:
        """Return what decides this task's status; `waiting` must be annotated or set."""
        return Standing(
            state=State(self.state),
            level=Level(self.level),
            group=self.group,
            lead=str(self.lead_id),
            assigned_on=self.assigned_on,
            original_due_on=self.original_due_on,
            due_on=self.due_on,
            claimed_on=self.claimed_on,
            accepted_on=self.accepted_on,
            basis=Basis(self.basis) if self.basis else None,
            reported_on=self.reported_on,
            progress=self.progress,
            waiting=self.waiting,
        )


class Coordination(Entity):
    """A unit that helps: what it does, by when, and whether it has."""

    task = models.ForeignKey(
        Task, on_delete=models.CASCADE, related_name="coordinations"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    part = models.CharField(max_length=300, blank=True)
    due_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "task", "organisation", "part", "due_on", "done_on"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task", "organisation"],
                name="%(app_label)s_%(class)s_names_a_unit_once",
            )
        ]


class Extension(Entity):
    """A later due date: asked why, decided by whom. A date never changes silently."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="extensions")
    old_due_on = models.DateField()
    new_due_on = models.DateField()
    reason = models.TextField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    granted = models.BooleanField(null=True)
    decided_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decision_note = models.TextField(blank=True)

    class Privacy:
        personal: dict[str, str] = {}
        open = {
            "id",
            "task",
            "old_due_on",
            "new_due_on",
            "reason",
            "asked_by",
            "asked_at",
            "granted",
            "decided_by",
            "decided_at",
            "decision_note",
        }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(granted__isnull=True, decided_at__isnull=True)
                | Q(granted__isnull=False, decided_at__isnull=False),
                name="%(app_label)s_%(class)s_is_decided_with_a_time",
            ),
            models.CheckConstraint(
                condition=Q(new_due_on__gt=F("old_due_on")),
                name="%(app_label)s_%(class)s_moves_the_date_later",
            ),
            models.UniqueConstraint(
                fields=["task"],
                condition=Q(granted__isnull=True),
                name="%(app_label)s_%(class)s_waits_once_for_a_task",
            ),
        ]


class SavedFilter(Entity):
    """A way somebody likes to look at the table of tasks."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1000)

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "person", "name", "query"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "name"],
                name="%(app_label)s_%(class)s_name_is_used_once",
            )
        ]
