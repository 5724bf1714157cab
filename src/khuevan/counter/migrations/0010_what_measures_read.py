"""Whether a result is due as a document, and the views that analysis reads.

`views.sql` may name any column there is now, so only the latest migration that changed
it runs it: whoever changes the views takes this operation along.
"""

from pathlib import Path

from django.db import migrations, models


SQL = (Path(__file__).parent.parent / "views.sql").read_text(encoding="utf-8")
VIEWS = ("asked", "opinion_asked", "visit", "twin", "refiling", "pause", "event", "case")


class Migration(migrations.Migration):
    dependencies = [("counter", "0009_what_was_paid")]

    operations = [
        migrations.AddField(
            "dossier",
            "result_due",
            models.BooleanField(default=True, db_default=True),
        ),
        migrations.RunSQL(
            SQL, "; ".join(f"DROP VIEW IF EXISTS counter_{name}" for name in VIEWS)
        ),
    ]
