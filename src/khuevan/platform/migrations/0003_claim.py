"""One trip to the database takes the key of a write."""

from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("platform", "0002_tries")]

    operations = [
        migrations.RunSQL(
            sql=Path(__file__).with_suffix(".sql").read_text(),
            reverse_sql=(
                "DROP FUNCTION platform_claim"
                "(uuid, text, text, text, timestamptz, timestamptz, text)"
            ),
        )
    ]
