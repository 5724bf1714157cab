"""Auctions, who bids in them, and the events that never change."""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q

from khuevan.directory.public import Organisation, Person, Role
from khuevan.platform import clock
from khuevan.platform.models import Entity

from .rules.replay import GENESIS, Event, Kind
from .rules.terms import Form, State, Terms


WORKERS = (Role.HEAD, Role.OFFICIAL)
"""Who holds auctions for a body."""


class AuctionQuerySet(models.QuerySet["Auction"]):
    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Keep the auctions one may see: all, an auction is public from its announcement."""
        return self


class Auction(Entity):
    """One lot on sale under fixed terms; `subject` is the reference of what is sold.

    The database keeps the columns from `closes_at` on: they follow from the events.
    """

    code = models.CharField(max_length=30, unique=True)
    title = models.CharField(max_length=200)
    subject = models.CharField(max_length=150)
    keeper = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=8, choices=[(f, f.name) for f in Form])
    start = models.PositiveBigIntegerField()
    reserve = models.PositiveBigIntegerField()
    step = models.PositiveBigIntegerField(default=0)
    deposit = models.PositiveBigIntegerField()
    window = models.PositiveIntegerField(default=0)
    tick = models.PositiveIntegerField(default=0)
    opens_at = models.DateTimeField()
    announced_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    closes_at = models.DateTimeField(db_index=True)
    state = models.CharField(
        max_length=9, choices=[(s, s.name) for s in State], default=State.RUNNING
    )
    last = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64, default=GENESIS)
    last_at = models.DateTimeField(null=True)
    best_amount = models.PositiveBigIntegerField(null=True)
    best_bidder = models.ForeignKey(
        "Bidder", null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = AuctionQuerySet.as_manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "code", "title", "subject", "keeper", "form", "start", "reserve",
                "step", "deposit", "window", "tick", "opens_at", "announced_by", "closes_at", "state", "last", "head",
                "last_at", "best_amount", "best_bidder"}  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")) | ~Q(form=Form.ENGLISH),
                name="auctions_auction_ends_after_it_opens",
            ),
            models.CheckConstraint(
                condition=Q(best_amount=None, best_bidder=None)
                | Q(best_amount__isnull=False, best_bidder__isnull=False),
                name="auctions_best_bid_has_its_bidder",
            ),
        ]

    @property
    def book(self) -> str:
        """Return the code of the book that keeps its deposits."""
        return f"AUCTION-{self.code}"


class OpeningKeyQuerySet(models.QuerySet["OpeningKey"]):
    def visible_to(self, person: Person) -> Self:
        """Keep the keys somebody holds with others, and those of bodies they hold auctions for."""
        mine = [
            h.organisation_id for h in person.authority.holdings if h.role in WORKERS
        ]
        return self.filter(Q(holders__person=person) | Q(keeper__in=mine)).distinct()

    def ready(self) -> Self:
        """Keep the keys that no auction has used and every holder has made their part of."""
        return self.filter(auction=None).exclude(holders__public_key="")


class OpeningKey(Entity):
    """What the sealed bids of one auction are closed with: its holders' keys together.

    Its holders are asked before anybody knows which auction it is for; any `threshold` of
    them open the bids.
    """

    keeper = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    threshold = models.PositiveSmallIntegerField()
    made_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(default=clock.now)
    auction = models.OneToOneField(
        Auction, null=True, on_delete=models.PROTECT, related_name="opening_key"
    )

    objects = OpeningKeyQuerySet.as_manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "keeper", "threshold", "made_by", "made_at", "auction"}

    @property
    def is_ready(self) -> bool:
        """Tell whether every holder has made their key."""
        return all(holder.public_key for holder in self.holders.all())


class KeyHolder(Entity):
    """One who helps to open bids: the post everybody reads, and the key they made.

    The private key stays with the holder until bidding is over; then it is told in the
    auction's audit.
    """

    POST = 120
    """Characters of a post and its body."""

    key = models.ForeignKey(
        OpeningKey, on_delete=models.PROTECT, related_name="holders"
    )
    number = models.PositiveSmallIntegerField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    post = models.CharField(max_length=POST)
    public_key = models.CharField(max_length=64, blank=True)
    joined_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[KeyHolder]] = models.Manager()

    class Privacy:
        personal = {"person": "the public knows a holder by the post"}
        open = {"id", "key", "number", "post", "public_key", "joined_at"}

    class Meta:
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(
                fields=["key", "number"], name="auctions_number_is_one_holder"
            ),
            models.UniqueConstraint(
                fields=["key", "person"], name="auctions_person_holds_one_part"
            ),
            models.UniqueConstraint(
                fields=["public_key"], condition=~Q(public_key=""),
                name="auctions_holders_key_is_used_once",
            ),
            models.CheckConstraint(
                condition=Q(public_key="", joined_at=None)
                | ~Q(public_key="") & Q(joined_at__isnull=False),
                name="auctions_holder_joined_with_a_key",
            ),
        ]  # fmt: skip


class Bidder(Entity):
    """Somebody who wants to bid; a number in public once the deposit is held."""

    auction = models.ForeignKey(
        Auction, on_delete=models.PROTECT, related_name="bidders"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    order = models.UUIDField(null=True)
    number = models.PositiveIntegerField(null=True)
    applied_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[Bidder]] = models.Manager()

    class Privacy:
        personal = {"person": "who wants to buy: the keeper knows, the public does not"}
        open = {"id", "auction", "order", "number", "applied_at"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["auction", "person"], name="auctions_person_bids_as_one"
            ),
            models.UniqueConstraint(
                fields=["auction", "number"], name="auctions_number_is_one_bidder"
            ),
        ]

    @property
    def account(self) -> str:
        """Return the code of the account that keeps the deposit."""
        return f"DEPOSIT:{self.pk.hex.upper()}"


class Flag(Entity):
    """A bidder who would be refused by what is known now, by one rule, with its sentence.

    For whoever oversees the auction; `words` say why it was let pass.
    """

    bidder = models.ForeignKey(Bidder, on_delete=models.PROTECT, related_name="flags")
    rule = models.CharField(max_length=40)
    sentence = models.TextField()
    params = models.JSONField(default=dict)
    raised_at = models.DateTimeField(default=clock.now)
    words = models.TextField(blank=True)
    passed_at = models.DateTimeField(null=True)
    passed_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects: ClassVar[models.Manager[Flag]] = models.Manager()

    class Privacy:
        personal = {"words": "may name people", "params": "may name people"}
        open = {"id", "bidder", "rule", "sentence", "raised_at", "passed_at", "passed_by"}  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bidder", "rule"], name="auctions_rule_flags_a_bidder_once"
            ),
            models.CheckConstraint(
                condition=Q(passed_at=None, words="") | Q(passed_at__isnull=False) & ~Q(words=""),
                name="auctions_flag_is_passed_with_words",
            ),
        ]  # fmt: skip


class EventRow(Entity):
    """One line of the public audit. The database chains it and never lets it change."""

    auction = models.ForeignKey(
        Auction, on_delete=models.PROTECT, related_name="events"
    )
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=[(k, k.name) for k in Kind])
    body = models.TextField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects: ClassVar[models.Manager[EventRow]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "auction", "number", "at", "kind", "body", "previous", "hash"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["auction", "number"], name="auctions_event_has_its_place"
            )
        ]


class Bid(Entity):
    """One bid that was taken: whose, under which key, and which event tells of it.

    An open bid has its amount; a sealed one what binds it, and what only the holders of
    the opening key open together.
    """

    bidder = models.ForeignKey(Bidder, on_delete=models.PROTECT, related_name="bids")
    event = models.OneToOneField(EventRow, on_delete=models.PROTECT, related_name="bid")
    key = models.CharField(max_length=200)
    amount = models.PositiveBigIntegerField(null=True)
    commitment = models.CharField(max_length=64, blank=True)
    sealed = models.TextField(blank=True)

    objects: ClassVar[models.Manager[Bid]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "bidder", "event", "key", "amount", "commitment", "sealed"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bidder", "key"], name="auctions_key_is_one_bid"
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=False, commitment="", sealed="")
                | Q(amount=None) & ~Q(commitment="") & ~Q(sealed=""),
                name="auctions_bid_is_open_or_sealed",
            ),
        ]


def terms_of(auction: Auction) -> Terms:
    """Return the terms as the announcement told them, from its event."""
    announced = EventRow.objects.get(auction=auction, number=1)
    return Terms.of(event_of(announced).told)


def event_of(row: EventRow) -> Event:
    """Return a line of the audit as a frozen value."""
    return Event(
        number=row.number,
        at=clock.microseconds(row.at),
        kind=Kind(row.kind),
        body=row.body,
        previous=row.previous,
        hash=row.hash,
    )
