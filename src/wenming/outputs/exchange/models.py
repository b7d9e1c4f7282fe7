"""Keys by which other programs call: each acts under one grant of one person, for what it was made for, so often."""

from django.db import models
from django.db.models import Q

from wenming.kernel.ids import uuid7


class ApiKey(models.Model):
    """The token itself is nowhere: `prefix` finds the row, `digest` is the SHA-256 of the whole token.

    `minute` and `day` number the running windows since 1970, with what was taken of each.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    name = models.CharField(max_length=60)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    grant = models.ForeignKey("people.Grant", on_delete=models.CASCADE, related_name="+")
    rights = models.JSONField()
    per_minute = models.PositiveIntegerField()
    per_day = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    minute = models.PositiveBigIntegerField(default=0)
    minute_taken = models.PositiveIntegerField(default=0)
    day = models.PositiveIntegerField(default=0)
    day_taken = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(per_minute__gte=1, per_day__gte=1), name="api_key_may_call"),
            models.CheckConstraint(
                condition=Q(minute_taken__lte=models.F("per_minute"), day_taken__lte=models.F("per_day")),
                name="api_key_within_quota",
            ),
        ]
        indexes = [models.Index(fields=["grant", "-id"], name="api_key_by_grant")]

    def __str__(self) -> str:
        return f"{self.prefix} {self.name}"
