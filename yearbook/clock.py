"""Working time as the city keeps it, in naive Asia/Shanghai wall-clock time."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

MORNING = (time(8), time(12))
AFTERNOON = (time(14), time(18))

# Days off and weekend days worked, as published for 2024 and the turn of
# 2025; any other year keeps only the fixed holidays.
DAYS_OFF_2024 = (
    (date(2024, 1, 1), 1),
    (date(2024, 2, 10), 8),
    (date(2024, 4, 4), 3),
    (date(2024, 5, 1), 5),
    (date(2024, 6, 8), 3),
    (date(2024, 9, 15), 3),
    (date(2024, 10, 1), 7),
    (date(2025, 1, 1), 1),
)
DAYS_WORKED_2024 = frozenset(
    date(2024, month, day) for month, day in ((2, 4), (2, 18), (4, 7), (4, 28), (5, 11), (9, 14), (9, 29), (10, 12))
)
DAYS_OFF = frozenset(first + timedelta(days=offset) for first, count in DAYS_OFF_2024 for offset in range(count))


def wall(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A wall-clock moment: sheets of an office know no time zone."""
    return datetime(year, month, day, hour, minute)  # noqa: DTZ001


# Later than anything that happens, for "whatever is known now".
NEVER = wall(9999, 12, 31)


def is_workday(day: date) -> bool:
    if day in DAYS_WORKED_2024:
        return True
    if day in DAYS_OFF or day.weekday() >= 5:
        return False
    fixed = {(1, 1)} | {(5, d) for d in range(1, 4)} | {(10, d) for d in range(1, 8)}
    return day.year == 2024 or (day.month, day.day) not in fixed


def _spans(day: date) -> list[tuple[datetime, datetime]]:
    if not is_workday(day):
        return []
    return [(datetime.combine(day, a), datetime.combine(day, b)) for a, b in (MORNING, AFTERNOON)]


def at_work(rng: Random, moment: datetime) -> datetime:
    """The moment itself in working hours, else early in the next working span."""
    day = moment.date()
    while True:
        for start, end in _spans(day):
            if moment < start:
                return start + timedelta(minutes=rng.randint(1, 55))
            if moment <= end:
                return moment
        day += timedelta(days=1)


def add_working_minutes(start: datetime, minutes: int) -> datetime:
    day, left, moment = start.date(), timedelta(minutes=minutes), start
    while True:
        for begin, end in _spans(day):
            here = max(begin, moment)
            if here < end:
                if left <= end - here:
                    return here + left
                left -= end - here
        day += timedelta(days=1)


def due_after(start: datetime, amount: int, unit: str) -> datetime:
    """The printed deadline: 紧急工作时 run round the clock, a 工作日 is eight 工作时."""
    if unit == "紧急工作时":
        return start + timedelta(hours=amount)
    return add_working_minutes(start, amount * (60 if unit == "工作时" else 480))


def minutes(rng: Random, low: float, high: float) -> timedelta:
    return timedelta(minutes=rng.randint(int(low), max(int(low), int(high))))


def between(rng: Random, low: datetime, high: datetime) -> datetime:
    span = int((high - low).total_seconds() // 60)
    return low + timedelta(minutes=rng.randint(0, max(0, span)))
