"""The working calendar: when a limit runs out, and how much of it is used.

Four units, in two families:

* Hours are time, counted from the minute. 工作时 runs only inside the office's
  windows on working days; 紧急工作时 runs round the clock.
* Days are whole days, counted as the Civil Code counts a period (articles
  201 to 203): the day on which it starts is not counted, and the last day is
  open until it closes. 工作日 counts working days and closes when the office
  closes; 自然日 counts every day, rest days too, and closes at midnight.
  One working day holds one day's windows (8 hours by default), so an office
  that wants "8 working hours from this minute" says so in working hours.

A paused limit in days is continued by whole days: neither the day of the
pause nor the day on which it runs again is counted.

Which days are worked (调休) comes from the published notices as carried by
chinese-calendar, with the installation's own days over them. A year without
a notice is taken as Monday to Friday and the deadline is marked provisional.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Final

import chinese_calendar

from wenming.kernel.clock import SHANGHAI

LIMIT_VALUE_MAX: Final = 10_000
"""No office sets a limit beyond this many hours or days."""
YEARS_SPAN_MAX: Final = 60
"""How many years one question may cross."""

Window = tuple[time, time]
DEFAULT_WINDOWS: Final[tuple[Window, ...]] = ((time(8), time(12)), (time(14), time(18)))

_KNOWN_YEARS: Final = frozenset(day.year for day in chinese_calendar.constants.holidays)
_ZERO: Final = timedelta(0)
_DAY: Final = timedelta(days=1)
_LAST_INSTANT_OF_DAY: Final = time(23, 59, 59, 999_999)


class LimitUnit(StrEnum):
    WORKING_HOUR = "working_hour"
    URGENT_HOUR = "urgent_hour"
    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"


_DAY_UNITS: Final = frozenset({LimitUnit.WORKING_DAY, LimitUnit.CALENDAR_DAY})


@dataclass(frozen=True, slots=True)
class Limit:
    """So many hours or days. `value` is 1 to LIMIT_VALUE_MAX."""

    value: int
    unit: LimitUnit

    def __post_init__(self) -> None:
        if not 0 < self.value <= LIMIT_VALUE_MAX:
            raise ValueError(f"a limit is 1 to {LIMIT_VALUE_MAX} units, not {self.value}")

    @property
    def span(self) -> timedelta:
        """The amount as `WorkCalendar.worked_between` measures it in this unit."""
        return self.value * unit_span(self.unit)


@dataclass(frozen=True, slots=True)
class Deadline:
    """`at` is the last instant (UTC) that is still in time."""

    at: datetime
    is_provisional: bool


def unit_span(unit: LimitUnit) -> timedelta:
    return _DAY if unit in _DAY_UNITS else timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Year:
    working: tuple[int, ...]
    """Ordinals of the working days, ascending."""
    unknown: tuple[int, ...]
    """Ordinals of the days that no notice and no override speaks of."""


def _is_working_by_notice(day: date) -> bool:
    if day.year in _KNOWN_YEARS:
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5


@lru_cache(maxsize=2 * YEARS_SPAN_MAX)
def _year_by_notice(year: int) -> _Year:
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    days = range(first, last + 1)
    working = tuple(o for o in days if _is_working_by_notice(date.fromordinal(o)))
    return _Year(working, () if year in _KNOWN_YEARS else tuple(days))


def _overlay(base: _Year, overrides: Mapping[int, bool]) -> _Year:
    working = {o for o in base.working if overrides.get(o, True)}
    working |= {o for o, is_working in overrides.items() if is_working}
    unknown = tuple(o for o in base.unknown if o not in overrides)
    return _Year(tuple(sorted(working)), unknown)


def _checked_windows(windows: tuple[Window, ...]) -> tuple[Window, ...]:
    edges = [edge for window in windows for edge in window]
    is_ascending = all(a < b for a, b in pairwise(edges))
    if not windows or not is_ascending:
        raise ValueError("working windows must be given in order and must not overlap")
    if any(edge.tzinfo is not None for edge in edges):
        raise ValueError("working windows are wall-clock times without a zone")
    return windows


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond)


def _local(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("the calendar needs an aware time")
    return at.astimezone(SHANGHAI)


def _utc(day: date, at: timedelta) -> datetime:
    naive = datetime.combine(day, time()) + at
    return naive.replace(tzinfo=SHANGHAI).astimezone(UTC)


def _end_of_day(day: date) -> datetime:
    return datetime.combine(day, _LAST_INSTANT_OF_DAY, tzinfo=SHANGHAI).astimezone(UTC)


@dataclass(frozen=True)
class WorkCalendar:
    """Immutable; build one and share it. Day tables are kept by year."""

    windows: tuple[Window, ...] = DEFAULT_WINDOWS
    overrides: Mapping[date, bool] = field(default_factory=dict)
    """Day → is it worked; goes over the published notices."""
    _years: dict[int, _Year] = field(default_factory=dict, init=False, repr=False, compare=False)
    _spans: tuple[tuple[timedelta, timedelta], ...] = field(init=False, repr=False, compare=False)
    _overrides_by_year: dict[int, dict[int, bool]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        spans = tuple((_since_midnight(a), _since_midnight(b)) for a, b in _checked_windows(self.windows))
        by_year: dict[int, dict[int, bool]] = {}
        for day, is_working in self.overrides.items():
            by_year.setdefault(day.year, {})[day.toordinal()] = is_working
        object.__setattr__(self, "_spans", spans)
        object.__setattr__(self, "_overrides_by_year", by_year)

    # Questions -----------------------------------------------------------

    def is_working_day(self, day: date) -> bool:
        working = self._year(day.year).working
        index = bisect_left(working, day.toordinal())
        return index < len(working) and working[index] == day.toordinal()

    def is_working(self, at: datetime) -> bool:
        """Whether the office is open at this instant; a window is half-open."""
        local = _local(at)
        clock = _since_midnight(local.time())
        is_in_window = any(start <= clock < end for start, end in self._spans)
        return is_in_window and self.is_working_day(local.date())

    def is_known(self, first: date, last: date) -> bool:
        """Whether a notice or an override speaks of every day of the span."""
        for year in self._years_between(first, last):
            unknown = self._year(year).unknown
            index = bisect_left(unknown, first.toordinal())
            if index < len(unknown) and unknown[index] <= last.toordinal():
                return False
        return True

    def add(self, start: datetime, limit: Limit) -> Deadline:
        return self.add_span(start, limit.span, limit.unit)

    def add_span(self, start: datetime, span: timedelta, unit: LimitUnit) -> Deadline:
        """The earliest instant at which `span` of `unit` is used up.

        A span in days must be whole days. A span of zero or less ends at once.
        """
        if span <= _ZERO:
            return Deadline(start.astimezone(UTC), is_provisional=False)
        if unit is LimitUnit.URGENT_HOUR:
            return Deadline(start.astimezone(UTC) + span, is_provisional=False)
        if unit is LimitUnit.WORKING_HOUR:
            return self._add_hours(_local(start), span)
        if span % _DAY:
            raise ValueError("a limit in days is counted in whole days")
        if unit is LimitUnit.CALENDAR_DAY:
            day = _local(start).date() + span
            return Deadline(_end_of_day(day), is_provisional=False)
        return self._add_working_days(_local(start).date(), span // _DAY)

    def worked_between(self, start: datetime, end: datetime, unit: LimitUnit) -> timedelta:
        """How much of a limit in `unit` that started at `start` is used at `end`.

        Whole days in units of days (a day is used once it has closed), time
        otherwise; zero when `end` is not after `start`.
        """
        if end <= start:
            return _ZERO
        if unit is LimitUnit.URGENT_HOUR:
            return end - start
        first, last = _local(start), _local(end)
        if unit is LimitUnit.WORKING_HOUR:
            return self._worked_until(last, first.date()) - self._worked_in_day(first)
        if unit is LimitUnit.CALENDAR_DAY:
            closed = 1 if last.time() == _LAST_INSTANT_OF_DAY else 0
            return max(_ZERO, (last.date() - first.date() - _DAY) + closed * _DAY)
        last_closed = last.date() if self._is_closed(last) else last.date() - _DAY
        return self._count_working(first.date() + _DAY, last_closed) * _DAY

    # Working --------------------------------------------------------------

    @property
    def day_span(self) -> timedelta:
        """Working time of one working day: 8 hours with the default windows."""
        return sum((end - start for start, end in self._spans), _ZERO)

    def _year(self, year: int) -> _Year:
        known = self._years.get(year)
        if known is None:
            overrides = self._overrides_by_year.get(year)
            base = _year_by_notice(year)
            known = self._years[year] = _overlay(base, overrides) if overrides else base
        return known

    def _years_between(self, first: date, last: date) -> range:
        if last.year - first.year > YEARS_SPAN_MAX:
            raise ValueError(f"the calendar answers within {YEARS_SPAN_MAX} years")
        return range(first.year, last.year + 1)

    def _count_working(self, first: date, last: date) -> int:
        """Working days from `first` to `last`, both included."""
        if last < first:
            return 0
        total = 0
        for year in self._years_between(first, last):
            working = self._year(year).working
            total += bisect_right(working, last.toordinal())
            total -= bisect_left(working, first.toordinal())
        return total

    def _nth_working_day(self, first: date, index: int) -> date:
        """The working day that has `index` working days before it, from `first`."""
        for year in range(first.year, first.year + YEARS_SPAN_MAX + 1):
            working = self._year(year).working
            position = bisect_left(working, first.toordinal()) + index
            if position < len(working):
                return date.fromordinal(working[position])
            index = position - len(working)
        raise ValueError(f"the calendar answers within {YEARS_SPAN_MAX} years")

    def _is_closed(self, local: datetime) -> bool:
        return _since_midnight(local.time()) >= self._spans[-1][1]

    def _worked_in_day(self, local: datetime) -> timedelta:
        """Working time of the day up to this instant."""
        if not self.is_working_day(local.date()):
            return _ZERO
        clock = _since_midnight(local.time())
        return sum((min(clock, end) - start for start, end in self._spans if clock > start), _ZERO)

    def _worked_until(self, local: datetime, since: date) -> timedelta:
        """Working time from the midnight that begins `since`."""
        days = self._count_working(since, local.date() - _DAY) if local.date() > since else 0
        return days * self.day_span + self._worked_in_day(local)

    def _add_hours(self, local: datetime, span: timedelta) -> Deadline:
        days, rest = divmod(self._worked_in_day(local) + span, self.day_span)
        if rest == _ZERO:
            # Used up when the last window closes, not when the next one opens.
            days, rest = days - 1, self.day_span
        day = self._nth_working_day(local.date(), days)
        return Deadline(_utc(day, self._clock_at(rest)), not self.is_known(local.date(), day))

    def _clock_at(self, worked: timedelta) -> timedelta:
        for start, end in self._spans:
            if worked <= end - start:
                return start + worked
            worked -= end - start
        raise ValueError("more than one day's working time")

    def _add_working_days(self, start: date, days: int) -> Deadline:
        day = self._nth_working_day(start + _DAY, days - 1)
        return Deadline(_utc(day, self._spans[-1][1]), not self.is_known(start + _DAY, day))
