"""Who stands aside: officials who are away, and those with an interest of their own."""

from __future__ import annotations

from datetime import date
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from khuevan.directory.public import Appointment, Organisation, Person, Role, in_force
from khuevan.platform import clock
from khuevan.platform.models import Entity

from .dossiers import Dossier


LEADING = (Role.HEAD, Role.DIVISION_HEAD)
"""Who answers for the people of an organisation."""


def led_by(person: Person) -> frozenset[UUID]:
    """Return the organisations whose people somebody answers for."""
    return frozenset(
        h.organisation_id for h in person.authority.holdings if h.role in LEADING
    )


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def visible_to(self, person: Person) -> Self:
        """Keep one's own, those one stands in for, and those of one's people."""
        if person.authority.reads_everything:
            return self
        return self.filter(
            Q(person=person) | Q(substitute=person) | Q(organisation__in=led_by(person))
        )

    def to_come(self, day: date) -> Self:
        """Keep those that are not over on a day."""
        return self.filter(ended_at=None, ends_on__gte=day)

    def on(self, day: date) -> Self:
        """Keep those that hold on a day."""
        return self.to_come(day).filter(starts_on__lte=day)


class Absence(Entity):
    """An official is away: who stands in, from when to when, unless it ended early."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    substitute = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = models.CharField(max_length=250, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Privacy:
        personal = {"reason": "staff"}
        open = {"id", "person", "substitute", "organisation", "starts_on", "ends_on",
                "ended_at"}  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="counter_absence_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=~Q(person=F("substitute")),
                name="counter_nobody_stands_in_for_oneself",
            ),
        ]


class InterestQuerySet(models.QuerySet["Interest"]):
    def visible_to(self, person: Person) -> Self:
        """Keep one's own, and those of the people one answers for."""
        if person.authority.reads_everything:
            return self
        people = Appointment.objects.filter(in_force(), organisation__in=led_by(person))
        return self.filter(Q(person=person) | Q(person__in=people.values("person")))

    def standing(self) -> Self:
        """Keep those that were not withdrawn."""
        return self.filter(withdrawn_at=None)


class Interest(Entity):
    """Why an official stands aside: from one dossier, or from all of its applicant."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="+")
    applicant = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=250)
    declared_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InterestQuerySet.as_manager()

    class Privacy:
        personal = {"applicant": "identity", "reason": "staff"}
        open = {"id", "person", "dossier", "declared_at", "withdrawn_at"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "applicant"],
                condition=Q(withdrawn_at=None),
                name="counter_an_interest_is_declared_once",
            ),
            models.UniqueConstraint(
                fields=["person", "dossier"],
                condition=Q(withdrawn_at=None),
                name="counter_an_interest_in_a_dossier_is_declared_once",
            ),
        ]
