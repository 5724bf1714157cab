"""The indexes that find an earlier application of the same person."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # nothing is locked while indexes are built

    dependencies = [("counter", "0003_latest_dossiers")]

    operations = [
        AddIndexConcurrently(
            "dossier",
            models.Index(
                fields=["ended_at"],
                condition=models.Q(business__in=["refused", "stopped", "withdrawn"]),
                name="counter_given_up",
            ),
        ),
        AddIndexConcurrently(
            "application",
            models.Index(
                fields=["national_id"],
                condition=~models.Q(national_id=""),
                name="counter_of_a_national_number",
            ),
        ),
    ]
