"""After agreement: milestones with their money, royalty reports, decisions of mediators."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from khuevan.deals.rules.states import Part
from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.models import Entity, StoredFile

from .deals import Deal, choices


class MilestoneState(models.TextChoices):
    """How far a part of the work is."""

    DUE = "due"
    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    DECIDED = "decided"
    DROPPED = "dropped"


class Milestone(Entity):
    """A part of the work from the agreed terms, with its money in đồng.

    `released` went to the provider's account, of which `fee` to the exchange; `returning`
    goes back to the recipient, of which `returned` has left the bank. `taken_back` counts
    how often the bank took a payment back that was held, and the recipient was asked anew.
    Released and not paid: the bank took it back afterwards.
    """

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="milestones")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    shown_by = models.TextField()
    due_on = models.DateField()
    amount = models.PositiveBigIntegerField()
    state = models.CharField(
        max_length=9, choices=MilestoneState.choices, default=MilestoneState.DUE
    )
    order = models.UUIDField(null=True)
    paid_at = models.DateTimeField(null=True)
    evidence = models.TextField(blank=True)
    file = models.ForeignKey(
        StoredFile, null=True, on_delete=models.PROTECT, related_name="+"
    )
    delivered_at = models.DateTimeField(null=True)
    sent_back = models.TextField(blank=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    released = models.PositiveBigIntegerField(default=0)
    fee = models.PositiveBigIntegerField(default=0)
    returning = models.PositiveBigIntegerField(default=0)
    returned = models.PositiveBigIntegerField(default=0)
    taken_back = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar[models.Manager[Milestone]] = models.Manager()

    class Privacy:
        personal = {"evidence": "may name people", "sent_back": "may name people"}
        open = {"id", "deal", "number", "title", "shown_by", "due_on", "amount", "state",
                "order", "paid_at", "file", "delivered_at", "accepted_at", "accepted_by",
                "decided_at", "released", "fee", "returning", "returned", "taken_back"}  # fmt: skip

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["deal", "number"], name="deals_milestone_has_its_number"
            ),
            models.CheckConstraint(
                condition=Q(released__lte=F("amount") - F("returning"))
                & Q(fee__lte=F("released"))
                & Q(returned__lte=F("returning")),
                name="deals_milestone_gives_out_no_more_than_came_in",
            ),
        ]

    @property
    def open(self) -> bool:
        """Tell whether it is still to be accepted."""
        return self.state in (MilestoneState.DUE, MilestoneState.DELIVERED)

    @property
    def lacks(self) -> bool:
        """Tell whether what was released of it is to be paid again."""
        return self.released > 0 and self.paid_at is None


class ReportQuerySet(models.QuerySet["RoyaltyReport"]):
    def open(self) -> Self:
        """Keep what the recipient still has to file, or to pay."""
        return self.filter(Q(filed_at=None) | Q(royalty__gt=0, paid_at=None))


class RoyaltyReport(Entity):
    """What the recipient states for a period, and what follows from it; đồng.

    `pay_by` is the last day on which the royalty is paid in time. Its order has none: it
    stays open, for what is owed is owed afterwards too. `taken_back` counts how often the
    bank took a payment back: it is unpaid then, with another order.
    """

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="reports")
    number = models.PositiveSmallIntegerField()
    first = models.DateField()
    last = models.DateField()
    due_on = models.DateField()
    figures = models.JSONField(default=dict)
    base = models.PositiveBigIntegerField(null=True)
    royalty = models.PositiveBigIntegerField(null=True)
    filed_at = models.DateTimeField(null=True)
    filed_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    late_at = models.DateTimeField(null=True)
    order = models.UUIDField(null=True)
    pay_by = models.DateField(null=True)
    paid_at = models.DateTimeField(null=True)
    fee = models.PositiveBigIntegerField(default=0)
    taken_back = models.PositiveSmallIntegerField(default=0)

    objects = ReportQuerySet.as_manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "deal", "number", "first", "last", "due_on", "figures", "base",
                "royalty", "filed_at", "filed_by", "late_at", "order", "pay_by", "paid_at",
                "fee", "taken_back"}  # fmt: skip

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["deal", "number"], name="deals_report_has_its_number"
            ),
            models.CheckConstraint(
                condition=Q(filed_at=None, filed_by=None, royalty=None, base=None)
                | Q(filed_at__isnull=False, royalty__isnull=False, base__isnull=False),
                name="deals_filed_report_has_its_sums",
            ),
        ]


class Loss(Entity):
    """What the bank took back of one order after it was the provider's; đồng."""

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="losses")
    order = models.UUIDField(unique=True)
    amount = models.PositiveBigIntegerField(default=0)

    objects: ClassVar[models.Manager[Loss]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "deal", "order", "amount"}


class Decision(Entity):
    """How a mediator decided a dispute: the reasons, and whether the deal goes on."""

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="decisions")
    opened_by = models.CharField(max_length=9, choices=choices(Part))
    complaint = models.TextField()
    opened_at = models.DateTimeField(default=clock.now)
    words = models.TextField(blank=True)
    goes_on = models.BooleanField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects: ClassVar[models.Manager[Decision]] = models.Manager()

    class Privacy:
        personal = {"complaint": "may name people", "words": "may name people"}
        open = {"id", "deal", "opened_by", "opened_at", "goes_on", "decided_at",
                "decided_by"}  # fmt: skip

    class Meta:
        ordering = ["opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["deal"],
                condition=Q(decided_at__isnull=True),
                name="deals_one_dispute_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, goes_on=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False, goes_on__isnull=False),
                name="deals_decision_has_who_decided_what",
            ),
        ]  # fmt: skip
