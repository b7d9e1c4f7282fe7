"""What somebody should know, and the outbox that carries it to where they are."""

from django.db import models
from django.db.models import Q

from wenming.kernel.ids import uuid7


class Notice(models.Model):
    """For a unit or for a person, never both. `subject_kind` and `subject_key` say what it is about."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    unit = models.ForeignKey("people.Unit", on_delete=models.CASCADE, null=True, related_name="+")
    user = models.ForeignKey("people.User", on_delete=models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_key = models.CharField(max_length=64, blank=True)
    url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=True, user__isnull=False) | Q(unit__isnull=False, user__isnull=True),
                name="notice_for_one",
            )
        ]
        indexes = [
            models.Index(fields=["unit", "-id"], name="notice_by_unit"),
            models.Index(fields=["user", "-id"], name="notice_by_user"),
            models.Index(fields=["unit"], condition=Q(read_at__isnull=True), name="notice_unread_by_unit"),
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="notice_unread_by_user"),
        ]

    def __str__(self) -> str:
        return self.title


class Outbox(models.Model):
    """One notice on its way. Due until `delivered_at` or `given_up_at`; a lease keeps two workers off one row.

    `public_id` is the idempotency key that the gateway is given: a worker that died after sending sends it again.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    notice = models.OneToOneField(Notice, on_delete=models.CASCADE, related_name="outbox")
    due_at = models.DateTimeField()
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    delivered_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(delivered_at__isnull=True, given_up_at__isnull=True),
                name="outbox_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.attempts}"
