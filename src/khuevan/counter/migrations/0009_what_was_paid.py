"""Whether the applicant paid anything at all, whenever it was."""

from django.db import migrations, models


PAID = """
    UPDATE counter_dossier SET paid = true
    WHERE paid_online OR finance IN ('paid', 'refunding', 'refunded')
"""


class Migration(migrations.Migration):
    dependencies = [("counter", "0008_a_fee_will_be_refunded_before_it_is")]

    operations = [
        migrations.AddField(
            "dossier", "paid", models.BooleanField(db_default=False, default=False)
        ),
        migrations.RunSQL(PAID, migrations.RunSQL.noop),
    ]
