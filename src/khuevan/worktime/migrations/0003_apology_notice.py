"""Enter the shared periods that were added to the file after 0002 was run."""

import tomllib
from pathlib import Path

from django.db import migrations


FILE = Path(__file__).parents[1] / "data" / "rules_2026_11.toml"


def complete(apps, schema_editor):
    periods = apps.get_model("worktime", "SharedPeriod").objects
    for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["period"]:
        key = {name: row[name] for name in ("code", "valid_from")}
        periods.get_or_create(**key, defaults=row)


class Migration(migrations.Migration):
    dependencies = [("worktime", "0002_calendar_of_2025_2027")]

    operations = [migrations.RunPython(complete, migrations.RunPython.noop)]
