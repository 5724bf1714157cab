"""The views that analysis reads.

`views.sql` may name any column there is now, so only the latest migration that changed
it runs it: whoever changes the views takes this operation along.
"""

from pathlib import Path

from django.db import migrations


SQL = (Path(__file__).parent.parent / "views.sql").read_text(encoding="utf-8")
VIEWS = ("asked", "opinion_asked", "visit", "twin", "refiling", "pause", "event", "case")
DROP = "; ".join(f"DROP VIEW IF EXISTS counter_{name}" for name in VIEWS)


class Migration(migrations.Migration):
    dependencies = [("counter", "0011_a_dossier_that_cannot_move_says_why")]

    operations = [migrations.RunSQL(f"{DROP}; {SQL}", DROP)]
