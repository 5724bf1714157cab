import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('counter', '0005_tries_are_counted_in_one_place'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='interest',
            name='counter_an_interest_is_declared_once',
        ),
        migrations.AddField(
            model_name='absence',
            name='ended_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        # No row can exist: no action wrote one before. A database where somebody did
        # by hand refuses here, and says so.
        migrations.AddField(
            model_name='interest',
            name='dossier',
            field=models.ForeignKey(default=None, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='counter.dossier'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='interest',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='interest',
            name='applicant',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='interest',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('person', 'applicant'), name='counter_an_interest_is_declared_once'),
        ),
        migrations.AddConstraint(
            model_name='interest',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('person', 'dossier'), name='counter_an_interest_in_a_dossier_is_declared_once'),
        ),
    ]
