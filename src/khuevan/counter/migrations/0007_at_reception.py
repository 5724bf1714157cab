"""The reception's hours run again for what was completed: its index knows both states."""

from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # nothing is locked while the index is built

    dependencies = [("counter", "0006_who_stands_aside")]

    operations = [
        AddIndexConcurrently(
            "dossier",
            models.Index(
                fields=["reception_due_at"],
                condition=models.Q(business__in=["filed", "to_complete"]),
                name="counter_at_reception",
            ),
        ),
        RemoveIndexConcurrently("dossier", "counter_waiting_for_reception"),
    ]
