"""Here the views were made; the latest migration that changes `views.sql` makes them now.

The file is read as it is today, so only a migration after which all its columns exist
can run it.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("counter", "0001_initial")]

    operations: list[migrations.RunSQL] = []
