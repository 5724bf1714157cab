"""The view that measures read: things people complained of."""

from django.db import migrations


SQL = """
CREATE OR REPLACE VIEW feedback_complaint AS
SELECT p.subject, p.filed_at AS at, 'petition' AS kind
FROM feedback_petition p
WHERE p.subject <> '' AND p.state NOT IN ('refused', 'merged', 'forwarded')
UNION ALL
SELECT l.subject, r.rated_at, 'rating'
FROM feedback_rating r JOIN feedback_ratinglink l ON l.id = r.link_id
WHERE NOT r.good
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0002_tries_are_counted_in_one_place")]

    operations = [migrations.RunSQL(SQL, "DROP VIEW IF EXISTS feedback_complaint")]
