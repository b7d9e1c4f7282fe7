"""What the desk keeps beside the problems: views that people saved, and what units were told of deadlines."""

from django.db import models
from django.db.models import Q

from wenming.foundation.people.enums import Role
from wenming.kernel.ids import uuid7

VIEW_NAME_CHARS_MAX = 30
VIEW_QUERY_CHARS_MAX = 1000


class SavedView(models.Model):
    """Filters, columns and order of the list under a name: somebody's own, or the office's for everybody of one role.

    `query` is the address's query and nothing more: what it finds depends on who opens it.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    owner = models.ForeignKey("people.User", on_delete=models.CASCADE, null=True, related_name="+")
    role = models.CharField(max_length=16, choices=Role.choices, blank=True)
    name = models.CharField(max_length=VIEW_NAME_CHARS_MAX)
    query = models.CharField(max_length=VIEW_QUERY_CHARS_MAX)
    is_start = models.BooleanField(default=False)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(owner__isnull=False, role="") | (Q(owner__isnull=True) & ~Q(role="")),
                name="saved_view_of_one",
            ),
            models.UniqueConstraint(
                fields=["owner", "name"], condition=Q(owner__isnull=False), name="saved_view_name_own"
            ),
            models.UniqueConstraint(
                fields=["role", "name"], condition=Q(owner__isnull=True), name="saved_view_name_shared"
            ),
            models.UniqueConstraint(
                fields=["owner"], condition=Q(owner__isnull=False, is_start=True), name="saved_view_start_own"
            ),
            models.UniqueConstraint(
                fields=["role"], condition=Q(owner__isnull=True, is_start=True), name="saved_view_start_shared"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DeadlineDigest(models.Model):
    """What a unit was told on one working day of its deadlines; no row is ever changed."""

    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    # A unit that handles, or an office that answers for the units below it.
    is_handler = models.BooleanField()
    soon_count = models.PositiveIntegerField()
    late_count = models.PositiveIntegerField()
    long_late_count = models.PositiveIntegerField()
    told_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "on", "is_handler"], name="deadline_digest_once"),
            models.CheckConstraint(condition=Q(soon_count__gt=0) | Q(late_count__gt=0), name="deadline_digest_of_some"),
        ]
        indexes = [models.Index(fields=["on"], name="deadline_digest_on")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.on}"
