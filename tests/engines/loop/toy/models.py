"""A programme of the tests' own: three tables, and a unit that answers for an item.

They belong to no installed app, so that the project's migrations and models stay what they are; `conftest` makes
their tables.
"""

from django.db import models

from wenming.engines.loop.models import LoopClock, LoopEvent, LoopItem


class Repair(LoopItem):
    title = models.CharField(max_length=40, default="")
    unit_id = models.BigIntegerField(null=True)
    limit_days = models.PositiveSmallIntegerField(null=True)
    fixed_at = models.DateTimeField(null=True)

    class Meta(LoopItem.Meta):
        app_label = "toy"


class RepairEvent(LoopEvent):
    item = models.ForeignKey(Repair, models.PROTECT, related_name="events")

    class Meta(LoopEvent.Meta):
        app_label = "toy"


class RepairClock(LoopClock):
    item = models.ForeignKey(Repair, models.PROTECT, related_name="clocks")

    class Meta(LoopClock.Meta):
        app_label = "toy"


MODELS = (Repair, RepairEvent, RepairClock)
EVENT_TABLE = "toy_repairevent"
