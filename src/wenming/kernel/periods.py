"""Reporting periods: half-open intervals in Asia/Shanghai, written as offices write them."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from wenming.kernel.clock import SHANGHAI, to_us
from wenming.kernel.errors import Invalid

FIRST_YEAR, LAST_YEAR = 1949, 2199
_FORM = re.compile(
    r"(?P<year>\d{4})(?:-(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|(?P<month>\d{2})))?",
    re.ASCII,
)


class BadPeriod(Invalid):
    code = "period.invalid"
    message = _("期间“{text}”写法不对。可以写 2024、2024-H1、2024-Q3、2024-03 或 2024-01..2024-09。")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From `start` (included) to `end` (excluded); `label` is the text that parses to it."""

    start: datetime
    end: datetime
    label: str

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Raises BadPeriod."""
        first, dots, last = text.strip().partition("..")
        start, end = _months(first)
        if dots:
            later_start, end = _months(last)
            if later_start < start:
                raise BadPeriod(text=text)
        return cls(_first_of(start), _first_of(end), text.strip())

    @property
    def start_us(self) -> int:
        return to_us(self.start)

    @property
    def end_us(self) -> int:
        return to_us(self.end)

    @property
    def year(self) -> int:
        return self.start.year

    def covers(self, at: datetime) -> bool:
        return self.start <= at < self.end


def year_month(at: datetime) -> int:
    """202403 for any instant of March 2024 in Shanghai."""
    local = at.astimezone(SHANGHAI)
    return local.year * 100 + local.month


def _months(text: str) -> tuple[int, int]:
    """First month and the month after the last, each as months since year 0."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise BadPeriod(text=text)
    year = int(found["year"])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadPeriod(text=text)
    base = year * 12
    if found["half"]:
        first = base + 6 * (int(found["half"]) - 1)
        return first, first + 6
    if found["quarter"]:
        first = base + 3 * (int(found["quarter"]) - 1)
        return first, first + 3
    if found["month"]:
        month = int(found["month"])
        if not 1 <= month <= 12:
            raise BadPeriod(text=text)
        return base + month - 1, base + month
    return base, base + 12


def _first_of(months: int) -> datetime:
    year, month = divmod(months, 12)
    return datetime(year, month + 1, 1, tzinfo=SHANGHAI)
