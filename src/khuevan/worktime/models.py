"""Calendars, their days and hours, and periods that all apps share.

Every row names its document. A day has one entry per calendar; what it said before
is in the journal.
"""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from khuevan.platform.models import Entity

from .rules import Certainty, DayKind, Unit


class WorkCalendar(Entity):
    """The calendar of an office or point of reception.

    One that `follows` another keeps its days, and its hours where it has none.
    """

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=150)
    follows = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(follows__isnull=True) | ~Q(follows=F("id")),
                name="worktime_calendar_does_not_follow_itself",
            )
        ]


class CalendarDay(Entity):
    """A day that differs from its weekday, by a document."""

    calendar = models.ForeignKey(
        WorkCalendar, on_delete=models.PROTECT, related_name="days"
    )
    day = models.DateField()
    kind = models.CharField(max_length=10, choices=[(k, k.name) for k in DayKind])
    reason = models.CharField(max_length=150)
    document = models.CharField(max_length=60)
    certainty = models.CharField(
        max_length=10, choices=[(c, c.name) for c in Certainty]
    )

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "day"], name="worktime_day_is_entered_once"
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(document=""),
                name="worktime_day_says_why_and_by_what",
            ),
        ]


class OpeningHours(Entity):
    """Hours of one weekday, 0 being Monday; a session only receives people."""

    calendar = models.ForeignKey(
        WorkCalendar, on_delete=models.PROTECT, related_name="hours"
    )
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()
    session = models.BooleanField(default=False)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    document = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__lte=6), name="worktime_hours_weekday_is_0_to_6"
            ),
            models.CheckConstraint(
                condition=Q(opens__lt=F("closes")),
                name="worktime_hours_open_before_they_close",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="worktime_hours_end_after_they_start",
            ),
        ]


class SharedPeriod(Entity):
    """A period named by a code that several apps need, as dated data."""

    code = models.SlugField(max_length=40)
    amount = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=15, choices=[(u, u.name) for u in Unit])
    document = models.CharField(max_length=60)
    article = models.CharField(max_length=40, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "valid_from"], name="worktime_period_starts_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="worktime_period_ends_after_it_starts",
            ),
        ]


class Revision(models.Model):
    """One row that changes with every calendar: a process compares its copy with it.

    The mark is random, so that a change rolled back is never taken for another.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    mark = models.UUIDField(default=uuid4)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(id=1), name="worktime_revision_is_one_row"
            )
        ]
