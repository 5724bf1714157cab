import khuevan.exchange.rules.papers
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0009_country'),
    ]

    operations = [
        # What is attached already was read as it came in.
        migrations.AddField(
            model_name='listingpaper',
            name='reading',
            field=models.CharField(choices=[(khuevan.exchange.rules.papers.Reading['WAITING'], 'WAITING'), (khuevan.exchange.rules.papers.Reading['READ'], 'READ'), (khuevan.exchange.rules.papers.Reading['EMPTY'], 'EMPTY'), (khuevan.exchange.rules.papers.Reading['LOCKED'], 'LOCKED'), (khuevan.exchange.rules.papers.Reading['LONG'], 'LONG'), (khuevan.exchange.rules.papers.Reading['BROKEN'], 'BROKEN'), (khuevan.exchange.rules.papers.Reading['SLOW'], 'SLOW')], default=khuevan.exchange.rules.papers.Reading['READ'], max_length=8),
            preserve_default=False,
        ),
    ]
