"""Each holder of an opening key makes a key of their own; nobody splits one any more."""

import django.db.models.deletion
import khuevan.platform.ids
from django.conf import settings
from django.db import migrations, models


def check_nothing_waits(apps, schema_editor):
    """Refuse to go on over bids that only shares of the old kind could open."""
    auctions = apps.get_model("auctions", "Auction")
    waiting = auctions.objects.filter(form="sealed", state__in=["running", "closed"])
    if codes := list(waiting.values_list("code", flat=True)):
        raise RuntimeError(f"Open or cancel these sealed auctions with the version before: {', '.join(codes)}.")


def forget_keys(apps, schema_editor):
    """The audits of past auctions tell who held which key, the journal who made it."""
    apps.get_model("auctions", "OpeningKey").objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [
        ('auctions', '0007_boxes_are_told'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(check_nothing_waits, migrations.RunPython.noop),
        migrations.RunPython(forget_keys, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name='auction',
            name='public_key',
        ),
        migrations.RemoveField(
            model_name='auction',
            name='shares',
        ),
        migrations.RemoveField(
            model_name='auction',
            name='threshold',
        ),
        migrations.RemoveField(
            model_name='openingkey',
            name='holders',
        ),
        migrations.RemoveField(
            model_name='openingkey',
            name='public_key',
        ),
        migrations.RemoveField(
            model_name='openingkey',
            name='shares',
        ),
        migrations.AlterField(
            model_name='openingkey',
            name='auction',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='opening_key', to='auctions.auction'),
        ),
        migrations.RunPython(migrations.RunPython.noop, forget_keys),
        migrations.CreateModel(
            name='KeyHolder',
            fields=[
                ('id', models.UUIDField(default=khuevan.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('post', models.CharField(max_length=120)),
                ('public_key', models.CharField(blank=True, max_length=64)),
                ('joined_at', models.DateTimeField(null=True)),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holders', to='auctions.openingkey')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('number',),
                'constraints': [models.UniqueConstraint(fields=('key', 'number'), name='auctions_number_is_one_holder'), models.UniqueConstraint(fields=('key', 'person'), name='auctions_person_holds_one_part'), models.UniqueConstraint(condition=models.Q(('public_key', ''), _negated=True), fields=('public_key',), name='auctions_holders_key_is_used_once'), models.CheckConstraint(condition=models.Q(models.Q(('joined_at', None), ('public_key', '')), models.Q(models.Q(('public_key', ''), _negated=True), ('joined_at__isnull', False)), _connector='OR'), name='auctions_holder_joined_with_a_key')],
            },
        ),
    ]
