"""Whether anything was paid, and under which version a dossier was filed; all the views.

Views that change again are written by that migration, and this one leaves it to it:
`views.sql` is read as it is today.
"""

from pathlib import Path

from django.db import migrations, models


SQL = (Path(__file__).parent.parent / "views.sql").read_text(encoding="utf-8")
DROP = "; ".join(
    f"DROP VIEW IF EXISTS {view}"
    for view in ("counter_case", "counter_event", "counter_pause", "counter_refiling")
)
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
        migrations.RunSQL(SQL, DROP),
    ]
