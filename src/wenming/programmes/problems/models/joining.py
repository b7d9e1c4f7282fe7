"""“Me too”: interest in a problem that somebody else reported. It is no case and enters no figure of cases."""

from django.db import models

from wenming.programmes.problems.models.problem import Problem


class ProblemJoin(models.Model):
    """Whoever has the code follows the problem as its reporter does; nothing is known of who that is."""

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="joins")
    tracking_code = models.CharField(max_length=11, unique=True)
    # Of the form that it came by, so that a second tap joins nobody twice.
    form_key = models.CharField(max_length=32, unique=True)
    joined_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.problem_id} {self.joined_at}"
