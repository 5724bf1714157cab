"""What somebody is asked to pay, and the attempts to."""

from __future__ import annotations

import secrets
from typing import ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q, Sum

from khuevan.directory.public import Organisation, Person
from khuevan.payments.rules.books import Books, Payer, RefundReason, RefundState, State
from khuevan.platform import clock
from khuevan.platform.models import Entity


def new_token() -> str:
    """Return a part of an address nobody can guess: 192 random bits."""
    return secrets.token_urlsafe(24)


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Keep one's own orders, those of one's bodies, or all for city-wide readers.

        Whoever holds an order's address sees that one page; strangers list nothing.
        """
        if not isinstance(person, Person):
            return self.none()
        if person.authority.reads_everything:
            return self.all()
        mine = person.authority.organisations
        return self.filter(Q(payer=person) | Q(beneficiary__in=mine))


class Order(Entity):
    """Money the city asks of somebody for a thing of another app; đồng.

    The thing is known only by reference. `amount` is what the applicant owes; lines
    the city's budget bears are shown and not asked for.
    """

    subject = models.CharField(max_length=150, db_index=True)
    purpose = models.SlugField(max_length=40)
    pay_reference = models.CharField(max_length=12, unique=True)
    token = models.CharField(max_length=40, unique=True, default=new_token)
    payer = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    beneficiary = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    amount = models.PositiveBigIntegerField()
    state = models.CharField(
        max_length=10, choices=[(s, s.name) for s in State], default=State.WAITING
    )
    closed_as = models.CharField(max_length=10, blank=True)
    paid_by = models.SlugField(max_length=20, blank=True)
    opened_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    reaction_refused = models.CharField(max_length=300, blank=True)

    objects = OrderQuerySet.as_manager()

    class Privacy:
        personal = {"payer": "who pays", "token": "opens the page without sign-in"}
        open = {"id", "subject", "purpose", "pay_reference", "beneficiary", "amount",
                "state", "closed_as", "paid_by", "opened_at", "due_at", "paid_at",
                "closed_at", "reaction_refused"}  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_as="", closed_at__isnull=True)
                | Q(closed_as__in=["cancelled", "expired"], closed_at__isnull=False),
                name="payments_order_is_closed_as_something_at_some_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PAID) | Q(paid_at__isnull=False),
                name="payments_paid_order_says_when",
            ),
        ]
        indexes = [models.Index(fields=["beneficiary", "state", "opened_at"])]

    def books(self) -> Books:
        """Add up what moved for this order: two queries."""
        refunds = self.refunds.exclude(state=RefundState.FAILED)
        sums = refunds.aggregate(
            returned=Sum("amount", filter=Q(state=RefundState.DONE), default=0),
            returning=Sum(
                "amount",
                filter=Q(state=RefundState.SENT)
                | Q(state=RefundState.ASKED) & ~Q(reason=RefundReason.SURPLUS),
                default=0,
            ),
        )
        received = self.credits.aggregate(sum=Sum("amount", default=0))["sum"]
        closed = State(self.closed_as) if self.closed_as else None
        return Books(self.amount, received=received, closed=closed, **sums)


class OrderLine(Entity):
    """One thing an order asks money for, and who bears it."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=250)
    amount = models.PositiveBigIntegerField()
    payer = models.CharField(max_length=10, choices=[(p, p.name) for p in Payer])

    objects: ClassVar[models.Manager[OrderLine]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "order", "position", "code", "name", "amount", "payer"}

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "code"], name="payments_line_stands_once_in_an_order"
            )
        ]


class Attempt(Entity):
    """Somebody went to a gateway to pay."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="attempts")
    gateway = models.SlugField(max_length=20)
    amount = models.PositiveBigIntegerField()
    started_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[Attempt]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "order", "gateway", "amount", "started_at"}
