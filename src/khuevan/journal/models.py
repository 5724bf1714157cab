"""The journal's table, first cut: to be replaced by the partitioned, chained one."""

from __future__ import annotations

from django.db import models


class FactRow(models.Model):
    number = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=100)
    subject = models.CharField(max_length=150, db_index=True)
    actor = models.CharField(max_length=150, null=True)
    organisation = models.CharField(max_length=150, null=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    figures = models.JSONField(default=dict)
