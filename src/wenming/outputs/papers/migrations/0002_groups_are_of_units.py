"""The groups of units move to the units: circulars and league tables go by the same ones."""

from typing import Any

from django.db import migrations


def move(apps: Any, schema_editor: Any) -> None:
    before, member = apps.get_model("papers", "UnitGroup"), apps.get_model("papers", "UnitGroupMember")
    group, joined = apps.get_model("people", "UnitGroup"), apps.get_model("people", "UnitGroupMember")
    made = {row.pk: group.objects.create(name=row.name, position=row.position) for row in before.objects.all()}
    rows = member.objects.order_by("pk")
    joined.objects.bulk_create([joined(group=made[row.group_id], unit_id=row.unit_id) for row in rows])


class Migration(migrations.Migration):
    dependencies = [("papers", "0001_papers"), ("people", "0004_unit_groups")]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.DeleteModel(name="UnitGroupMember"),
        migrations.DeleteModel(name="UnitGroup"),
    ]
