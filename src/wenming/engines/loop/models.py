"""Three abstract models of a loop; each programme makes its own three tables of them.

A concrete event and a concrete clock declare `item`, a foreign key to the concrete item, with the related names
`events` and `clocks`, and inherit `Meta` (or derive theirs from it), which holds the constraints.
"""

from django.db import models
from django.db.models import Q

from wenming.kernel.actors import ActorKind
from wenming.kernel.calendar import LimitUnit
from wenming.kernel.clock import now
from wenming.kernel.ids import uuid7

STATE_CHARS_MAX = 32
KEY_CHARS_MAX = 64
REASON_CHARS_MAX = 2000


class LoopItem(models.Model):
    """What is handled. Everything here is written by the engine alone."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    state = models.CharField(max_length=STATE_CHARS_MAX)
    version = models.PositiveIntegerField(default=0)
    seq = models.PositiveIntegerField(default=0)
    head_hash = models.CharField(max_length=64, default="", blank=True)
    last_happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField(null=True, blank=True)
    due_is_provisional = models.BooleanField(default=False)

    class Meta:
        abstract = True


class LoopEvent(models.Model):
    """One step of an item; append-only (register `kernel.triggers.append_only` for the table).

    Holds ids and, where words of a resident are needed, ciphertext: the chain covers what stands here, and a row
    can never be changed. `clocks` lists what the step did to the clocks:
    `[verb, stage, limit value, limit unit, due in epoch microseconds]`.
    """

    seq = models.PositiveIntegerField()
    version = models.PositiveIntegerField()
    action = models.CharField(max_length=STATE_CHARS_MAX)
    source = models.CharField(max_length=STATE_CHARS_MAX, blank=True)
    target = models.CharField(max_length=STATE_CHARS_MAX)
    actor_kind = models.CharField(max_length=16, choices=[(k.value, k.value) for k in ActorKind])
    actor_id = models.CharField(max_length=64)
    unit_id = models.BigIntegerField(null=True, blank=True)
    role = models.CharField(max_length=32, blank=True)
    reason = models.CharField(max_length=REASON_CHARS_MAX, blank=True)
    evidence = models.JSONField(default=dict, blank=True)
    clocks = models.JSONField(default=list, blank=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    idempotency_key = models.CharField(max_length=KEY_CHARS_MAX, blank=True)
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=("item", "seq"), name="%(app_label)s_%(class)s_seq"),
            models.UniqueConstraint(
                fields=("item", "idempotency_key"),
                condition=~Q(idempotency_key=""),
                name="%(app_label)s_%(class)s_key",
            ),
        ]


class LoopClock(models.Model):
    """One run of a stage, in segments: it runs since `running_since`, or is paused, or has stopped.

    `limit_value` includes what extensions added (`extended_value`). `used_us` is what the closed segments used, as the
    working calendar measures it in the limit's unit (less than nothing where the limit runs from a moment still to
    come). `is_breached` is set once and never taken back.
    """

    stage = models.CharField(max_length=STATE_CHARS_MAX)
    round = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    limit_value = models.PositiveIntegerField(null=True, blank=True)
    limit_unit = models.CharField(max_length=16, blank=True, choices=[(u.value, u.value) for u in LimitUnit])
    extended_value = models.PositiveIntegerField(default=0)
    extension_count = models.PositiveSmallIntegerField(default=0)
    pause_count = models.PositiveSmallIntegerField(default=0)
    running_since = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    used_us = models.BigIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True)
    is_provisional = models.BooleanField(default=False)
    is_breached = models.BooleanField(default=False)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=("item", "stage", "round"), name="%(app_label)s_%(class)s_round"),
            models.UniqueConstraint(
                fields=("item", "stage"),
                condition=Q(stopped_at__isnull=True),
                name="%(app_label)s_%(class)s_one",
            ),
        ]


class DayOverride(models.Model):
    """A day that this installation works, or does not, whatever the published notice says."""

    on = models.DateField(unique=True)
    is_working = models.BooleanField()
    note = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ("on",)

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} {'+' if self.is_working else '-'}"


class Refusal(models.Model):
    """The first answer to a refused command that carried an idempotency key, so that a retry is answered alike."""

    flow = models.CharField(max_length=64)
    item_id = models.BigIntegerField()
    idempotency_key = models.CharField(max_length=KEY_CHARS_MAX)
    action = models.CharField(max_length=STATE_CHARS_MAX)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64)
    code = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    own_message = models.TextField(blank=True)
    params = models.JSONField(default=dict)
    fields = models.JSONField(default=dict)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("flow", "item_id", "idempotency_key"), name="loop_refusal_key"),
        ]

    def __str__(self) -> str:
        return f"{self.flow} {self.item_id} {self.action}: {self.code}"
