"""Desks, queue tickets and appointments of reception points; counts of the Party's procedures."""

from __future__ import annotations

import secrets
from typing import Self

from django.db import models
from django.db.models import F, Q

from khuevan.directory.public import Organisation, Person
from khuevan.platform import clock
from khuevan.platform.models import Entity

from .rules import OVER, BookingState, Priority, TicketState


def new_token() -> str:
    """Return what a ticket or booking is followed by: nobody can guess it."""
    return secrets.token_urlsafe(9)


class Desk(Entity):
    """A desk of a point: open while somebody serves there."""

    point = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    official = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField(null=True, blank=True)

    objects: models.Manager[Desk] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "point", "number", "official", "opened_at"}

    class Meta:
        ordering = ["point", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["point", "number"], name="centre_desks_are_numbered"
            ),
            models.UniqueConstraint(
                fields=["official"],
                condition=Q(official__isnull=False),
                name="centre_an_official_sits_at_one_desk",
            ),
            models.CheckConstraint(
                condition=Q(official__isnull=True, opened_at__isnull=True)
                | Q(official__isnull=False, opened_at__isnull=False),
                name="centre_an_open_desk_has_an_official",
            ),
        ]


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, person: Person) -> Self:
        """Keep the tickets of points a person works at; all for who reads everything."""
        authority = person.authority
        if authority.reads_everything:
            return self
        return self.filter(point__in=authority.organisations)

    def waiting(self) -> Self:
        return self.filter(state=TicketState.WAITING)


class Ticket(Entity):
    """A place in a queue, of a day at a point."""

    point = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    number = models.PositiveSmallIntegerField()
    token = models.CharField(max_length=20, unique=True, default=new_token)
    procedure = models.CharField(max_length=20, blank=True)
    priority = models.CharField(
        max_length=10,
        choices=[(p.value, p.name) for p in Priority],
        default=Priority.NONE.value,
    )
    booking = models.OneToOneField(
        "Booking",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="ticket",
    )
    state = models.CharField(
        max_length=10,
        choices=[(s.value, s.name) for s in TicketState],
        default=TicketState.WAITING.value,
    )
    desk = models.ForeignKey(
        Desk, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    official = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    taken_at = models.DateTimeField(default=clock.now)
    called_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = TicketQuerySet.as_manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "point", "day", "number", "token", "procedure", "priority",
                "booking", "state", "desk", "official", "taken_at", "called_at",
                "started_at", "ended_at"}  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["point", "day", "number"], name="centre_tickets_are_numbered"
            ),
            models.UniqueConstraint(
                fields=["desk"],
                condition=Q(state__in=["called", "serving"]),
                name="centre_a_desk_serves_one",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(OVER), ended_at__isnull=False)
                | (~Q(state__in=sorted(OVER)) & Q(ended_at__isnull=True)),
                name="centre_ticket_ends_when_it_is_over",
            ),
        ]
        indexes = [
            models.Index(
                fields=["point", "taken_at"],
                condition=Q(state="waiting"),
                name="centre_queue_of_a_point",
            ),
            models.Index(fields=["point", "day"], name="centre_tickets_of_a_day"),
        ]


class Booking(Entity):
    """An appointment: a time at a point, held for one person."""

    point = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    place = models.PositiveSmallIntegerField()
    token = models.CharField(max_length=20, unique=True, default=new_token)
    procedure = models.CharField(max_length=20, blank=True)
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=200)
    phone = models.CharField(max_length=20)
    state = models.CharField(
        max_length=10,
        choices=[(s.value, s.name) for s in BookingState],
        default=BookingState.BOOKED.value,
    )
    booked_at = models.DateTimeField(default=clock.now)

    objects: models.Manager[Booking] = models.Manager()

    class Privacy:
        personal = {"person": "identity", "name": "identity", "phone": "contact"}
        open = {"id", "point", "starts_at", "place", "token", "procedure", "state",
                "booked_at"}  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["point", "starts_at", "place"],
                condition=~Q(state="cancelled"),
                name="centre_a_place_is_booked_once",
            )
        ]


class PartyCount(Entity):
    """How many dossiers of a Party procedure came and went in a month, and how long they took.

    Counts and times only: the Party's own system keeps everything about people.
    """

    procedure = models.CharField(max_length=20)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    month = models.DateField()
    received = models.PositiveIntegerField()
    settled = models.PositiveIntegerField()
    on_time = models.PositiveIntegerField()
    mean_days = models.DecimalField(max_digits=6, decimal_places=1)
    entered_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField(default=clock.now)

    objects: models.Manager[PartyCount] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "procedure", "organisation", "month", "received", "settled",
                "on_time", "mean_days", "entered_by", "entered_at"}  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "organisation", "month"],
                name="centre_a_month_is_counted_once",
            ),
            models.CheckConstraint(
                condition=Q(on_time__lte=F("settled")),
                name="centre_no_more_on_time_than_settled",
            ),
            models.CheckConstraint(
                condition=Q(month__day=1),
                name="centre_a_month_is_named_by_its_first_day",
            ),
        ]
