"""The views that analysis reads: the contract of `counter.public`."""

from pathlib import Path

from django.db import migrations


SQL = (Path(__file__).parent.parent / "views.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("counter", "0001_initial")]

    operations = [
        migrations.RunSQL(
            SQL, "DROP VIEW IF EXISTS counter_refiling; DROP VIEW IF EXISTS counter_pause; DROP VIEW IF EXISTS counter_event; DROP VIEW IF EXISTS counter_case;"
        )
    ]
