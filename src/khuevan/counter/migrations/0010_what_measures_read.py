"""Whether a result is due as a document."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("counter", "0009_what_was_paid")]

    operations = [
        migrations.AddField(
            "dossier",
            "result_due",
            models.BooleanField(default=True, db_default=True),
        ),
    ]
