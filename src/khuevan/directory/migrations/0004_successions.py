"""Tell which old communes went into which new ones, from the same data file.

Resolution 1656/NQ-UBTVQH15, in force from 1 July 2025. An old unit named by several
new ones went into each in part.
"""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

from django.db import migrations

from khuevan.platform.text import fold, sort_key


DATA = Path(__file__).parents[1] / "data"
SINCE = date(2025, 7, 1)
REST = "(phần còn lại"
NOTE = "Phần còn lại sau khi sắp xếp"


def parts_of(formed_from):
    """Split at commas outside parentheses: old name, and whether it was the rest."""
    depth, word = 0, ""
    for letter in formed_from + ",":
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            name, rest, _ = word.partition(REST)
            if name.strip():
                yield name.strip(), bool(rest)
            word = ""
        else:
            word += letter


def load(apps, schema_editor):
    Organisation = apps.get_model("directory", "Organisation")
    Succession = apps.get_model("directory", "Succession")
    with (DATA / "communes.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            (row["code"], dict(parts_of(row["formed_from"])))
            for row in csv.DictReader(file)
        ]
    shares = Counter(name for _, parts in rows for name in parts)
    units = {
        unit.code: unit for unit in Organisation.objects.filter(kind="commune")
    }
    Succession.objects.bulk_create(
        Succession(
            old_name=name,
            successor=units[f"H26.{code}"],
            share="part" if rest or shares[name] > 1 else "whole",
            since=SINCE,
            note=NOTE if rest else "",
            folded=fold(name),
            sort_key=sort_key(name),
        )
        for code, parts in rows
        for name, rest in parts.items()
        if f"H26.{code}" in units
    )


class Migration(migrations.Migration):
    dependencies = [("directory", "0003_sign_in")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
