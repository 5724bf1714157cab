"""Entries and their lines are not emptied either: no row trigger sees TRUNCATE."""

from django.db import migrations


KEEP = """
CREATE TRIGGER books_entry_is_not_emptied BEFORE TRUNCATE
    ON books_entry FOR EACH STATEMENT EXECUTE FUNCTION books_keep();
CREATE TRIGGER books_posting_is_not_emptied BEFORE TRUNCATE
    ON books_posting FOR EACH STATEMENT EXECUTE FUNCTION books_keep();
"""
LET_GO = """
DROP TRIGGER books_entry_is_not_emptied ON books_entry;
DROP TRIGGER books_posting_is_not_emptied ON books_posting;
"""


class Migration(migrations.Migration):
    dependencies = [("books", "0001_initial")]

    operations = [migrations.RunSQL(KEEP, LET_GO)]
