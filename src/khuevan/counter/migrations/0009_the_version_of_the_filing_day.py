"""A dossier that was moved still tells the version it was filed under."""

from pathlib import Path

from django.db import migrations


SQL = (Path(__file__).parent.parent / "views.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("counter", "0008_a_fee_will_be_refunded_before_it_is")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
