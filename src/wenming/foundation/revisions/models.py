"""What an office decided about its own rules, each state kept. Nothing here is ever changed or deleted."""

from django.db import models
from django.db.models import Q

from wenming.kernel.actors import ActorKind
from wenming.kernel.ids import uuid7

KIND_CHARS_MAX = 40
KEY_CHARS_MAX = 64
NOTE_CHARS_MAX = 200


class Revision(models.Model):
    """One state of the thing that (kind, key) names, from this revision on until the next.

    `undoes` is the number of the revision that this one took back; its body is then that of an earlier one.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    kind = models.CharField(max_length=KIND_CHARS_MAX)
    key = models.CharField(max_length=KEY_CHARS_MAX)
    number = models.PositiveIntegerField()
    body = models.JSONField()
    note = models.CharField(max_length=NOTE_CHARS_MAX, blank=True)
    undoes = models.PositiveIntegerField(null=True)
    made_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in ActorKind])
    actor_id = models.CharField(max_length=64)
    unit_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key", "number"], name="revision_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="revision_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} {self.number}"
