"""Days compared with the bank's list, and the sandbox's own list."""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q

from khuevan.directory.public import Organisation, Person, Role
from khuevan.payments.rules.reconciling import Kind, Verdict
from khuevan.platform import clock
from khuevan.platform.models import Entity

from .orders import Order


class Statement(Entity):
    """One day of one gateway, compared."""

    gateway = models.SlugField(max_length=20)
    day = models.DateField()
    compared_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[Statement]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "gateway", "day", "compared_at"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "day"], name="payments_day_is_compared_once"
            )
        ]


class StatementLineQuerySet(models.QuerySet["StatementLine"]):
    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Keep what one's bodies own; what nobody owns is the operators'."""
        if not isinstance(person, Person):
            return self.none()
        if person.authority.reads_everything:
            return self.all()
        mine = person.authority.organisations
        seen = Q(owner__in=mine)
        if person.authority.has(Role.OPERATOR):
            seen |= Q(owner=None)
        return self.filter(seen)


class BookDayQuerySet(models.QuerySet["BookDay"]):
    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Keep the days of one's bodies; those who read everything see all."""
        if not isinstance(person, Person):
            return self.none()
        if person.authority.reads_everything:
            return self.all()
        return self.filter(owner__in=person.authority.organisations)

    def open(self) -> Self:
        """Keep the days on which books and bank differ and nobody has said why."""
        agree = Q(bank=F("books") + F("apart"))
        return self.filter(resolved_at=None).exclude(agree)


class StatementLine(Entity):
    """One movement as both sides know it; a problem has an owner until it is resolved."""

    statement = models.ForeignKey(
        Statement, on_delete=models.CASCADE, related_name="lines"
    )
    transaction = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=[(k, k.name) for k in Kind])
    verdict = models.CharField(max_length=20, choices=[(v, v.name) for v in Verdict])
    theirs = models.PositiveBigIntegerField(null=True)
    ours = models.PositiveBigIntegerField(null=True)
    reference = models.CharField(max_length=150, blank=True)
    order = models.ForeignKey(
        Order, null=True, on_delete=models.PROTECT, related_name="+"
    )
    owner = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField(max_length=300, blank=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = StatementLineQuerySet.as_manager()

    class Privacy:
        personal = {"reference": "words of a transfer may name people"}
        open = {"id", "statement", "transaction", "kind", "verdict", "theirs", "ours",
                "order", "owner", "note", "resolved_at", "resolved_by"}  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "kind", "transaction"],
                name="payments_statement_names_a_movement_once",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True) | ~Q(note=""),
                name="payments_problem_is_resolved_with_a_note",
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Tell whether somebody still has to look at it."""
        return self.verdict != Verdict.MATCHED and self.resolved_at is None


class BookDay(Entity):
    """What moved for one body at the bank on a day, and in its books; đồng, in less out.

    `apart` is what came in and stands in no book yet: part of a sum, or too much of it.
    """

    day = models.DateField()
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    bank = models.BigIntegerField()
    books = models.BigIntegerField()
    apart = models.BigIntegerField(default=0)
    note = models.CharField(max_length=300, blank=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = BookDayQuerySet.as_manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "day", "owner", "bank", "books", "apart", "note", "resolved_at",
                "resolved_by"}  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "owner"], name="payments_body_has_one_book_day"
            ),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True) | ~Q(note=""),
                name="payments_book_day_is_resolved_with_a_note",
            ),
        ]

    @property
    def off(self) -> int:
        """Return by how much books say more than the bank; 0 where they agree."""
        return self.books + self.apart - self.bank

    @property
    def is_open(self) -> bool:
        """Tell whether somebody still has to look at it."""
        return self.off != 0 and self.resolved_at is None


class SandboxMovement(Entity):
    """What the invented bank of the sandbox remembers; never used by a real gateway."""

    kind = models.CharField(max_length=10, choices=[(k, k.name) for k in Kind])
    transaction = models.CharField(max_length=80, unique=True)
    reference = models.CharField(max_length=40, blank=True)
    refund_of = models.CharField(max_length=80, blank=True)
    refund_key = models.CharField(max_length=40, blank=True)
    amount = models.PositiveBigIntegerField()
    happened_at = models.DateTimeField(default=clock.now)
    told_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[SandboxMovement]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "kind", "transaction", "reference", "refund_of", "refund_key",
                "amount", "happened_at", "told_at"}  # fmt: skip
