"""How far a role reaches: one equality on one column, so that lists stay fast at any size."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from wenming.kernel.regions import COLUMNS, RegionLevel


@dataclass(frozen=True, slots=True)
class Scope:
    """One column and the value that it must have; the queryset filter and the Python predicate come from the same pair.

    `column` is a region column (`county_code`) or, for those who answer for their own unit alone, a unit column of the
    thing listed (`lead_id`). An empty column is the whole installation; the value None is nothing at all.
    """

    column: str
    value: int | None

    @classmethod
    def everything(cls) -> "Scope":
        return cls("", 0)

    @classmethod
    def nothing(cls) -> "Scope":
        return cls("", None)

    @classmethod
    def region(cls, code: int, level: RegionLevel) -> "Scope":
        return cls(COLUMNS[level], code)

    @property
    def is_everything(self) -> bool:
        return not self.column and self.value is not None

    @property
    def is_nothing(self) -> bool:
        return self.value is None

    def as_q(self, prefix: str = "") -> Q:
        if self.is_nothing:
            return Q(pk__in=())
        return Q() if self.is_everything else Q(**{prefix + self.column: self.value})

    def covers(self, thing: Any) -> bool:
        """Whether a row that carries the column is within the scope: agrees with `as_q` row by row."""
        if self.is_nothing:
            return False
        return self.is_everything or getattr(thing, self.column) == self.value
