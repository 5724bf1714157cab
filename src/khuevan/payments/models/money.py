"""Money that moved: callbacks, credits, receipts, refunds, and the accounts it goes to."""

from __future__ import annotations

import secrets
from typing import ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q

from khuevan.directory.public import Organisation, Person
from khuevan.payments.rules.books import RefundReason, RefundState
from khuevan.payments.rules.reconciling import Kind
from khuevan.platform import clock
from khuevan.platform.models import Entity

from .orders import Order


class Account(Entity):
    """The bank account a body receives money on."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    bin = models.CharField(max_length=6)
    bank = models.CharField(max_length=100)
    number = models.CharField(max_length=19)
    holder = models.CharField(max_length=150)

    objects: ClassVar[models.Manager[Account]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "organisation", "bin", "bank", "number", "holder"}


class Callback(Entity):
    """What a gateway told, once per transaction; the request is kept as it came.

    `times` counts how often it was told; `contradicted` says that a later telling of
    the same transaction said something else.
    """

    class Outcome(models.TextChoices):
        TAKEN = "taken"
        WAITING = "waiting"  # a refund of a payment not heard of yet
        UNKNOWN = "unknown"  # for an order we do not have

    gateway = models.SlugField(max_length=20)
    kind = models.CharField(max_length=10, choices=[(k, k.name) for k in Kind])
    transaction = models.CharField(max_length=80)
    reference = models.CharField(max_length=40, blank=True)
    refund_of = models.CharField(max_length=80, blank=True)
    refund_key = models.CharField(max_length=40, blank=True)
    amount = models.PositiveBigIntegerField()
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField(default=clock.now)
    raw = models.TextField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    times = models.PositiveIntegerField(default=1)
    contradicted = models.BooleanField(default=False)

    objects: ClassVar[models.Manager[Callback]] = models.Manager()

    class Privacy:
        personal = {"raw": "a bank may name the payer in it"}
        open = {"id", "gateway", "kind", "transaction", "reference", "refund_of",
                "refund_key", "amount", "happened_at", "received_at", "outcome",
                "times", "contradicted"}  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "kind", "transaction"],
                name="payments_transaction_is_told_once",
            )
        ]
        indexes = [models.Index(fields=["outcome", "gateway"])]


class Credit(Entity):
    """Money received for an order. Never changed: the database refuses it."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="credits")
    gateway = models.SlugField(max_length=20)
    transaction = models.CharField(max_length=80)
    amount = models.PositiveBigIntegerField()
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=clock.now)
    taken_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects: ClassVar[models.Manager[Credit]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "order", "gateway", "transaction", "amount", "happened_at",
                "recorded_at", "taken_by"}  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "transaction"],
                name="payments_transaction_credits_once",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="payments_credit_is_some_money"
            ),
        ]
        indexes = [models.Index(fields=["gateway", "happened_at"])]


class PayoutQuerySet(models.QuerySet["Payout"]):
    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Keep what left for one's bodies; those who read everything see all."""
        if not isinstance(person, Person):
            return self.none()
        if person.authority.reads_everything:
            return self.all()
        return self.filter(owner__in=person.authority.organisations)


class Payout(Entity):
    """Money that left a body's account for whom it owed it to, by the bank's own number.

    `subject` is what it was owed for. Never changed: the app that owes says so once.
    """

    subject = models.CharField(max_length=150, db_index=True)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    amount = models.PositiveBigIntegerField()
    gateway = models.SlugField(max_length=20)
    transaction = models.CharField(max_length=80)
    happened_at = models.DateTimeField(default=clock.now)
    noted_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = PayoutQuerySet.as_manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "subject", "owner", "amount", "gateway", "transaction",
                "happened_at", "noted_by"}  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "transaction"], name="payments_payout_is_noted_once"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="payments_payout_is_some_money"
            ),
        ]
        indexes = [models.Index(fields=["gateway", "happened_at"])]


class ReceiptBook(Entity):
    """The last number of a body's receipts in a year; locked while one is written."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager[ReceiptBook]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "organisation", "year", "last"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "year"],
                name="payments_book_is_kept_once_a_year",
            )
        ]


def new_code() -> str:
    """Return the code by which anybody checks a receipt: 80 random bits."""
    return secrets.token_hex(10)


class Receipt(Entity):
    """An electronic receipt (biên lai điện tử): numbered without gaps, checked by code."""

    order = models.OneToOneField(
        Order, on_delete=models.PROTECT, related_name="receipt"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    amount = models.PositiveBigIntegerField()
    code = models.CharField(max_length=20, unique=True, default=new_code)
    issued_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[Receipt]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "order", "organisation", "year", "number", "amount", "code",
                "issued_at"}  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "year", "number"],
                name="payments_receipt_number_is_given_once",
            )
        ]


class RefundQuerySet(models.QuerySet["Refund"]):
    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Keep the refunds of the orders one may see."""
        return self.filter(order__in=Order.objects.visible_to(person))


class Refund(Entity):
    """Money that goes back: asked, sent to the gateway, done or failed.

    The amount of a surplus follows the books until it is sent.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="refunds")
    amount = models.PositiveBigIntegerField()
    reason = models.CharField(
        max_length=10, choices=[(r, r.name) for r in RefundReason]
    )
    note = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=[(s, s.name) for s in RefundState])
    gateway = models.SlugField(max_length=20, blank=True)
    transaction = models.CharField(max_length=80, blank=True)
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    objects = RefundQuerySet.as_manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "order", "amount", "reason", "note", "state", "gateway",
                "transaction", "asked_at", "asked_by", "sent_at", "settled_at"}  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "transaction"],
                condition=~Q(transaction=""),
                name="payments_transaction_returns_once",
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(reason=RefundReason.SURPLUS, state=RefundState.ASKED),
                name="payments_order_has_one_surplus_to_return",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True)
                | Q(state__in=[RefundState.DONE, RefundState.FAILED]),
                name="payments_refund_is_settled_when_done_or_failed",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(sent_at__gte=F("asked_at")),
                name="payments_refund_is_asked_before_it_is_sent",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="payments_refund_is_some_money"
            ),
        ]


class Refusal(Entity):
    """How many callbacks with a wrong signature came in an hour; nothing of them is kept."""

    gateway = models.SlugField(max_length=20)
    hour = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager[Refusal]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "gateway", "hour", "count"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "hour"], name="payments_refusals_are_counted_by_hour"
            )
        ]
