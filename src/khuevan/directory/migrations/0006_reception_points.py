"""The thirty reception points of the twelve branches (notice 190/TB-TTPVHCC, 30/6/2025).

The notice gives their number; their names and the branch of each are not known here,
so they are numbered and editable.
"""

import csv
from pathlib import Path

from django.db import migrations

from khuevan.platform.text import fold, sort_key


DATA = Path(__file__).parents[1] / "data/organisations.csv"


def load(apps, schema_editor):
    Organisation = apps.get_model("directory", "Organisation")
    with DATA.open(encoding="utf-8", newline="") as file:
        points = [row for row in csv.DictReader(file) if row["kind"] == "point"]
    known = dict(Organisation.objects.values_list("code", "pk"))
    for row in points:
        if row["code"] not in known:
            words = f"{row['name']} {row['short_name']} {row['code']}"
            parent = known[row.pop("parent")]
            Organisation.objects.create(
                parent_id=parent, folded=fold(words), sort_key=sort_key(row["name"]), **row
            )


class Migration(migrations.Migration):
    dependencies = [("directory", "0005_posts_of_the_counter")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
