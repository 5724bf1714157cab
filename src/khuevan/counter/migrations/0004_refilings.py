"""Whose application came again: a view, and the indexes that find an earlier one."""

from pathlib import Path

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


SQL = (Path(__file__).parent.parent / "views.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    atomic = False  # nothing is locked while indexes are built

    dependencies = [("counter", "0003_latest_dossiers")]

    operations = [
        migrations.RunSQL(SQL, "DROP VIEW IF EXISTS counter_refiling"),
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
