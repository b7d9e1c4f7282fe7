"""Samples for visits to the place: what they are drawn from, what a visit found, what was sent back for it."""

from django.db import models
from django.db.models import F, Q

from wenming.kernel.ids import uuid7
from wenming.programmes.problems.enums import SiteResult
from wenming.programmes.problems.models.problem import Problem


class SiteDraw(models.Model):
    """What a sample for site visits is drawn from, fixed before it is drawn; no row is ever changed.

    `frame` is a list of `[problem id, unit id]` by problem id; `digest` covers it with seed and size. Several draws of
    one period all stay, so that nobody can try seeds until one suits.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    period = models.CharField(max_length=24)
    county_code = models.BigIntegerField(null=True)
    size = models.PositiveIntegerField()
    seed = models.CharField(max_length=64)
    frame = models.JSONField()
    frame_size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    announced_at = models.DateTimeField()
    announced_by_id = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(size__gte=1) & Q(size__lte=F("frame_size")), name="site_draw_size")
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.size}/{self.frame_size}"


class SiteVisit(models.Model):
    """One problem of a sample: to be visited, then passed or failed by somebody of another unit."""

    draw = models.ForeignKey(SiteDraw, on_delete=models.PROTECT, related_name="visits")
    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="site_visits")
    # Who rectified it, as the frame says.
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    inspector = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")
    result = models.CharField(max_length=6, choices=SiteResult.choices, blank=True)
    checked_at = models.DateTimeField(null=True)
    checked_unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draw", "problem"], name="site_visit_once"),
            models.CheckConstraint(
                condition=Q(checked_at__isnull=True, result="") | (Q(checked_at__isnull=False) & ~Q(result="")),
                name="site_visit_result_with_time",
            ),
            models.CheckConstraint(
                condition=Q(checked_unit__isnull=True) | ~Q(checked_unit=F("unit")), name="site_visit_other_unit"
            ),
        ]
        indexes = [models.Index(fields=["inspector", "id"], condition=Q(result=""), name="site_visit_waiting")]

    def __str__(self) -> str:
        return f"{self.draw_id} {self.problem_id} {self.result}"


class BatchReturn(models.Model):
    """A unit's whole batch of a draw, sent back because one of its sample failed; no row is ever changed."""

    draw = models.ForeignKey(SiteDraw, on_delete=models.PROTECT, related_name="returns")
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    problem_count = models.PositiveIntegerField()
    reason = models.CharField(max_length=500)
    returned_at = models.DateTimeField()
    returned_by_id = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draw", "unit"], name="batch_return_once")]

    def __str__(self) -> str:
        return f"{self.draw_id} {self.unit_id} {self.problem_count}"
