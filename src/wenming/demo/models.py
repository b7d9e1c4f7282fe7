"""The mark that says: this database is a demonstration and may be thrown away."""

from django.db import models


class DemoMark(models.Model):
    """One row in a demonstration's database, none in any other. `finished_at` is empty while the city is being built."""

    scale = models.CharField(max_length=10)
    seed = models.PositiveIntegerField()
    year = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.scale} {self.seed}"
