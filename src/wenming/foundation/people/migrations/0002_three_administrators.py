"""Grants say who gave them, who confirmed them, from when and until when they hold."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F


def keep_one_administrator_role(apps, schema_editor):
    """Whatever was granted holds; of several administrator's grants of one person the first stays."""
    Grant = apps.get_model("people", "Grant")
    Grant.objects.update(effective_at=F("granted_at"))
    held = Grant.objects.filter(role="administrator", revoked_at__isnull=True).order_by("pk")
    first = {}
    later = [pk for pk, user in held.values_list("pk", "user_id") if first.setdefault(user, pk) != pk]
    Grant.objects.filter(pk__in=later).update(revoked_at=F("granted_at"))
    # PostgreSQL makes the new columns' indexes last, and none while a row's foreign keys wait to be checked.
    schema_editor.connection.check_constraints()


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.AddField("user", "must_change_password", models.BooleanField(default=False)),
        migrations.AddField("user", "sessions_ended", models.PositiveIntegerField(default=0)),
        migrations.AddField(
            "grant",
            "granted_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField("grant", "effective_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "grant",
            "confirmed_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField("grant", "ends_on", models.DateField(null=True)),
        migrations.RunPython(keep_one_administrator_role, migrations.RunPython.noop),
    ]
