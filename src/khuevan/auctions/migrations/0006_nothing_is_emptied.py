"""Events and bids are not emptied either: no row trigger sees TRUNCATE."""

from django.db import migrations


KEEP = """
CREATE TRIGGER auctions_event_is_not_emptied BEFORE TRUNCATE
    ON auctions_eventrow FOR EACH STATEMENT EXECUTE FUNCTION auctions_keep();
CREATE TRIGGER auctions_bid_is_not_emptied BEFORE TRUNCATE
    ON auctions_bid FOR EACH STATEMENT EXECUTE FUNCTION auctions_keep();
"""
LET_GO = """
DROP TRIGGER auctions_event_is_not_emptied ON auctions_eventrow;
DROP TRIGGER auctions_bid_is_not_emptied ON auctions_bid;
"""


class Migration(migrations.Migration):
    dependencies = [("auctions", "0005_flags")]

    operations = [migrations.RunSQL(KEEP, LET_GO)]
