"""Papers of a dossier, the owner's store, and what was asked in addition."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from khuevan.catalogue.public import Supply
from khuevan.counter.rules.states import Stage
from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.models import Entity, StoredFile

from .dossiers import Dossier


class StoredPaperQuerySet(models.QuerySet["StoredPaper"]):
    def visible_to(self, person: Person) -> Self:
        """Keep what is in a person's own store; nobody looks into another's."""
        return self.filter(owner=person)

    def usable(self) -> Self:
        """Keep what still holds today."""
        today = clock.today()
        return self.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=today), withdrawn_at=None
        )


class StoredPaper(Entity):
    """A paper in its owner's electronic store (kho dữ liệu điện tử, NĐ 45/2020 Art. 16).

    Results and digitised papers land here and are used again with the owner's consent.
    """

    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    content = models.CharField(max_length=40, blank=True)
    result_of = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=300)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    legally_valid = models.BooleanField(default=False)
    from_dossier = models.ForeignKey(
        Dossier, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    kept_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = StoredPaperQuerySet.as_manager()

    class Privacy:
        personal = {"owner": "identity", "name": "application", "file": "application"}
        open = {"id", "content", "result_of", "legally_valid", "from_dossier",
                "valid_from", "valid_to", "kept_at", "withdrawn_at"}  # fmt: skip

    class Meta:
        indexes = [
            models.Index(fields=["owner", "content"], name="counter_store_of_an_owner")
        ]


class Paper(Entity):
    """How one component of a dossier came in."""

    dossier = models.ForeignKey(
        Dossier, on_delete=models.CASCADE, related_name="papers"
    )
    component = models.CharField(max_length=40)
    name = models.CharField(max_length=300)
    supply = models.CharField(
        max_length=20, choices=[(s.value, s.name) for s in Supply]
    )
    file = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    stored = models.ForeignKey(
        StoredPaper, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    form = models.PositiveSmallIntegerField(
        choices=[(0, "original"), (1, "copy"), (2, "electronic")], default=2
    )
    digitised = models.BooleanField(default=False)
    checked = models.BooleanField(null=True)
    check_note = models.CharField(max_length=500, blank=True)
    round = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField(default=clock.now)
    replaced_at = models.DateTimeField(null=True, blank=True)

    objects: models.Manager[Paper] = models.Manager()

    class Privacy:
        personal = {"file": "application", "check_note": "application"}
        open = {"id", "dossier", "component", "name", "supply", "stored", "form",
                "digitised", "checked", "round", "received_at", "replaced_at"}  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(supply=Supply.SUBMIT.value) | Q(form__lt=2) | Q(file__isnull=False),
                name="counter_electronic_paper_has_its_file",
            )
        ]  # fmt: skip


class Supplement(Entity):
    """One request for more: the whole list, once."""

    dossier = models.ForeignKey(
        Dossier, on_delete=models.CASCADE, related_name="requests"
    )
    round = models.PositiveSmallIntegerField()
    stage = models.CharField(max_length=12, choices=[(s.value, s.name) for s in Stage])
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    legal_basis = models.CharField(max_length=250)
    guidance = models.CharField(max_length=1000, blank=True)
    expires_at = models.DateTimeField()
    allowed_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    override = models.CharField(max_length=500, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)

    objects: models.Manager[Supplement] = models.Manager()

    class Privacy:
        personal = {"guidance": "application", "override": "application"}
        open = {"id", "dossier", "round", "stage", "asked_at", "asked_by",
                "legal_basis", "expires_at", "allowed_by", "completed_at"}  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "round"], name="counter_requests_are_numbered"
            ),
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(completed_at__isnull=True),
                name="counter_one_open_request",
            ),
        ]


class SupplementProposalQuerySet(models.QuerySet["SupplementProposal"]):
    def open(self) -> Self:
        """Keep what the leader has still to decide."""
        return self.filter(decided_at=None, dossier__ended_at=None)


class SupplementProposal(Entity):
    """A further request an official proposes; only the agency's leader may allow it."""

    dossier = models.ForeignKey(
        Dossier, on_delete=models.CASCADE, related_name="proposals"
    )
    items = models.JSONField(default=list)
    legal_basis = models.CharField(max_length=250)
    guidance = models.CharField(max_length=1000, blank=True)
    reason = models.CharField(max_length=500)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=clock.now)
    allowed = models.BooleanField(null=True)
    note = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = SupplementProposalQuerySet.as_manager()

    class Privacy:
        personal = {
            "items": "application",
            "guidance": "application",
            "reason": "application",
            "note": "application",
        }
        open = {"id", "dossier", "legal_basis", "proposed_by", "proposed_at",
                "allowed", "decided_by", "decided_at"}  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(decided_at__isnull=True),
                name="counter_one_open_proposal",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, allowed__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False, allowed__isnull=False),
                name="counter_proposal_is_decided_by_somebody",
            ),
        ]  # fmt: skip


class SupplementItem(Entity):
    """One thing of a request: which paper or answer, and what is wrong with it."""

    request = models.ForeignKey(
        Supplement, on_delete=models.CASCADE, related_name="items"
    )
    component = models.CharField(max_length=40)
    field = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=500)
    verification = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects: models.Manager[SupplementItem] = models.Manager()

    class Privacy:
        personal = {"reason": "application", "verification": "application"}
        open = {"id", "request", "component", "field", "answered_at"}
