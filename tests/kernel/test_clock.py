from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenming.kernel import clock

NOON = datetime(2026, 11, 24, 12, tzinfo=clock.SHANGHAI)


def test_now_is_aware_and_utc() -> None:
    assert clock.now().tzinfo is UTC
    assert abs(datetime.now(UTC) - clock.now()) < timedelta(seconds=5)


def test_set_to_holds_within_the_block_and_nests() -> None:
    with clock.set_to(NOON):
        assert clock.now() == NOON
        with clock.set_to(NOON + timedelta(hours=1)):
            assert clock.now() == NOON + timedelta(hours=1)
        assert clock.now() == NOON
    assert clock.now() != NOON


def test_set_to_gives_the_clock_back_after_an_error() -> None:
    with pytest.raises(RuntimeError), clock.set_to(NOON):
        raise RuntimeError
    assert clock.now() != NOON


def test_set_to_refuses_a_time_without_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"), clock.set_to(datetime(2026, 1, 1)):  # noqa: DTZ001 - what is refused
        pass


# The years 1 to 9999: a datetime holds no more.
@given(st.integers(-62_135_596_800_000_000, 253_402_300_799_999_999))
def test_microseconds_come_back(us: int) -> None:
    assert clock.to_us(clock.from_us(us)) == us


def test_to_us_is_exact_where_floats_are_not() -> None:
    assert clock.to_us(datetime(2199, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)) == 7_258_118_399_999_999


def test_local_is_shanghai() -> None:
    assert clock.local(datetime(2026, 1, 1, 16, tzinfo=UTC)).isoformat() == "2026-01-02T00:00:00+08:00"
