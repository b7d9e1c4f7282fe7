
import wenming.kernel.clock
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='DayOverride',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(unique=True)),
                ('is_working', models.BooleanField()),
                ('note', models.CharField(blank=True, max_length=200)),
                ('recorded_at', models.DateTimeField(default=wenming.kernel.clock.now)),
            ],
            options={
                'ordering': ('on',),
            },
        ),
        migrations.CreateModel(
            name='Refusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('flow', models.CharField(max_length=64)),
                ('item_id', models.BigIntegerField()),
                ('idempotency_key', models.CharField(max_length=64)),
                ('action', models.CharField(max_length=32)),
                ('actor_kind', models.CharField(max_length=16)),
                ('actor_id', models.CharField(max_length=64)),
                ('code', models.CharField(max_length=64)),
                ('status', models.PositiveSmallIntegerField()),
                ('own_message', models.TextField(blank=True)),
                ('params', models.JSONField(default=dict)),
                ('fields', models.JSONField(default=dict)),
                ('recorded_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('flow', 'item_id', 'idempotency_key'), name='loop_refusal_key')],
            },
        ),
    ]
