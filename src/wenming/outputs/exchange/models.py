"""Keys by which other programs call, and what is told to other systems: each under one grant of one person."""

from django.db import models
from django.db.models import Q

from wenming.kernel.ids import uuid7
from wenming.outputs.exchange.enums import Fault, HookState


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


class Webhook(models.Model):
    """An address that is told what happens to the problems of its grant's scope, or of one region within.

    `cursor` is the last event of the problems' histories that was looked at: what comes behind it is still to be told.
    Due at `due_at`; `failures` counts the tries since the last that was taken. The lease keeps two workers off one
    address, so that messages arrive in order. `origin` is where this system was when the subscription was made.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    name = models.CharField(max_length=60)
    url = models.CharField(max_length=500)
    origin = models.CharField(max_length=200)
    kinds = models.JSONField()
    region_code = models.BigIntegerField(null=True)
    grant = models.ForeignKey("people.Grant", on_delete=models.CASCADE, related_name="+")
    sealed_secret = models.BinaryField()
    state = models.CharField(max_length=10, choices=HookState.choices, default=HookState.ON)
    cursor = models.BigIntegerField()
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(url__startswith="https://"), name="webhook_by_https"),
            models.CheckConstraint(condition=Q(state__in=HookState.values), name="webhook_state_known"),
        ]
        indexes = [
            models.Index(fields=["grant", "-id"], name="webhook_by_grant"),
            models.Index(fields=["due_at", "id"], condition=Q(state="on"), name="webhook_due"),
        ]

    def __str__(self) -> str:
        return self.name


class WebhookDelivery(models.Model):
    """One message to one address: waits until `delivered_at` or `given_up_at`. `body` is what is sent, at each try the same."""

    hook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event_id = models.BigIntegerField()
    key = models.CharField(max_length=80)
    kind = models.CharField(max_length=30)
    problem_id = models.UUIDField()
    problem_code = models.CharField(max_length=20)
    body = models.TextField()
    made_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    fault = models.CharField(max_length=12, choices=Fault.choices, blank=True)
    delivered_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hook", "event_id"], name="delivery_once_by_event"),
            models.CheckConstraint(
                condition=Q(delivered_at__isnull=True) | Q(given_up_at__isnull=True), name="delivery_has_one_end"
            ),
        ]
        indexes = [
            models.Index(
                fields=["hook", "event_id"],
                condition=Q(delivered_at__isnull=True, given_up_at__isnull=True),
                name="delivery_waiting",
            ),
            models.Index(fields=["made_at"], name="delivery_by_age"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def is_waiting(self) -> bool:
        return self.delivered_at is None and self.given_up_at is None
