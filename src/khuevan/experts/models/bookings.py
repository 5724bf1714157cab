"""Questions put to experts, the bookings they become, minutes, and what was done."""

from __future__ import annotations

from typing import ClassVar, Self
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    DateTimeRangeField,
    RangeOperators,
)
from django.db import models
from django.db.models import Q

from khuevan.directory.public import Organisation, Person
from khuevan.experts.rules.bookings import (
    LIVE,
    TAKES_TIME,
    Move,
    State,
    Turn,
    amount_of,
)
from khuevan.platform import clock
from khuevan.platform.models import Entity, StoredFile

from .pool import ACTING, Expert, choices


class Consultation(Entity):
    """A question put to one or several experts, and the matter it belongs to.

    `matter` is the reference of something another app owns, "" for a question of its own.
    """

    code = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=200)
    question = models.TextField()
    matter = models.CharField(max_length=150, blank=True, db_index=True)
    matter_title = models.CharField(max_length=250, blank=True)
    matter_link = models.CharField(max_length=250, blank=True)
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+"
    )
    sides = models.ManyToManyField(Organisation, related_name="+")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[Consultation]] = models.Manager()

    class Privacy:
        personal = {"question": "people may write about themselves"}
        open = {"id", "code", "title", "matter", "matter_title", "matter_link",
                "organisation", "sides", "asked_by", "asked_at"}  # fmt: skip


class BookingQuerySet(models.QuerySet["Booking"]):
    def visible_to(
        self, person: Person | AnonymousUser, *, keeps: bool = False
    ) -> Self:
        """Keep what one asked, one's organisation asked, or one is booked for.

        All is kept where one keeps the pool (see `access.keeps_the_pool`).
        """
        if not isinstance(person, Person):
            return self.none()
        if keeps or person.authority.reads_everything:
            return self.all()
        posts = [
            h.organisation_id for h in person.authority.holdings if h.role in ACTING
        ]
        return self.filter(
            Q(consultation__asked_by=person)
            | Q(consultation__organisation__in=posts)
            | Q(expert__person=person)
        )

    def live(self) -> Self:
        """Keep those somebody is still to act on."""
        return self.filter(state__in=LIVE)


class Booking(Entity):
    """One expert's part in a question: times, the price of an hour, what came of it."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="bookings"
    )
    code = models.CharField(max_length=24, unique=True)
    expert = models.ForeignKey(
        Expert, on_delete=models.PROTECT, related_name="bookings"
    )
    state = models.CharField(max_length=10, choices=choices(State), default=State.ASKED)
    starts = ArrayField(models.DateTimeField())
    minutes = models.PositiveSmallIntegerField()
    rate = models.PositiveBigIntegerField()
    place = models.CharField(max_length=250, blank=True)
    time = DateTimeRangeField(null=True)
    declared = models.CharField(max_length=20, blank=True)
    declared_at = models.DateTimeField(null=True)
    since = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(null=True)
    chased = models.PositiveSmallIntegerField(default=0)
    worked = models.PositiveSmallIntegerField(null=True)
    amount = models.PositiveBigIntegerField(null=True)
    order = models.UUIDField(null=True)
    book = models.CharField(max_length=40, blank=True)
    paid_at = models.DateTimeField(null=True)
    paid_out = models.CharField(max_length=60, blank=True)

    objects = BookingQuerySet.as_manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "consultation", "code", "expert", "state", "starts", "minutes",
                "rate", "place", "time", "declared", "declared_at", "since", "due_at",
                "chased", "worked", "amount", "order", "book", "paid_at", "paid_out"}  # fmt: skip

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="experts_nobody_is_booked_twice_at_a_time",
                expressions=[
                    ("expert", RangeOperators.EQUAL),
                    ("time", RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=TAKES_TIME),
            ),
            models.UniqueConstraint(
                fields=["consultation", "expert"], name="experts_asked_once_a_question"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=TAKES_TIME)
                | (Q(time__isnull=False, declared_at__isnull=False) & ~Q(declared="")),
                name="experts_agreed_with_a_time_and_a_declaration",
            ),
            models.CheckConstraint(
                condition=Q(state__in=LIVE, due_at__isnull=False)
                | (~Q(state__in=LIVE) & Q(due_at=None)),
                name="experts_live_booking_has_a_clock",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(State.OWED, State.CLOSED))
                | Q(amount__isnull=False, worked__isnull=False),
                name="experts_confirmed_booking_has_an_amount",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"])]

    @property
    def estimate(self) -> int:
        """Return what the time agreed comes to at the rate asked then; đồng."""
        return amount_of(self.rate, self.minutes)

    @property
    def account(self) -> str:
        """Return the account in books of what the expert is owed."""
        return f"OWED-{self.expert_account}"

    @property
    def expert_account(self) -> str:
        """Return the expert's part of an account's code."""
        return UUID(str(self.expert_id)).hex[-12:].upper()


class Minutes(Entity):
    """What was asked, found and advised; amended as a new version, never in place."""

    booking = models.ForeignKey(
        Booking, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveSmallIntegerField()
    asked = models.TextField()
    found = models.TextField()
    advised = models.TextField()
    worked = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[Minutes]] = models.Manager()

    class Privacy:
        personal = {
            "asked": "people may be named in it",
            "found": "people may be named in it",
            "advised": "people may be named in it",
        }
        open = {"id", "booking", "number", "worked", "at"}

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "number"], name="experts_minutes_have_one_number"
            )
        ]


class MinutesPaper(Entity):
    """A paper that goes with minutes."""

    minutes = models.ForeignKey(
        Minutes, on_delete=models.PROTECT, related_name="papers"
    )
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager[MinutesPaper]] = models.Manager()

    class Privacy:
        personal = {"file": "people may be named in it"}
        open = {"id", "minutes"}


class Step(Entity):
    """One thing that was done with a booking, and the words that went with it."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="steps")
    at = models.DateTimeField(default=clock.now)
    move = models.CharField(max_length=10, choices=choices(Move))
    turn = models.CharField(max_length=6, choices=choices(Turn), blank=True)
    by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    words = models.TextField(blank=True)

    objects: ClassVar[models.Manager[Step]] = models.Manager()

    class Privacy:
        personal = {"words": "people may write about themselves"}
        open = {"id", "booking", "at", "move", "turn", "by"}

    class Meta:
        ordering = ["at", "pk"]
