from django.db import models
from django.db.models import Q


class Responsibility(models.Model):
    """Who answers for one criterion at one point, where that is not whom the rules name.

    The row in force has no `valid_until_at`; changing it closes the row and opens the next, so that the history
    stays. A unit left empty follows the rules.
    """

    criterion = models.ForeignKey("standards.Criterion", on_delete=models.PROTECT, related_name="responsibilities")
    point = models.ForeignKey("places.Point", on_delete=models.PROTECT, related_name="+")
    territory = models.ForeignKey("people.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    department = models.ForeignKey("people.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300)
    valid_from_at = models.DateTimeField()
    valid_until_at = models.DateTimeField(null=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["point", "criterion"],
                condition=Q(valid_until_at__isnull=True),
                name="responsibility_one_in_force",
            ),
            models.CheckConstraint(
                condition=Q(valid_until_at__isnull=True) | Q(valid_until_at__gte=models.F("valid_from_at")),
                name="responsibility_ends_after_start",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="responsibility_has_reason"),
        ]
        indexes = [models.Index(fields=["point", "criterion", "-valid_from_at"], name="responsibility_history")]

    def __str__(self) -> str:
        return f"{self.criterion_id} @ {self.point_id}"
