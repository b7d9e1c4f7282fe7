"""What the figures of problems count."""

from django.db import models

from wenming.engines.metrics import facts
from wenming.engines.metrics.facts import FactRow


class ProblemFact(FactRow):
    """What the figures count: integers and ASCII codes only; one row for each version of each problem."""

    id_column = "problem_id"

    problem_id = models.BigIntegerField()
    state = models.CharField(max_length=16)
    channel = models.CharField(max_length=12)
    type_code = models.CharField(max_length=20)
    closed_as = models.CharField(max_length=10)
    county_code = models.BigIntegerField(null=True)
    town_code = models.BigIntegerField(null=True)
    village_code = models.BigIntegerField(null=True)
    territory_id = models.BigIntegerField(null=True)
    department_id = models.BigIntegerField(null=True)
    lead_id = models.BigIntegerField(null=True)
    point_id = models.BigIntegerField(null=True)
    found_ym = models.IntegerField()
    found_us = models.BigIntegerField()
    filed_us = models.BigIntegerField(null=True)
    dispatched_us = models.BigIntegerField(null=True)
    reported_us = models.BigIntegerField(null=True)
    reviewed_us = models.BigIntegerField(null=True)
    closed_us = models.BigIntegerField(null=True)
    site_checked_us = models.BigIntegerField(null=True)
    is_site_passed = models.IntegerField(default=0)
    is_recurrence = models.IntegerField(default=0)
    voided_us = models.BigIntegerField(null=True)
    suspended_us = models.BigIntegerField(null=True)
    exempted_us = models.BigIntegerField(null=True)
    is_self_handled = models.IntegerField(default=0)
    due_us = models.BigIntegerField(null=True)
    close_due_us = models.BigIntegerField(null=True)
    filed_ym = models.IntegerField(null=True)
    close_due_ym = models.IntegerField(null=True)
    # From the dispatch that holds to the answer to it, by the clock on the wall.
    handling_minutes = models.BigIntegerField(null=True)
    rework_count = models.IntegerField()
    extension_count = models.IntegerField()
    redispatch_count = models.IntegerField(default=0)
    is_unlocated = models.IntegerField()

    class Meta:
        constraints = facts.constraints("problem_id", prefix="problem_fact")
        indexes = [
            *facts.indexes("found_us", prefix="problem_fact"),
            *facts.indexes("close_due_us", prefix="problem_fact_close_due"),
        ]

    def __str__(self) -> str:
        return f"{self.problem_id} {self.state}"
