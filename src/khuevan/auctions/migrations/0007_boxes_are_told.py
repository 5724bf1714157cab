from pathlib import Path

from django.db import migrations, models

import khuevan.auctions.rules.replay


FOLDER = Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [("auctions", "0006_nothing_is_emptied")]

    operations = [
        migrations.RunSQL(
            (FOLDER / "0007_boxes_are_told.sql").read_text(),
            (FOLDER / "0007_boxes_are_told.reverse.sql").read_text(),
        ),
        migrations.AlterField(
            model_name="eventrow",
            name="kind",
            field=models.CharField(
                choices=[
                    (khuevan.auctions.rules.replay.Kind["ANNOUNCED"], "ANNOUNCED"),
                    (khuevan.auctions.rules.replay.Kind["ADMITTED"], "ADMITTED"),
                    (khuevan.auctions.rules.replay.Kind["BID"], "BID"),
                    (khuevan.auctions.rules.replay.Kind["SEALED_BID"], "SEALED_BID"),
                    (khuevan.auctions.rules.replay.Kind["CLOSED"], "CLOSED"),
                    (khuevan.auctions.rules.replay.Kind["KEY"], "KEY"),
                    (khuevan.auctions.rules.replay.Kind["OPENED"], "OPENED"),
                    (khuevan.auctions.rules.replay.Kind["UNREADABLE"], "UNREADABLE"),
                    (khuevan.auctions.rules.replay.Kind["DECIDED"], "DECIDED"),
                    (khuevan.auctions.rules.replay.Kind["CANCELLED"], "CANCELLED"),
                    (khuevan.auctions.rules.replay.Kind["SETTLED"], "SETTLED"),
                    (khuevan.auctions.rules.replay.Kind["DEFAULTED"], "DEFAULTED"),
                    (khuevan.auctions.rules.replay.Kind["RUNNER_UP"], "RUNNER_UP"),
                ],
                max_length=12,
            ),
        ),
    ]
