"""How much of a rate was spent of late, without a word about by whom."""

from django.db import models
from django.db.models import Q

SLOTS = 1 << 18
RATE_CHARS_MAX = 40


class Counter(models.Model):
    """One of the SLOTS counters of a rate: at the most so many rows, for ever, and no address in any of them.

    `spent_until_us` is the instant, in microseconds since 1970, at which all that was counted will have been paid back.
    """

    rate = models.CharField(max_length=RATE_CHARS_MAX)
    slot = models.PositiveIntegerField()
    spent_until_us = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rate", "slot"], name="throttle_counter_once"),
            models.CheckConstraint(condition=Q(slot__lt=SLOTS), name="throttle_counter_slot"),
        ]

    def __str__(self) -> str:
        return f"{self.rate} {self.slot}"
