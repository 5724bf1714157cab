"""What both sides look at and say before they negotiate: files, meetings, memoranda."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from khuevan.deals.rules.room import Level
from khuevan.deals.rules.states import Part
from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.models import Entity, StoredFile

from .deals import Deal, choices


class RoomFile(Entity):
    """A file in the data room, and from which step on the other side reads it."""

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=150)
    level = models.CharField(max_length=10, choices=choices(Level))
    part = models.CharField(max_length=9, choices=choices(Part))
    put_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    put_at = models.DateTimeField(default=clock.now)
    taken_out_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[RoomFile]] = models.Manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "deal", "file", "title", "level", "part", "put_by", "put_at",
                "taken_out_at"}  # fmt: skip

    class Meta:
        ordering = ["put_at", "id"]


class Reading(Entity):
    """One watermarked copy that was handed out: to whom, when, with which mark."""

    file = models.ForeignKey(RoomFile, on_delete=models.PROTECT, related_name="readings")  # fmt: skip
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=9, choices=choices(Part))
    mark = models.CharField(max_length=12, unique=True)
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[Reading]] = models.Manager()

    class Privacy:
        personal = {"person": "who read: the file's owner and the reader see it"}
        open = {"id", "file", "part", "mark", "sha256", "at"}

    class Meta:
        ordering = ["-at"]


class Meeting(Entity):
    """A meeting of both sides: when, where, about what, and its minutes."""

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="meetings")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=250, blank=True)
    link = models.URLField(max_length=500, blank=True)
    agenda = models.TextField()
    called_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    minutes = models.TextField(blank=True)
    minutes_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    minutes_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Meeting]] = models.Manager()

    class Privacy:
        personal = {"agenda": "may name people", "minutes": "may name people",
                    "place": "may be somebody's address", "link": "may be somebody's room"}  # fmt: skip
        open = {"id", "deal", "starts_at", "ends_at", "called_by", "minutes_by",
                "minutes_at"}  # fmt: skip

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="deals_meeting_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(minutes_at=None, minutes_by=None)
                | Q(minutes_at__isnull=False, minutes_by__isnull=False),
                name="deals_minutes_have_their_writer",
            ),
        ]


class Memorandum(Entity):
    """A draft of the memorandum; agreed once both sides signed its paper.

    `paper` is its contract in `contracts`. Where a side is an expert in person, who has no
    organisation's seal, there is none: the other side agrees to the draft itself.
    """

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="memoranda")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    plan = models.TextField(blank=True)
    term_months = models.PositiveSmallIntegerField(default=12)
    confidential_years = models.PositiveSmallIntegerField(default=0)
    paper = models.UUIDField(null=True)
    part = models.CharField(max_length=9, choices=choices(Part))
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    agreed_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    agreed_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Memorandum]] = models.Manager()

    class Privacy:
        personal = {"text": "may name people", "plan": "may name people"}
        open = {"id", "deal", "number", "term_months", "confidential_years", "paper",
                "part", "by", "at", "agreed_by", "agreed_at"}  # fmt: skip

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["deal", "number"], name="deals_memorandum_has_its_number"
            ),
            models.UniqueConstraint(
                fields=["deal"],
                condition=Q(agreed_at__isnull=False),
                name="deals_one_memorandum_is_agreed",
            ),
        ]
