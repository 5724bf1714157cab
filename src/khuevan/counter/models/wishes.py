"""What an applicant wants of a dossier, doubts about registers."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from khuevan.directory.public import Organisation, Person
from khuevan.platform import clock
from khuevan.platform.models import Entity

from .dossiers import Dossier


class ReturnBy(models.TextChoices):
    """How the applicant wants the result."""

    ELECTRONIC = "electronic"
    POINT = "point"
    POST = "post"


class Wish(Entity):
    """What the applicant chose before filing: where it goes and how the result comes.

    Kept apart from the dossier: the dossier holds what is, this what was wanted.
    """

    dossier = models.OneToOneField(
        Dossier, on_delete=models.CASCADE, related_name="wish"
    )
    agency = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    receiving_point = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    return_by = models.CharField(
        max_length=12, choices=ReturnBy.choices, default=ReturnBy.ELECTRONIC
    )
    return_point = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    post_address = models.CharField(max_length=300, blank=True)

    objects: models.Manager[Wish] = models.Manager()

    class Privacy:
        personal = {"post_address": "contact"}
        open = {"id", "dossier", "agency", "receiving_point", "return_by",
                "return_point"}  # fmt: skip


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def visible_to(self, person: Person) -> Self:
        """Keep one's own, and those sent to a body one works in."""
        return self.filter(
            Q(asked_by=person) | Q(owner__in=list(person.authority.organisations))
        )

    def open(self) -> Self:
        return self.filter(answered_at=None)


class Correction(Entity):
    """A register says something of a person that the person says is wrong.

    The value of the form stays the register's: its owner mends the register, or says
    why not (NQ 66.7/2025/NQ-CP Art. 8; services.md 7.2).
    """

    dossier = models.ForeignKey(
        Dossier, null=True, blank=True, on_delete=models.SET_NULL, related_name="doubts"
    )
    field = models.CharField(max_length=80)
    title = models.CharField(max_length=250)
    source = models.CharField(max_length=40)
    value = models.CharField(max_length=500, blank=True)
    said = models.CharField(max_length=500)
    owner = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(default=clock.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    mended = models.BooleanField(null=True)
    answer = models.CharField(max_length=500, blank=True)

    objects = CorrectionQuerySet.as_manager()

    class Privacy:
        personal = {"value": "identity", "said": "identity", "answer": "application"}
        open = {"id", "dossier", "field", "title", "source", "owner", "asked_by",
                "asked_at", "answered_at", "answered_by", "mended"}  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "field"],
                condition=Q(answered_at__isnull=True),
                name="counter_a_value_is_doubted_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, mended__isnull=True)
                | Q(answered_at__isnull=False, mended__isnull=False),
                name="counter_an_answered_doubt_says_what_came_of_it",
            ),
        ]
