"""What was asked for and takes longer than a page may: truth is a due row with a lease."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from wenming.foundation.jobs.enums import KEY_STATES, OPEN_STATES, JobState
from wenming.kernel.actors import Actor, ActorKind
from wenming.kernel.ids import uuid7


class Job(models.Model):
    """Due while its state is open and no lease is running. Of one kind and key there is one that is open or done.

    `attempts` counts the starts, also those whose worker was killed. `result` is what the page shows and `url` where the
    result is looked at; `file` is handed to the owner alone.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=200, blank=True)
    args = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    result = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    url = models.CharField(max_length=300, blank=True)
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    error_code = models.CharField(max_length=100, blank=True)
    error_text = models.CharField(max_length=500, blank=True)
    actor_kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in ActorKind])
    actor_id = models.CharField(max_length=64)
    unit_id = models.BigIntegerField(null=True)
    role = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="job_done_within_total"),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_STATES, finished_at__isnull=True)
                | (~Q(state__in=OPEN_STATES) & Q(finished_at__isnull=False)),
                name="job_over_has_an_end",
            ),
            models.UniqueConstraint(
                fields=["kind", "key"], condition=~Q(key="") & Q(state__in=KEY_STATES), name="job_once_by_key"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state__in=OPEN_STATES), name="job_due"),
            models.Index(fields=["actor_kind", "actor_id", "-id"], name="job_by_owner"),
            models.Index(fields=["finished_at"], condition=Q(finished_at__isnull=False), name="job_by_end"),
        ]

    def __str__(self) -> str:
        return self.title or f"{self.kind} {self.public_id}"

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind(self.actor_kind), self.actor_id, self.unit_id, self.role)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES
