"""Books and what is written in them: entries and their postings are never changed."""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q

from khuevan.directory.public import Organisation, Person, Role
from khuevan.platform import clock
from khuevan.platform.models import Entity

from .rules import HoldState, Kind


class BookQuerySet(models.QuerySet["Book"]):
    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Keep the books of bodies one heads; leaders and inspection read all of them."""
        if not isinstance(person, Person):
            return self.none()
        authority = person.authority
        if authority.reads_everything:
            return self
        if not authority.has(Role.HEAD):
            return self.none()
        return self.filter(owner__in=authority.organisations)


class Book(Entity):
    """A set of accounts that balances by itself, kept by one body.

    `last` is the number of its newest entry; whoever writes in it locks the book, so
    entries have one order and no gaps. Nothing is entered for a day up to `closed_on`.
    """

    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=200)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=clock.now)
    closed_on = models.DateField(null=True)
    last = models.PositiveIntegerField(default=0)

    objects = BookQuerySet.as_manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "code", "title", "owner", "opened_at", "closed_on", "last"}


class Account(Entity):
    """An account of a book. Where it is `covered`, it never falls below nought.

    `about` names what it is for, such as a deal; several accounts may be for one thing.
    """

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="accounts")
    code = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=[(k, k.name) for k in Kind])
    about = models.CharField(max_length=100, blank=True, db_index=True)
    covered = models.BooleanField(default=True)
    opened_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[Account]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "book", "code", "name", "kind", "about", "covered", "opened_at"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["book", "code"], name="books_code_names_one_account"
            )
        ]


class Entry(Entity):
    """What happened on a day, in words and postings. Never changed; reversed by another."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()
    key = models.CharField(max_length=120)
    occurred_on = models.DateField()
    entered_at = models.DateTimeField(default=clock.now)
    words = models.CharField(max_length=300)
    about = models.CharField(max_length=100, blank=True, db_index=True)
    by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reverses = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="reversed_by"
    )

    objects: ClassVar[models.Manager[Entry]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "book", "number", "key", "occurred_on", "entered_at", "words",
                "about", "by", "reverses"}  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["book", "number"], name="books_number_is_given_once"
            ),
            models.UniqueConstraint(
                fields=["book", "key"], name="books_key_is_entered_once"
            ),
        ]
        indexes = [models.Index(fields=["book", "occurred_on"])]


class Posting(Entity):
    """One line of an entry: đồng on an account, debit positive."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="postings")
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="postings"
    )
    amount = models.BigIntegerField()

    objects: ClassVar[models.Manager[Posting]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "entry", "account", "amount"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "account"], name="books_account_once_an_entry"
            ),
            models.CheckConstraint(
                condition=~Q(amount=0), name="books_posting_is_some_money"
            ),
        ]


class Hold(Entity):
    """An entry to come: money that is not free meanwhile. Posted, less of it, or let go.

    What is set aside is taken from whichever side it makes fall: from a liability it
    debits, from an asset it credits.
    """

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="holds")
    key = models.CharField(max_length=120)
    debit = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="debit_holds"
    )
    credit = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="credit_holds"
    )
    amount = models.PositiveBigIntegerField()
    words = models.CharField(max_length=300)
    about = models.CharField(max_length=100, blank=True, db_index=True)
    placed_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField(null=True)
    by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(
        max_length=8, choices=[(s, s.name) for s in HoldState], default=HoldState.OPEN
    )
    ended_at = models.DateTimeField(null=True)
    entry = models.OneToOneField(
        Entry, null=True, on_delete=models.PROTECT, related_name="hold"
    )

    objects: ClassVar[models.Manager[Hold]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "book", "key", "debit", "credit", "amount", "words", "about",
                "placed_at", "ends_at", "by", "state", "ended_at", "entry"}  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["book", "key"], name="books_hold_is_placed_once"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="books_hold_is_some_money"
            ),
            models.CheckConstraint(
                condition=~Q(debit=F("credit")), name="books_hold_goes_elsewhere"
            ),
            models.CheckConstraint(
                condition=Q(state=HoldState.OPEN, ended_at=None)
                | Q(~Q(state=HoldState.OPEN), ended_at__isnull=False),
                name="books_hold_ends_once",
            ),
            models.CheckConstraint(
                condition=Q(state=HoldState.POSTED, entry__isnull=False)
                | Q(~Q(state=HoldState.POSTED), entry=None),
                name="books_posted_hold_has_its_entry",
            ),
        ]
        indexes = [
            models.Index(
                fields=["ends_at"],
                condition=Q(state=HoldState.OPEN),
                name="books_holds_that_end",
            ),
        ]
