"""The latest dossiers of the city and of a procedure without reading all of them.

Three indexes of a key alone go: each has one that begins with the same key.
"""

from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.deletion import CASCADE, PROTECT


def without_index(model, field, index, changed):
    """Drop the index of a foreign key beside running work.

    Altering the field would drop the constraint too, and check every row again.
    """
    table = f"counter_{model}"
    return migrations.SeparateDatabaseAndState(
        state_operations=[migrations.AlterField(model, field, changed)],
        database_operations=[
            migrations.RunSQL(
                f"DROP INDEX CONCURRENTLY IF EXISTS {index}",
                f"CREATE INDEX CONCURRENTLY {index} ON {table} ({field}_id)",
            )
        ],
    )


def some(to):
    return models.ForeignKey(
        to, PROTECT, related_name="+", null=True, blank=True, db_index=False
    )


class Migration(migrations.Migration):
    atomic = False  # nothing is locked while indexes are built

    dependencies = [
        ("counter", "0002_views"),
        ("directory", "0006_reception_points"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            "dossier", models.Index(fields=["-filed_at"], name="counter_latest")
        ),
        AddIndexConcurrently(
            "dossier",
            models.Index(
                fields=["procedure", "-filed_at"], name="counter_latest_of_a_procedure"
            ),
        ),
        without_index(
            "dossier", "agency", "counter_dossier_agency_id_b2eb1a5e",
            some("directory.organisation"),
        ),
        without_index(
            "dossier", "applicant", "counter_dossier_applicant_id_395e612b",
            some(settings.AUTH_USER_MODEL),
        ),
        without_index(
            "step", "dossier", "counter_step_dossier_id_2c00ecc8",
            models.ForeignKey(
                "counter.dossier", CASCADE, related_name="work", db_index=False
            ),
        ),
    ]
