"""Enter the city's calendar of 2025–2027, its office hours and shared periods."""

import csv
import tomllib
from pathlib import Path

from django.db import migrations


DATA = Path(__file__).parents[1] / "data"


def fill(apps, schema_editor):
    def model(name):
        return apps.get_model("worktime", name)

    city = model("WorkCalendar").objects.create(code="city", name="Thành phố Hà Nội")
    with (DATA / "calendar_2025_2027.csv").open(newline="") as days:
        model("CalendarDay").objects.bulk_create(
            model("CalendarDay")(calendar=city, **row) for row in csv.DictReader(days)
        )
    rules = tomllib.loads((DATA / "rules_2026_11.toml").read_text())
    model("OpeningHours").objects.bulk_create(
        model("OpeningHours")(
            calendar=city, weekday=weekday, opens=row["opens"], closes=row["closes"]
        )
        for row in rules["hours"]
        for weekday in row["weekdays"]
    )
    model("SharedPeriod").objects.bulk_create(
        model("SharedPeriod")(**row) for row in rules["period"]
    )
    model("Revision").objects.create()


class Migration(migrations.Migration):
    dependencies = [("worktime", "0001_initial")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
