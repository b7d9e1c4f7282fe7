"""The working calendar, held against known days, its own laws and a slow model that counts minutes."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wenming.kernel.calendar import LIMIT_VALUE_MAX, Deadline, Limit, LimitUnit, WorkCalendar, unit_span
from wenming.kernel.clock import SHANGHAI

CALENDAR = WorkCalendar()
MINUTE = timedelta(minutes=1)
WORKING_HOUR, URGENT_HOUR, WORKING_DAY, CALENDAR_DAY = LimitUnit


def at(month: int, day: int, hour: int = 0, minute: int = 0, year: int = 2024) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


def end_of(month: int, day: int) -> datetime:
    return at(month, day) + timedelta(days=1) - timedelta(microseconds=1)


# Known days -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "is_working"),
    [
        (date(2024, 2, 4), True),  # a Sunday made up for the Spring Festival
        (date(2024, 2, 18), True),  # another
        (date(2024, 2, 9), True),  # 除夕: time off was encouraged, not given
        (date(2024, 2, 10), False),
        (date(2024, 2, 16), False),  # a Friday of the festival
        (date(2024, 10, 12), True),  # a Saturday made up for the National Day
        (date(2024, 10, 7), False),
        (date(2024, 3, 2), False),
        (date(2024, 3, 4), True),
    ],
)
def test_tell_a_working_day_by_the_published_notice(day: date, is_working: bool) -> None:
    assert CALENDAR.is_working_day(day) == is_working


def test_tell_a_working_day_by_an_override() -> None:
    calendar = WorkCalendar(overrides={date(2024, 3, 4): False, date(2024, 3, 2): True})
    assert [calendar.is_working_day(date(2024, 3, d)) for d in (1, 2, 3, 4, 5)] == [True, True, False, False, True]


@pytest.mark.parametrize(
    ("hour", "minute", "is_working"),
    [(7, 59, False), (8, 0, True), (11, 59, True), (12, 0, False), (14, 0, True), (17, 59, True), (18, 0, False)],
)
def test_tell_working_time(hour: int, minute: int, is_working: bool) -> None:
    assert CALENDAR.is_working(at(3, 4, hour, minute)) == is_working
    assert CALENDAR.is_working(at(3, 3, hour, minute)) is False


# Limits -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "value", "due"),
    [
        (at(3, 4, 10), 2, at(3, 4, 12)),  # used up when the window closes, not when the next one opens
        (at(3, 4, 10), 3, at(3, 4, 15)),
        (at(3, 4, 13), 1, at(3, 4, 15)),
        (at(3, 4, 17, 30), 1, at(3, 5, 8, 30)),
        (at(3, 1, 17), 2, at(3, 4, 9)),  # over a weekend
        (at(3, 3, 10), 1, at(3, 4, 9)),  # from a Sunday
        (at(2, 9, 17), 2, at(2, 18, 9)),  # over the festival to the Sunday made up for it
        (at(3, 4, 8), 8, at(3, 4, 18)),
        (at(12, 31, 17), 2, at(1, 2, 9, year=2025)),
    ],
)
def test_add_working_hours(start: datetime, value: int, due: datetime) -> None:
    assert CALENDAR.add(start, Limit(value, WORKING_HOUR)) == Deadline(due, is_provisional=False)


def test_add_urgent_hours_round_the_clock() -> None:
    assert CALENDAR.add(at(2, 10, 23), Limit(4, URGENT_HOUR)) == Deadline(at(2, 11, 3), is_provisional=False)


@pytest.mark.parametrize(
    ("start", "value", "due"),
    [
        (at(3, 4, 10), 1, at(3, 5, 18)),
        (at(3, 4, 0), 1, at(3, 5, 18)),
        (at(3, 4, 23), 1, at(3, 5, 18)),
        (at(3, 1, 10), 3, at(3, 6, 18)),
        (at(3, 2, 10), 1, at(3, 4, 18)),
        (at(2, 2, 10), 1, at(2, 4, 18)),  # the Sunday made up counts
        (at(2, 8, 10), 2, at(2, 18, 18)),
        (at(12, 31, 10), 1, at(1, 2, 18, year=2025)),
    ],
)
def test_add_working_days_from_the_next_day_to_the_close_of_the_last(
    start: datetime, value: int, due: datetime
) -> None:
    assert CALENDAR.add(start, Limit(value, WORKING_DAY)) == Deadline(due, is_provisional=False)


def test_add_calendar_days_to_the_end_of_the_last_rest_days_included() -> None:
    assert CALENDAR.add(at(2, 9, 10), Limit(2, CALENDAR_DAY)) == Deadline(end_of(2, 11), is_provisional=False)


def test_add_with_other_windows() -> None:
    calendar = WorkCalendar(windows=((time(9), time(12)), (time(13, 30), time(17, 30))))
    assert calendar.day_span == timedelta(hours=7)
    assert calendar.add(at(3, 4, 11), Limit(2, WORKING_HOUR)).at == at(3, 4, 14, 30)
    assert calendar.add(at(3, 4, 11), Limit(1, WORKING_DAY)).at == at(3, 5, 17, 30)


@pytest.mark.parametrize(
    "windows",
    [(), ((time(12), time(8)),), ((time(8), time(12)), (time(11), time(18))), ((time(8, tzinfo=UTC), time(9)),)],
)
def test_make_calendar_with_windows_that_cannot_be(windows: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises((ValueError, TypeError)):
        WorkCalendar(windows=windows)


@pytest.mark.parametrize("value", [0, -1, LIMIT_VALUE_MAX + 1])
def test_make_limit_out_of_bounds(value: int) -> None:
    with pytest.raises(ValueError, match="a limit is"):
        Limit(value, WORKING_DAY)


def test_ask_with_a_time_without_zone() -> None:
    with pytest.raises(ValueError, match="aware"):
        CALENDAR.add(datetime(2024, 3, 4), Limit(1, WORKING_HOUR))  # noqa: DTZ001 - what must be refused


def test_ask_beyond_what_a_calendar_answers() -> None:
    with pytest.raises(ValueError, match="within"):
        CALENDAR.worked_between(at(1, 1, year=1900), at(1, 1), WORKING_HOUR)


def test_ask_when_no_day_is_worked() -> None:
    first = date(2024, 1, 1).toordinal()
    never = WorkCalendar(overrides={date.fromordinal(first + n): False for n in range(62 * 366)})
    with pytest.raises(ValueError, match="within"):
        never.add(at(3, 4), Limit(1, WORKING_DAY))


# What is not published yet ------------------------------------------------------


def test_add_beyond_the_published_days_is_provisional() -> None:
    start = at(12, 31, 17, year=2040)
    assert CALENDAR.add(start, Limit(1, WORKING_DAY)).is_provisional
    assert CALENDAR.add(start, Limit(1, WORKING_HOUR)).is_provisional
    assert not CALENDAR.add(start, Limit(1, URGENT_HOUR)).is_provisional
    assert not CALENDAR.add(start, Limit(1, CALENDAR_DAY)).is_provisional


def test_add_beyond_the_published_days_takes_monday_to_friday() -> None:
    friday = at(3, 2, 10, year=2040)
    assert CALENDAR.add(friday, Limit(1, WORKING_DAY)).at == at(3, 5, 18, year=2040)


def test_add_up_to_the_last_published_day_is_certain() -> None:
    last = max(year for year in range(2004, 2040) if CALENDAR.is_known(date(year, 1, 1), date(year, 12, 31)))
    assert not CALENDAR.add(at(12, 1, 10, year=last), Limit(5, WORKING_DAY)).is_provisional
    assert CALENDAR.add(at(12, 1, 10, year=last), Limit(60, WORKING_DAY)).is_provisional


def test_add_is_certain_when_every_day_on_the_way_is_overridden() -> None:
    days = {date(2040, 3, day): day < 3 or day > 4 for day in range(2, 6)}
    friday = at(3, 2, 10, year=2040)
    assert WorkCalendar(overrides=days).add(friday, Limit(1, WORKING_DAY)) == Deadline(
        at(3, 5, 18, year=2040), is_provisional=False
    )
    del days[date(2040, 3, 3)]
    assert WorkCalendar(overrides=days).add(friday, Limit(1, WORKING_DAY)).is_provisional


# How much is used -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "used"),
    [
        (at(3, 4, 9), 0),
        (at(3, 4, 19), 0),
        (at(3, 5, 17), 0),
        (at(3, 5, 18), 1),
        (at(3, 6, 17, 59), 1),
        (at(3, 9, 12), 4),
        (at(3, 11, 12), 4),
        (at(3, 11, 18), 5),
    ],
)
def test_count_used_working_days_as_they_close(end: datetime, used: int) -> None:
    assert CALENDAR.worked_between(at(3, 4, 10), end, WORKING_DAY) == timedelta(days=used)


def test_count_used_days_over_the_turn_of_the_year() -> None:
    start = at(12, 31, 10)
    assert CALENDAR.worked_between(start, at(12, 31, 12), WORKING_DAY) == timedelta(0)
    assert CALENDAR.worked_between(start, at(1, 1, 12, year=2025), WORKING_DAY) == timedelta(0)
    assert CALENDAR.worked_between(start, at(1, 1, 12, year=2025), WORKING_HOUR) == timedelta(hours=6)


# Laws -------------------------------------------------------------------------------

OVERRIDES = st.dictionaries(st.dates(date(2024, 1, 1), date(2024, 3, 31)), st.booleans(), max_size=12)
STARTS = st.integers(0, 120 * 24 * 60).map(lambda minutes: at(12, 20, year=2023) + minutes * MINUTE)
VALUES = st.integers(1, 60)
UNITS = st.sampled_from(LimitUnit)
calendars = st.builds(
    WorkCalendar,
    windows=st.sampled_from([CALENDAR.windows, ((time(9), time(12)), (time(13, 30), time(17)), (time(19), time(21)))]),
    overrides=OVERRIDES,
)


@given(calendars, STARTS, VALUES, VALUES, UNITS)
def test_add_in_two_parts_is_adding_the_whole(
    calendar: WorkCalendar, start: datetime, first: int, second: int, unit: LimitUnit
) -> None:
    half = calendar.add(start, Limit(first, unit)).at
    assert calendar.add(half, Limit(second, unit)) == calendar.add(start, Limit(first + second, unit))


@given(calendars, STARTS, VALUES, UNITS)
def test_count_what_was_added(calendar: WorkCalendar, start: datetime, value: int, unit: LimitUnit) -> None:
    due = calendar.add(start, Limit(value, unit)).at
    assert calendar.worked_between(start, due, unit) == Limit(value, unit).span
    just_before = calendar.worked_between(start, due - timedelta(microseconds=1), unit)
    assert just_before < Limit(value, unit).span


@given(calendars, st.tuples(STARTS, STARTS), st.tuples(VALUES, VALUES), UNITS)
def test_add_is_monotone(
    calendar: WorkCalendar, starts: tuple[datetime, ...], values: tuple[int, ...], unit: LimitUnit
) -> None:
    a, b = sorted(starts)
    m, n = sorted(values)
    assert a < calendar.add(a, Limit(m, unit)).at <= calendar.add(b, Limit(n, unit)).at


@given(calendars, STARTS, STARTS, STARTS, st.sampled_from([WORKING_HOUR, URGENT_HOUR]))
def test_count_hours_in_two_parts_is_counting_the_whole(
    calendar: WorkCalendar, a: datetime, b: datetime, c: datetime, unit: LimitUnit
) -> None:
    a, b, c = sorted((a, b, c))
    parts = calendar.worked_between(a, b, unit) + calendar.worked_between(b, c, unit)
    assert parts == calendar.worked_between(a, c, unit)


# The slow model -----------------------------------------------------------------------


def worked_minutes(calendar: WorkCalendar, start: datetime, end: datetime) -> int:
    minutes = 0
    while start < end:
        minutes += calendar.is_working(start)
        start += MINUTE
    return minutes


def slow_due(calendar: WorkCalendar, start: datetime, value: int, unit: LimitUnit) -> datetime:
    """By walking: minutes in units of hours, days in units of days."""
    if unit in (WORKING_HOUR, URGENT_HOUR):
        left = value * 60
        while left:
            left -= unit is URGENT_HOUR or calendar.is_working(start)
            start += MINUTE
        return start
    day, left = start.astimezone(SHANGHAI).date(), value
    while left:
        day += timedelta(days=1)
        left -= unit is CALENDAR_DAY or calendar.is_working_day(day)
    if unit is WORKING_DAY:
        return datetime.combine(day, calendar.windows[-1][1], tzinfo=SHANGHAI)
    return datetime.combine(day, time.max, tzinfo=SHANGHAI)


@settings(max_examples=40)
@given(calendars, STARTS, st.integers(1, 12), UNITS)
def test_add_as_the_slow_model_does(calendar: WorkCalendar, start: datetime, value: int, unit: LimitUnit) -> None:
    assert calendar.add(start, Limit(value, unit)).at == slow_due(calendar, start, value, unit)


@settings(max_examples=25)
@given(calendars, STARTS, st.integers(0, 5 * 24 * 60))
def test_count_working_time_as_the_slow_model_does(calendar: WorkCalendar, start: datetime, minutes: int) -> None:
    end = start + minutes * MINUTE
    worked = calendar.worked_between(start, end, WORKING_HOUR)
    assert worked == worked_minutes(calendar, start, end) * MINUTE


@pytest.mark.parametrize("unit", LimitUnit)
def test_add_a_span_of_nothing_ends_at_once(unit: LimitUnit) -> None:
    start = at(3, 4, 10)
    assert CALENDAR.add_span(start, timedelta(0), unit) == Deadline(start, is_provisional=False)
    assert CALENDAR.add_span(start, -unit_span(unit), unit) == Deadline(start, is_provisional=False)


def test_add_part_of_a_day_in_days() -> None:
    with pytest.raises(ValueError, match="whole days"):
        CALENDAR.add_span(at(3, 4), timedelta(hours=30), WORKING_DAY)
