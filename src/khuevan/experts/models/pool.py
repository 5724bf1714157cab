"""Experts, what they ask for an hour, their ties, papers and absences."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from khuevan.directory.public import Organisation, Person, Role
from khuevan.experts.rules.pool import DECLARED, WAITING, Standing, Tie
from khuevan.platform import clock
from khuevan.platform.models import Entity, StoredFile


ACTING = (Role.HEAD, Role.DIVISION_HEAD, Role.OFFICIAL, Role.MEMBER)
"""Posts whose holders act for their organisation."""


def choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    """Return the choices of a field."""
    return [(word, word.name) for word in words]


class ExpertQuerySet(models.QuerySet["Expert"]):
    def visible_to(
        self, person: Person | AnonymousUser, *, keeps: bool = False
    ) -> Self:
        """Keep those who are in the pool, oneself, and all where one keeps the pool."""
        if keeps:
            return self.all()
        open_to_all = Q(standing=Standing.ADMITTED)
        if not isinstance(person, Person):
            return self.filter(open_to_all)
        return self.filter(open_to_all | Q(person=person))

    def admitted(self) -> Self:
        """Keep those who may be booked."""
        return self.filter(standing=Standing.ADMITTED)


class Expert(Entity):
    """Somebody who advises, or would like to; `due_at` while somebody has to answer."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="+")
    standing = models.CharField(max_length=10, choices=choices(Standing))
    headline = models.CharField(max_length=160, blank=True)
    experience = models.TextField(blank=True)
    fields = ArrayField(models.CharField(max_length=20), default=list)
    languages = ArrayField(models.CharField(max_length=2), default=list)
    paused = models.BooleanField(default=False)
    proposed_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    since = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(null=True)
    reminded = models.BooleanField(default=False)
    decided_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(blank=True)

    objects = ExpertQuerySet.as_manager()

    class Privacy:
        personal = {
            "person": "who advises: the pool is public",
            "headline": "of a person",
            "experience": "of a person",
            "reason": "why somebody was admitted or refused",
        }
        open = {"id", "standing", "fields", "languages", "paused", "proposed_by",
                "since", "due_at", "reminded", "decided_by"}  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(standing__in=WAITING, due_at__isnull=False)
                | (~Q(standing__in=WAITING) & Q(due_at=None)),
                name="experts_who_waits_has_a_clock",
            ),
        ]
        indexes = [models.Index(fields=["standing"])]


class Rate(Entity):
    """What an expert asks for an hour from a day on, in đồng; earlier rates stay."""

    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="rates")
    amount = models.PositiveBigIntegerField()
    valid_from = models.DateField()
    set_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[Rate]] = models.Manager()

    class Privacy:
        personal = {"amount": "what a person asks: the pool is public"}
        open = {"id", "expert", "valid_from", "set_at"}

    class Meta:
        ordering = ["-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["expert", "valid_from"], name="experts_one_rate_from_a_day"
            )
        ]


class Evidence(Entity):
    """A paper that shows experience, known by its digest."""

    expert = models.ForeignKey(
        Expert, on_delete=models.PROTECT, related_name="evidence"
    )
    title = models.CharField(max_length=200)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    put_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[Evidence]] = models.Manager()

    class Privacy:
        personal = {"title": "of a person", "file": "of a person"}
        open = {"id", "expert", "put_at"}

    class Meta:
        ordering = ["put_at", "pk"]


class Interest(Entity):
    """A tie to an organisation an expert declares; it is ended, never taken back."""

    expert = models.ForeignKey(
        Expert, on_delete=models.PROTECT, related_name="interests"
    )
    tie = models.CharField(max_length=8, choices=choices(Tie))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    declared_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[Interest]] = models.Manager()

    class Privacy:
        personal = {"tie": "of a person", "organisation": "whom a person is tied to"}
        open = {"id", "expert", "valid_from", "valid_to", "declared_at"}

    class Meta:
        ordering = ["-declared_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(tie__in=DECLARED), name="experts_interest_is_declared"
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None)
                | Q(valid_to=None)
                | Q(valid_to__gte=F("valid_from")),
                name="experts_interest_ends_after_it_starts",
            ),
        ]


class Absence(Entity):
    """Days on which an expert takes no bookings, both included."""

    expert = models.ForeignKey(
        Expert, on_delete=models.PROTECT, related_name="absences"
    )
    first = models.DateField()
    last = models.DateField()

    objects: ClassVar[models.Manager[Absence]] = models.Manager()

    class Privacy:
        personal = {"first": "when a person is away", "last": "when a person is away"}
        open = {"id", "expert"}

    class Meta:
        ordering = ["first"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last__gte=F("first")),
                name="experts_absence_ends_after_it_starts",
            )
        ]
