"""Seed the city's bodies and its 126 communes from the data files beside this app.

Names from the city's own papers (departments after 1 March 2025) and resolution
1656/NQ-UBTVQH15 (communes from 1 July 2025). Editable data, not constants.
"""

import csv
from datetime import date
from pathlib import Path

from django.db import migrations

from khuevan.platform.text import fold, sort_key


DATA = Path(__file__).parents[1] / "data"
COMMUNES_FROM = date(2025, 7, 1)


def rows(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def load(apps, schema_editor):
    Organisation = apps.get_model("directory", "Organisation")
    Area = apps.get_model("directory", "Area")

    def make(**fields):
        words = f"{fields['name']} {fields['short_name']} {fields['code']}"
        return Organisation.objects.create(
            folded=fold(words), sort_key=sort_key(fields["name"]), **fields
        )

    bodies = {}
    for row in rows("organisations.csv"):
        parent = bodies.get(row.pop("parent"))
        bodies[row["code"]] = make(parent=parent, **row)
    for row in rows("communes.csv"):
        name = f"{row['kind']} {row['name']}"
        organisation = make(
            code=f"H26.{row['code']}",
            kind="commune",
            name=f"UBND {row['kind'].lower()} {row['name']}",
            short_name=name,
            parent=bodies["H26"],
            valid_from=COMMUNES_FROM,
        )
        Area.objects.create(
            organisation=organisation,
            official_code=row["code"],
            is_ward=row["kind"] == "Phường",
            area_km2=row["area_km2"],
            population=row["population"],
            population_doubt=row["population_doubt"],
            formed_from=row["formed_from"],
            outline=row["outline"],
        )


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
