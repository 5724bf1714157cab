"""The journal itself, in SQL: partitions, chains and functions are beyond the ORM."""

from pathlib import Path

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.RunSQL(
            sql=Path(__file__).with_suffix(".sql").read_text(),
            reverse_sql="""
                DROP FUNCTION journal_restrict(name);
                DROP FUNCTION journal_record(text, text, text, text, timestamptz, jsonb);
                DROP FUNCTION journal_prepare_partitions(integer);
                DROP TABLE journal_reader, journal_head, journal_fact;
                DROP FUNCTION journal_refuse();
                DROP SEQUENCE journal_fact_number;
            """,
        ),
        migrations.CreateModel(
            name="FactRow",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("subject", models.TextField()),
                ("actor", models.TextField(null=True)),
                ("organisation", models.TextField(null=True)),
                ("occurred_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("figures", models.JSONField()),
                ("position", models.IntegerField()),
                ("previous", models.BinaryField()),
                ("hash", models.BinaryField()),
            ],
            options={"db_table": "journal_fact", "managed": False},
        ),
    ]
