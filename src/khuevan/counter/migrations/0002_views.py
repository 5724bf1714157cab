"""The views that analysis reads are made by the latest migration that changed them."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("counter", "0001_initial")]

    operations: list[object] = []
