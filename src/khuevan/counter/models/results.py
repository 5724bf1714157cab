"""The result of a dossier: drafted, signed by a person, sealed by the organisation."""

from __future__ import annotations

import secrets

from django.db import models
from django.db.models import F, Q

from khuevan.counter.rules.states import Outcome
from khuevan.directory.public import Organisation, Person
from khuevan.platform import clock
from khuevan.platform.models import Entity, StoredFile

from .dossiers import Dossier


def new_verification_code() -> str:
    """Return a code nobody can guess, for the page that shows whether a result is real."""
    return secrets.token_urlsafe(12)


class Result(Entity):
    """What was decided, and the signed document that says it.

    `file` is the document with the signatures made so far; `sealed_at` the instant the
    organisation's signature was added, from which the result has effect.
    """

    dossier = models.OneToOneField(
        Dossier, on_delete=models.CASCADE, related_name="result"
    )
    outcome = models.CharField(
        max_length=10, choices=[(o.value, o.name) for o in Outcome]
    )
    text = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    drafted_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    drafted_at = models.DateTimeField(default=clock.now)
    number = models.CharField(max_length=60, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    signed_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    sealed_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sealed_at = models.DateTimeField(null=True, blank=True)
    file = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    verification = models.CharField(
        max_length=32, unique=True, default=new_verification_code
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal = models.CharField(max_length=300, blank=True)

    objects: models.Manager[Result] = models.Manager()

    class Privacy:
        personal = {
            "text": "application",
            "reason": "application",
            "file": "application",
        }
        open = {"id", "dossier", "outcome", "drafted_by", "drafted_at", "number",
                "issued_on", "valid_to", "signed_by", "signed_at", "sealed_by",
                "sealed_at", "verification", "withdrawn_at", "withdrawal"}  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sealed_at__isnull=True)
                | Q(sealed_at__gte=F("signed_at"), file__isnull=False),
                name="counter_result_is_signed_before_it_is_sealed",
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.APPROVED) | ~Q(reason=""),
                name="counter_a_no_gives_its_reason",
            ),
        ]


class ResultNumber(Entity):
    """The last number an organisation gave to a result in a year."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    objects: models.Manager[ResultNumber] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "organisation", "year", "last"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "year"],
                name="counter_results_are_numbered_by_organisation_and_year",
            )
        ]
