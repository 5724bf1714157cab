from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0010_papers_are_read_later'),
    ]

    operations = [
        migrations.AddField(model_name='listing', name=f'{name}_en', field=models.TextField(blank=True, default=''), preserve_default=False)
        for name in ('advantage', 'description', 'outcome', 'criteria')
    ]
