"""Reporting periods: half-open intervals in Asia/Shanghai, written as offices write them."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from wenming.kernel.clock import SHANGHAI, to_us
from wenming.kernel.errors import Invalid

FIRST_YEAR, LAST_YEAR = 1949, 2199
_FORM = re.compile(
    r"(?P<year>\d{4})(?:-(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|(?P<month>\d{2})))?",
    re.ASCII,
)
_WEEK: Final = re.compile(r"(?P<year>\d{4})-W(?P<week>\d{2})", re.ASCII)
# Words that move with time: what is kept under a name means another period next month. (unit, how many of it back)
RELATIVE: Final = {
    "this-month": ("month", 0),
    "last-month": ("month", 1),
    "this-quarter": ("quarter", 0),
    "this-year": ("year", 0),
    "last-year": ("year", 1),
}
_WEEK_DAYS: Final = timedelta(days=7)


class BadPeriod(Invalid):
    code = "period.invalid"
    message = _("期间“{text}”写法不对。可以写 2024、2024-H1、2024-Q3、2024-03、2024-W09 或 2024-01..2024-09。")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From `start` (included) to `end` (excluded); `label` is the text that parses to it."""

    start: datetime
    end: datetime
    label: str

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Raises BadPeriod."""
        week = _WEEK.fullmatch(text.strip())
        if week is not None:
            monday = _monday(int(week["year"]), int(week["week"]), text)
            return cls(monday, monday + _WEEK_DAYS, text.strip())
        first, dots, last = text.strip().partition("..")
        start, end = _months(first)
        if dots:
            later_start, end = _months(last)
            if later_start < start:
                raise BadPeriod(text=text)
        return cls(_first_of(start), _first_of(end), text.strip())

    @classmethod
    def asked(cls, text: str, *, at: datetime) -> "Period":
        """What `parse` reads, and the words of RELATIVE as they are meant at `at`. Raises BadPeriod."""
        word = text.strip()
        if word not in RELATIVE:
            return cls.parse(text)
        unit, back = RELATIVE[word]
        local = at.astimezone(SHANGHAI)
        labels = {
            "month": f"{local.year}-{local.month:02}",
            "quarter": f"{local.year}-Q{(local.month + 2) // 3}",
            "year": f"{local.year}",
        }
        period = cls.parse(labels[unit])
        return period.previous() if back else period

    @classmethod
    def week_of(cls, day: date) -> "Period":
        """The week (Monday to Sunday) of `day`, written by ISO 8601: 2024-W09."""
        year, week, _weekday = day.isocalendar()
        return cls.parse(f"{year}-W{week:02}")

    def previous(self) -> "Period":
        """The period of the same length that ends where this one starts."""
        if "W" in self.label:
            return Period.week_of((self.start - _WEEK_DAYS).date())
        end = self.start.year * 12 + self.start.month - 1
        months = self.end.year * 12 + self.end.month - 1 - end
        return Period.parse(_label(end - months, months))

    def year_before(self) -> "Period":
        """The same period of the year before; of a week the one 52 weeks earlier."""
        if "W" in self.label:
            return Period.week_of((self.start - 52 * _WEEK_DAYS).date())
        first = self.start.year * 12 + self.start.month - 1
        months = self.end.year * 12 + self.end.month - 1 - first
        return Period.parse(_label(first - 12, months))

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


def _label(first: int, months: int) -> str:
    """The shortest text for `months` months from `first` (months since year 0)."""
    year, month = divmod(first, 12)
    single = {
        12: f"{year}" if month == 0 else "",
        6: f"{year}-H{month // 6 + 1}" if month % 6 == 0 else "",
        3: f"{year}-Q{month // 3 + 1}" if month % 3 == 0 else "",
        1: f"{year}-{month + 1:02}",
    }.get(months, "")
    last_year, last_month = divmod(first + months - 1, 12)
    return single or f"{year}-{month + 1:02}..{last_year}-{last_month + 1:02}"


def _monday(year: int, week: int, text: str) -> datetime:
    try:
        day = date.fromisocalendar(year, week, 1)
    except ValueError as error:
        raise BadPeriod(text=text) from error
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadPeriod(text=text)
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
