"""Where live figures are kept: places in the feed, standings, deltas, totals, targets.

Deltas are only ever added, so writers never wait for each other on a hot row; they
are folded into totals by day and cell. Nothing here is about people.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from khuevan.platform.models import Entity

from .rules import Shape


class Place(models.Model):
    """How far in the feed of facts one indicator has read."""

    indicator = models.CharField(max_length=80, primary_key=True)
    cursor = models.CharField(max_length=60)


class StandingRow(models.Model):
    """What a thing counts as for an indicator since one fact."""

    indicator = models.CharField(max_length=80)
    subject = models.CharField(max_length=150)
    occurred_at = models.DateTimeField()
    fact = models.BigIntegerField()
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()
    cell = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "subject", "fact"],
                name="indicators_fact_gives_one_standing",
            )
        ]


class DeltaRow(models.Model):
    """A change not folded yet."""

    indicator = models.CharField(max_length=80)
    day = models.DateField()
    cell = models.JSONField()
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["indicator", "day"])]


class Total(models.Model):
    """All folded changes of one day in one cell of the dimensions."""

    indicator = models.CharField(max_length=80)
    day = models.DateField()
    cell = models.JSONField()
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "day", "cell"],
                name="indicators_total_is_one_row",
            )
        ]
        indexes = [
            models.Index(
                fields=["indicator", "cell", "day"], name="indicators_total_of_a_cell"
            )
        ]


class DayTotal(models.Model):
    """All folded changes of one day: what figures without dimensions are read from."""

    indicator = models.CharField(max_length=80)
    day = models.DateField()
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "day"], name="indicators_day_total_is_one_row"
            )
        ]


class Target(Entity):
    """What an indicator, or one cell of it, is to reach, and by which document."""

    indicator = models.CharField(max_length=80)
    cell = models.JSONField(default=dict, blank=True)
    shape = models.CharField(max_length=10, choices=[(s, s.name) for s in Shape])
    margin = models.FloatField(default=0)
    document = models.CharField(max_length=60)
    article = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "cell"], name="indicators_target_is_set_once"
            ),
            models.CheckConstraint(
                condition=Q(margin__gte=0), name="indicators_target_margin_is_positive"
            ),
            models.CheckConstraint(
                condition=~Q(document=""), name="indicators_target_names_its_document"
            ),
        ]


class TargetPoint(models.Model):
    """What is expected from a day on."""

    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="points")
    day = models.DateField()
    value = models.FloatField()

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(
                fields=["target", "day"], name="indicators_target_has_one_point_a_day"
            )
        ]
