import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenming.kernel.clock import SHANGHAI
from wenming.kernel.periods import RELATIVE, BadPeriod, Period, year_month


def day(year: int, month: int) -> datetime:
    return datetime(year, month, 1, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2024", day(2024, 1), day(2025, 1)),
        ("2024-H1", day(2024, 1), day(2024, 7)),
        ("2024-H2", day(2024, 7), day(2025, 1)),
        ("2024-Q3", day(2024, 7), day(2024, 10)),
        ("2024-12", day(2024, 12), day(2025, 1)),
        ("2024-01..2024-09", day(2024, 1), day(2024, 10)),
        ("2023-H2..2024-Q1", day(2023, 7), day(2024, 4)),
        (" 2024 ", day(2024, 1), day(2025, 1)),
    ],
)
def test_parse_reads_what_offices_write(text: str, start: datetime, end: datetime) -> None:
    period = Period.parse(text)
    assert (period.start, period.end, period.label) == (start, end, text.strip())


@pytest.mark.parametrize(
    "text",
    ["", "24", "2024-H3", "2024-Q0", "2024-13", "2024-1", "2024-00", "1948", "2200", "2024-09..2024-01", "2024..", "..",
     "2024-01..2024-02..2024-03", "２０２４", "2024-q1", "2024年"],
)  # fmt: skip
def test_parse_refuses_what_is_no_period(text: str) -> None:
    with pytest.raises(BadPeriod):
        Period.parse(text)


def test_period_is_half_open_in_shanghai() -> None:
    period = Period.parse("2024-03")
    first, after = datetime(2024, 2, 29, 16, tzinfo=UTC), datetime(2024, 3, 31, 16, tzinfo=UTC)
    assert period.covers(first)
    assert not period.covers(first - timedelta(microseconds=1))
    assert period.covers(after - timedelta(microseconds=1))
    assert not period.covers(after)
    assert (period.end_us - period.start_us) == 31 * 86_400_000_000


@given(st.integers(-600_000_000, 7_200_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)))
def test_year_month_names_the_month_that_covers_it(at: datetime) -> None:
    number = year_month(at)
    assert Period.parse(f"{number // 100:04}-{number % 100:02}").covers(at)


@given(st.integers(1949, 2199))
def test_months_quarters_and_halves_make_the_year(year: int) -> None:
    whole = Period.parse(str(year))
    for parts in (
        [f"{year}-{m:02}" for m in range(1, 13)],
        [f"{year}-Q{q}" for q in range(1, 5)],
        [f"{year}-H1", f"{year}-H2"],
    ):
        periods = [Period.parse(text) for text in parts]
        assert periods[0].start == whole.start
        assert periods[-1].end == whole.end
        assert all(a.end == b.start for a, b in itertools.pairwise(periods))


def test_week_runs_from_monday_to_sunday_in_shanghai() -> None:
    week = Period.parse("2024-W01")
    assert (week.start, week.end) == (datetime(2024, 1, 1, tzinfo=SHANGHAI), datetime(2024, 1, 8, tzinfo=SHANGHAI))
    assert Period.week_of(date(2024, 12, 30)).label == "2025-W01"


@pytest.mark.parametrize("text", ["2024-W00", "2024-W53", "2024-W1", "0001-W01", "2024-W01..2024-W03"])
def test_parse_refuses_a_week_that_is_none(text: str) -> None:
    with pytest.raises(BadPeriod):
        Period.parse(text)


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("2025-W01", "2024-W52"),
        ("2024-01", "2023-12"),
        ("2024-Q1", "2023-Q4"),
        ("2024-H1", "2023-H2"),
        ("2024", "2023"),
        ("2024-03..2024-04", "2024-01..2024-02"),
        ("2024-07..2025-06", "2023-07..2024-06"),
    ],
)
def test_previous_ends_where_the_period_starts(text: str, before: str) -> None:
    assert Period.parse(text).previous().label == before
    assert Period.parse(before).end == Period.parse(text).start


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("this-month", "2026-01"),
        ("last-month", "2025-12"),
        ("this-quarter", "2026-Q1"),
        ("this-year", "2026"),
        ("last-year", "2025"),
        ("2024-03", "2024-03"),
    ],
)
def test_asked_reads_words_that_move_with_time(text: str, label: str) -> None:
    # Half past midnight of New Year in Shanghai; in London it is still 2025.
    assert Period.asked(text, at=datetime(2025, 12, 31, 16, 30, tzinfo=UTC)).label == label


@pytest.mark.parametrize("text", ["", "this-week", "This-Month", "last-month..this-month"])
def test_asked_refuses_other_words(text: str) -> None:
    with pytest.raises(BadPeriod):
        Period.asked(text, at=datetime(2026, 1, 1, tzinfo=UTC))


@given(day=st.dates(date(1960, 1, 1), date(2150, 1, 1)), word=st.sampled_from(sorted(RELATIVE)))
def test_asked_covers_the_moment_or_ends_before_it(day: date, word: str) -> None:
    at = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
    period = Period.asked(word, at=at)
    assert period.covers(at) == word.startswith("this-")
    assert word.startswith("this-") or Period.asked(word.replace("last", "this"), at=at).start == period.end
