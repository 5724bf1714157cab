from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("auctions", "0002_next_bidder")]

    operations = [
        migrations.RunSQL(
            sql=(Path(__file__).parent / "0003_news.sql").read_text(),
            reverse_sql="""
                DROP TRIGGER auctions_event_is_told ON auctions_eventrow;
                DROP FUNCTION auctions_tell();
            """,
        ),
    ]
