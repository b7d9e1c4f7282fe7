"""So often from one address and no oftener, whoever counts; and nothing kept of whose address it was."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from wenming.foundation.audit import context
from wenming.foundation.throttle import models
from wenming.foundation.throttle import services as throttle
from wenming.foundation.throttle.errors import TooOften
from wenming.foundation.throttle.models import Counter
from wenming.foundation.throttle.services import Rate
from wenming.kernel import clock

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
FIVE = Rate("test.five", at_once=5, every=timedelta(minutes=1))
WHO = "203.0.113.7"


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with clock.set_to(NOON):
        yield


def spend(times: int, who: str = WHO) -> None:
    for _ in range(times):
        throttle.take(FIVE, who=who)


def seconds_to_wait(who: str = WHO) -> int:
    with pytest.raises(TooOften) as caught:
        throttle.check(FIVE, who=who)
    return int(caught.value.headers["Retry-After"])


def test_take_lets_a_burst_through_and_then_one_each_interval() -> None:
    spend(5)
    with pytest.raises(TooOften, match="60"):
        throttle.take(FIVE, who=WHO)
    with clock.set_to(NOON + timedelta(seconds=59)):
        assert seconds_to_wait() == 1
    with clock.set_to(NOON + timedelta(minutes=1)):
        spend(1)
        assert seconds_to_wait() == 60


def test_take_of_another_address_or_another_rate_goes_on() -> None:
    spend(5)
    spend(1, who="203.0.113.8")
    throttle.take(Rate("test.other", at_once=1, every=timedelta(minutes=1)), who=WHO)


def test_take_of_nobody_is_never_refused() -> None:
    spend(50, who="")
    throttle.check(FIVE, who="")
    throttle.count(FIVE, who="")
    assert Counter.objects.count() == 0


def test_check_takes_nothing_and_writes_nothing() -> None:
    with CaptureQueriesContext(
        connection,
    ) as read:
        for _ in range(9):
            throttle.check(FIVE, who=WHO)
    assert [query["sql"].split()[0] for query in read] == ["SELECT"] * 9
    spend(5)


def test_count_beyond_the_burst_makes_nobody_wait_longer() -> None:
    for _ in range(500):
        throttle.count(FIVE, who=WHO)
    assert seconds_to_wait() <= 2 * 60


def test_take_and_count_are_one_statement() -> None:
    with CaptureQueriesContext(connection) as written:
        throttle.take(FIVE, who=WHO)
        throttle.count(FIVE, who=WHO)
    assert len(written) == 2


def test_counters_are_bounded_and_name_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "SLOTS", 3)
    for number in range(40):
        throttle.count(FIVE, who=f"198.51.100.{number}")
    assert Counter.objects.count() <= 3
    assert not any("198.51" in str(value) for row in Counter.objects.values_list() for value in row)


def test_slots_change_with_the_day() -> None:
    days = {throttle._slot(FIVE, WHO, number * throttle.DAY_US) for number in range(4)}
    assert len(days) == 4
    assert all(0 <= slot < models.SLOTS for slot in days)


@pytest.mark.parametrize(
    ("address", "who"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_here_is_the_address_or_the_network_of_a_household(address: str, who: str) -> None:
    with context.from_address(address):
        assert throttle.here() == who


@pytest.mark.parametrize(
    ("name", "at_once", "every"),
    [
        ("", 1, timedelta(minutes=1)),
        ("x" * 41, 1, timedelta(minutes=1)),
        ("x", 0, timedelta(minutes=1)),
        ("x", 1, timedelta()),
        ("x", 25, timedelta(hours=1)),
    ],
)
def test_rate_that_could_not_be_kept_is_refused(name: str, at_once: int, every: timedelta) -> None:
    with pytest.raises(ValueError, match=r"rate has|burst is"):
        Rate(name, at_once=at_once, every=every)


@given(gaps=st.lists(st.integers(0, 200), max_size=40))
def test_take_agrees_with_a_bucket_that_fills(gaps: list[int]) -> None:
    """Counted in seconds: five in the bucket, one more each minute."""
    Counter.objects.all().delete()
    at, held = NOON, 5 * 60
    for gap in gaps:
        at, held = at + timedelta(seconds=gap), min(5 * 60, held + gap)
        fits = held >= 60
        held -= 60 if fits else 0
        with clock.set_to(at):
            if fits:
                throttle.take(FIVE, who=WHO)
            else:
                with pytest.raises(TooOften) as caught:
                    throttle.take(FIVE, who=WHO)
                assert caught.value.params["seconds"] == 60 - held


@pytest.mark.django_db(transaction=True)
def test_take_of_many_at_once_lets_no_more_through() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite in memory is one connection; it has one writer at a time anyway")
    gate, let_through = threading.Barrier(16), []

    def run() -> None:
        with clock.set_to(NOON):
            gate.wait(30)
            try:
                throttle.take(FIVE, who=WHO)
                let_through.append(1)
            except TooOften:
                pass
            finally:
                connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(let_through) == 5
