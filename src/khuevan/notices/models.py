"""Inboxes, what travels out of the house, and what each person wants of both."""

from __future__ import annotations

from datetime import time
from typing import ClassVar, Self

from django.db import models
from django.db.models import ExpressionWrapper, F, Q

from khuevan.directory.public import Person, Role
from khuevan.platform import clock
from khuevan.platform.models import Entity

from .rules import Channel, Quiet, Urgency


CHANNELS = [(c, c.name) for c in Channel]


def unread_first() -> list[models.expressions.OrderBy]:
    """Return the order of an inbox: unread before read, then the newest fact first."""
    unread = ExpressionWrapper(Q(read_at__isnull=True), models.BooleanField())
    return [unread.desc(), F("fact").desc()]


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, person: Person) -> Self:
        """Keep a person's own notices: nobody reads another's."""
        return self.filter(person=person)

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)


class Notice(Entity):
    """One fact told to one person, in their language."""

    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    fact = models.BigIntegerField()
    kind = models.CharField(max_length=100)
    urgency = models.CharField(max_length=10, choices=[(u, u.name) for u in Urgency])
    subject = models.CharField(max_length=300)
    body = models.TextField()
    link = models.CharField(max_length=500)
    occurred_at = models.DateTimeField()
    made_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Privacy:
        personal = {"read_at": "what somebody did when"}
        open = {"id", "person", "fact", "kind", "urgency", "subject", "body", "link",
                "occurred_at", "made_at"}  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fact", "person"], name="%(app_label)s_a_fact_is_told_once"
            )
        ]
        indexes = [
            models.Index(F("person"), *unread_first(), name="notices_inbox"),
            models.Index(
                fields=["person"],
                condition=Q(read_at__isnull=True),
                name="notices_unread",
            ),
        ]


class DeliveryState(models.TextChoices):
    WAITING = "waiting"
    SENDING = "sending"  # taken by a process until due_at; a dead one gives it back
    SENT = "sent"
    DROPPED = "dropped"  # read in the inbox, or no longer wanted, before it left
    DEAD = "dead"


UNFINISHED = [DeliveryState.WAITING, DeliveryState.SENDING]


class OutboxQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, person: Person) -> Self:
        """Keep all for an operator: deliveries are the system's, not a reader's."""
        return self if person.authority.has(Role.OPERATOR) else self.none()


class Delivery(Entity):
    """One message on its way to one person; its key is the message's own id."""

    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    channel = models.CharField(max_length=5, choices=CHANNELS)
    digest_on = models.DateField(null=True, help_text="Set: the digest of this day")
    state = models.CharField(
        max_length=7, choices=DeliveryState.choices, default=DeliveryState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    answer = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)
    notices = models.ManyToManyField(Notice, through="Enclosed", related_name="+")

    objects = OutboxQuerySet.as_manager()

    class Privacy:
        personal = {"answer": "servers repeat the address they refuse"}
        open = {"id", "person", "channel", "digest_on", "state", "attempts", "due_at",
                "made_at", "finished_at", "notices"}  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "channel", "digest_on"],
                name="%(app_label)s_one_digest_a_day",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["sent", "dropped", "dead"], finished_at__isnull=False
                )
                | Q(state__in=["waiting", "sending"], finished_at__isnull=True),
                name="%(app_label)s_%(class)s_has_an_end_when_it_is_over",
            ),
        ]
        indexes = [
            models.Index(
                fields=["channel", "due_at"],
                condition=Q(state__in=["waiting", "sending"]),
                name="notices_delivery_due",
            ),
            models.Index(
                fields=["finished_at"],
                condition=Q(state="dead"),
                name="notices_delivery_dead",
            ),
        ]


class Enclosed(models.Model):
    """A notice in a delivery: one in a message of its own, many in a digest."""

    delivery = models.ForeignKey(
        Delivery, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="+")

    objects: ClassVar[models.Manager[Enclosed]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["delivery", "notice"],
                name="%(app_label)s_a_notice_is_enclosed_once",
            )
        ]


class Posting(Entity):
    """One message on its way to somebody without an account; its key is its own id."""

    fact = models.BigIntegerField()
    kind = models.CharField(max_length=100)
    channel = models.CharField(max_length=5, choices=CHANNELS)
    to = models.CharField(max_length=254)
    name = models.CharField(max_length=250, blank=True)
    subject = models.CharField(max_length=300)
    body = models.TextField()
    link = models.CharField(max_length=500)
    state = models.CharField(
        max_length=7, choices=DeliveryState.choices, default=DeliveryState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    answer = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Posting]] = models.Manager()

    class Privacy:
        personal = {
            "to": "contact",
            "name": "identity",
            "subject": "what somebody was told",
            "body": "what somebody was told",
            "link": "what somebody was told",
            "answer": "servers repeat the address they refuse",
        }
        open = {"id", "fact", "kind", "channel", "state", "attempts", "due_at",
                "made_at", "finished_at"}  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fact", "channel", "to"],
                name="%(app_label)s_an_address_is_told_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["sent", "dropped", "dead"], finished_at__isnull=False
                )
                | Q(state__in=["waiting", "sending"], finished_at__isnull=True),
                name="%(app_label)s_%(class)s_has_an_end_when_it_is_over",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=["waiting", "sending"]),
                name="notices_posting_due",
            )
        ]


class Preferences(Entity):
    """How one person wants to be told; who has said nothing has these defaults."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="+")
    email = models.BooleanField(default=True)
    sms = models.BooleanField(default=False)
    zalo = models.BooleanField(default=False)
    quiet_from = models.TimeField(default=time(22))
    quiet_until = models.TimeField(default=time(7))
    quiet_days_off = models.BooleanField(default=True)
    urgent_passes = models.BooleanField(default=False)
    digest_hour = models.PositiveSmallIntegerField(default=7)

    objects: ClassVar[models.Manager[Preferences]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "person", "email", "sms", "zalo", "quiet_from", "quiet_until",
                "quiet_days_off", "urgent_passes", "digest_hour"}  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(digest_hour__lte=23),
                name="%(app_label)s_%(class)s_digest_hour_is_an_hour",
            )
        ]

    @property
    def quiet(self) -> Quiet:
        return Quiet(self.quiet_from, self.quiet_until, self.quiet_days_off)

    def wants(self, channel: Channel) -> bool:
        return bool(getattr(self, channel.value))


class Mood(models.TextChoices):
    WORKS = "works"
    BUSY = "busy"
    REFUSES = "refuses"


class SandboxMood(models.Model):
    """How the sandbox behaves for one channel."""

    channel = models.CharField(max_length=5, choices=CHANNELS, primary_key=True)
    mood = models.CharField(max_length=7, choices=Mood.choices, default=Mood.WORKS)

    objects: ClassVar[models.Manager[SandboxMood]] = models.Manager()


class SandboxMessage(Entity):
    """What the sandbox was given instead of a telephone."""

    channel = models.CharField(max_length=5, choices=CHANNELS)
    key = models.CharField(max_length=100)
    to = models.CharField(max_length=20)
    text = models.TextField()
    sent_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[SandboxMessage]] = models.Manager()

    class Privacy:
        personal = {"to": "contact", "text": "what somebody was told"}
        open = {"id", "channel", "key", "sent_at"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "key"],
                name="%(app_label)s_%(class)s_key_is_taken_once",
            )
        ]
