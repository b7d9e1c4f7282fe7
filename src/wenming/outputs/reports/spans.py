"""What a figure of a report is about, and up to when it is read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wenming.kernel.documents import words
from wenming.kernel.periods import BadPeriod, Period
from wenming.kernel.regions import COLUMNS, level_of
from wenming.kernel.scopes import Scope


@dataclass(frozen=True, slots=True)
class Span:
    """A period, in a region below the city where one is named, and held against another where two are compared."""

    period: Period
    region: int | None = None
    against: Period | None = None

    @classmethod
    def parse(cls, label: str) -> "Span":
        """Reads back what `label` writes: 2024-03, 2024-03@330106000000, 2024-03/2024-02. Raises BadPeriod."""
        rest, at, region = label.partition("@")
        period, slash, against = rest.partition("/")
        if at and (not (region.isascii() and region.isdecimal()) or _column(int(region)) is None):
            raise BadPeriod(text=label)
        return cls(Period.parse(period), int(region) if at else None, Period.parse(against) if slash else None)

    @property
    def label(self) -> str:
        against = f"/{self.against.label}" if self.against is not None else ""
        return f"{self.period.label}{against}" + (f"@{self.region}" if self.region is not None else "")


def in_words(label: str) -> str:
    """2024年3月, and 2024年3月比2024年2月; the region is not said, since the paper or the row says it."""
    period, slash, against = label.partition("@")[0].partition("/")
    return words.period(period) + (f"比{words.period(against)}" if slash else "")


def scope_of(region: int | None) -> Scope | None:
    """The whole city is no restriction. Raises ValueError for what is no region of a city."""
    if region is None:
        return None
    column = _column(region)
    if column is None:
        raise ValueError(f"no region of a city: {region}")
    return Scope(column, region)


def _column(region: int) -> str | None:
    """The column that a filed thing carries for the level of a code."""
    try:
        return COLUMNS.get(level_of(region))
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Reading:
    """How the figures of one report are asked.

    `is_at_end` cuts each period that does not lie in the report's own at its own end, and the report's own at its end:
    what is compared was then equally old.
    """

    period: Period
    region: int | None = None
    as_of: datetime | None = None
    cutoff: datetime | None = None
    is_at_end: bool = False

    def cutoff_of(self, period: Period) -> datetime | None:
        if not self.is_at_end:
            return self.cutoff
        is_inside = self.period.start <= period.start and period.end <= self.period.end
        end = self.period.end if is_inside else period.end
        return end if self.cutoff is None else min(end, self.cutoff)

    def of(self, span: Span) -> dict[str, Any]:
        """Keywords for the selectors of metrics that ask for the span's own period and region."""
        return {"period": span.period, "cutoff": self.cutoff_of(span.period), "scope": scope_of(span.region)}
