"""What was computed when it mattered, and what persons declare where nothing can be computed."""

from django.db import models
from django.db.models import F, Q

from wenming.kernel.actors import ActorKind
from wenming.kernel.ids import uuid7

KEY_CHARACTERS_MAX = 80
VALUE_CHARACTERS_MAX = 40
NOTE_CHARACTERS_MAX = 500
_STANDS = Q(confirmed_at__isnull=False, withdrawn_at__isnull=True, superseded_at__isnull=True)
_WAITS = Q(confirmed_at__isnull=True, withdrawn_at__isnull=True, superseded_at__isnull=True)


class DeclaredFigure(models.Model):
    """A figure with a source instead of rows. Value, period and source never change: another value is another row,
    which supersedes this one. `value` is an exact decimal in `unit`, a rate as a fraction; 1 for a claim that holds.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    key = models.CharField(max_length=KEY_CHARACTERS_MAX)
    period = models.CharField(max_length=20)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    value = models.CharField(max_length=VALUE_CHARACTERS_MAX)
    unit = models.CharField(max_length=20, blank=True)
    source_file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    source_note = models.CharField(max_length=NOTE_CHARACTERS_MAX)
    supersedes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    declared_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()
    confirmed_by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.CharField(max_length=NOTE_CHARACTERS_MAX, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("declared_by")), name="declared_by_two"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="declared_confirmed_when",
            ),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="declared_period"),
            models.UniqueConstraint(fields=["key", "starts_at", "ends_at"], condition=_STANDS, name="declared_stands"),
            models.UniqueConstraint(fields=["key", "starts_at", "ends_at"], condition=_WAITS, name="declared_waits"),
        ]
        indexes = [models.Index(fields=["-declared_at", "-id"], name="declared_by_time")]

    def __str__(self) -> str:
        return f"{self.key} {self.period} {self.value}"

    @property
    def is_waiting(self) -> bool:
        return self.confirmed_at is None and self.superseded_at is None and self.withdrawn_at is None

    @property
    def is_standing(self) -> bool:
        return self.confirmed_at is not None and self.superseded_at is None and self.withdrawn_at is None


class FigureRun(models.Model):
    """One figure as it was when a report was built: what was asked, what came out, on which evidence. Append-only."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    key = models.CharField(max_length=KEY_CHARACTERS_MAX)
    version = models.PositiveIntegerField(null=True)
    source = models.CharField(max_length=10)
    period = models.CharField(max_length=20)
    parameters = models.JSONField()
    as_of = models.DateTimeField()
    cutoff = models.DateTimeField(null=True)
    numerator = models.BigIntegerField(null=True)
    denominator = models.BigIntegerField(null=True)
    value = models.CharField(max_length=VALUE_CHARACTERS_MAX, blank=True)
    display = models.CharField(max_length=VALUE_CHARACTERS_MAX)
    evidence_count = models.PositiveBigIntegerField(null=True)
    evidence_sha256 = models.CharField(max_length=64, blank=True)
    numerator_sha256 = models.CharField(max_length=64, blank=True)
    sql_sha256 = models.CharField(max_length=64, blank=True)
    declaration = models.ForeignKey(DeclaredFigure, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in ActorKind])
    actor_id = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["key", "period", "-recorded_at"], name="figure_run_by_key")]

    def __str__(self) -> str:
        return f"{self.key} {self.period} {self.display}"
