from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from wenming.kernel.ui import times

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 9, 41, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (datetime(2026, 11, 24, 16, 5, tzinfo=SHANGHAI), "今天 16:05"),
        (datetime(2026, 11, 23, 18, 20, tzinfo=SHANGHAI), "昨天 18:20"),
        (datetime(2026, 11, 25, 9, 0, tzinfo=SHANGHAI), "明天 09:00"),
        (datetime(2026, 11, 21, 9, 42, tzinfo=SHANGHAI), "11 月 21 日 09:42"),
        (datetime(2025, 11, 24, 8, 15, tzinfo=SHANGHAI), "2025 年 11 月 24 日 08:15"),
        # Seventeen hours of UTC are already tomorrow in Shanghai.
        (datetime(2026, 11, 24, 17, 0, tzinfo=UTC), "明天 01:00"),
        (date(2026, 11, 24), "今天"),
        (date(2026, 1, 2), "1 月 2 日"),
    ],
)
def test_when_says_the_day_as_people_do(at: date, text: str) -> None:
    assert times.when(at, NOW) == text


def test_full_names_the_year_and_the_weekday() -> None:
    assert times.full(datetime(2026, 11, 24, 0, 15, tzinfo=UTC)) == "2026 年 11 月 24 日 星期二 08:15"
    assert times.full(date(2026, 11, 22)) == "2026 年 11 月 22 日 星期日"


def test_as_of_puts_a_space_before_figures_only() -> None:
    assert times.as_of(NOW, NOW) == "截至今天 09:41"
    assert times.as_of(NOW - timedelta(days=9), NOW) == "截至 11 月 15 日 09:41"


@pytest.mark.parametrize(
    ("minutes", "text", "tone"),
    [
        (70, "剩 1 小时 10 分", "near"),
        (240, "剩 4 小时", "near"),
        (241, "剩 4 小时 1 分", ""),
        (3 * 1440 + 125, "剩 3 天 2 小时", ""),
        (3 * 1440 + 25, "剩 3 天", ""),
        (-120, "超 2 小时", "late"),
        (-1440, "超 1 天", "late"),
        (-115, "超 1 小时 55 分", "late"),
        (0, "马上到期", "near"),
    ],
)
def test_left_says_two_units_and_the_tone(minutes: int, text: str, tone: str) -> None:
    assert times.left(NOW + timedelta(minutes=minutes), NOW) == times.Left(text, tone)


def test_left_is_late_from_the_first_second() -> None:
    assert times.left(NOW - timedelta(seconds=1), NOW) == times.Left("刚超期", "late")


def test_left_seconds_counts_days_of_working_hours() -> None:
    eleven_hours = 11 * times.HOUR
    found = times.left_seconds(eleven_hours, near_seconds=4 * times.HOUR, day_seconds=8 * times.HOUR)
    assert found == times.Left("剩 1 天 3 小时", "")
