"""Who did what, when and from where. Nothing here is ever changed or deleted; triggers see to it.

The records hold ids and never a foreign key, so that they outlive what they tell of. They are inserted unchained,
because one global chain written in every transaction would make all writers queue; a sealer chains them afterwards.
"""

from django.db import models

from wenming.kernel.actors import ActorKind


class AuditRecord(models.Model):
    recorded_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in ActorKind])
    actor_id = models.CharField(max_length=64)
    unit_id = models.BigIntegerField(null=True)
    address = models.CharField(max_length=45, blank=True)
    action = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=40)
    object_key = models.CharField(max_length=64)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        indexes = [models.Index(fields=["object_kind", "object_key", "id"], name="audit_by_object")]

    def __str__(self) -> str:
        return f"{self.action} {self.object_kind} {self.object_key}"


class AuditSeal(models.Model):
    """Covers the records with first_id ≤ id ≤ last_id. `root` hashes the seal before it and every record covered."""

    sealed_at = models.DateTimeField()
    first_id = models.BigIntegerField(unique=True)
    last_id = models.BigIntegerField(unique=True)
    records = models.PositiveIntegerField()
    root = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.first_id}–{self.last_id}"
