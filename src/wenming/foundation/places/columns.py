"""The columns of everything that is filed in a place: one equality for each level of the divisions."""

from django.db import models

from wenming.kernel.regions import COLUMNS, RegionLevel, columns_of


class RegionColumns(models.Model):
    """12-digit codes, None below the place's own level; `region_edition` is the edition that they were read from.

    A snapshot: a later edition of the divisions changes nothing on what was filed before.
    """

    city_code = models.BigIntegerField(null=True)
    county_code = models.BigIntegerField(null=True)
    town_code = models.BigIntegerField(null=True)
    village_code = models.BigIntegerField(null=True)
    region_edition = models.PositiveSmallIntegerField(null=True)

    class Meta:
        abstract = True

    def set_region(self, code: int | None, *, edition: int | None = None) -> None:
        """Files the row under `code` and all that holds it. Raises ValueError for what is no 12-digit code."""
        for column, value in columns_of(code).items():
            setattr(self, column, value)
        self.region_edition = edition if code is not None else None

    @property
    def region_code(self) -> int | None:
        """The deepest region that the row is filed under."""
        for level in sorted(COLUMNS, reverse=True):
            code: int | None = getattr(self, COLUMNS[RegionLevel(level)])
            if code is not None:
                return code
        return None
