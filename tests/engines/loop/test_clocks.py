from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.engines.loop.toy.loop import HANDLER, LOOP, make_repair, step
from tests.engines.loop.toy.models import Repair, RepairClock, RepairEvent
from wenming.engines.loop import errors
from wenming.engines.loop.commands import Until
from wenming.engines.loop.models import DayOverride
from wenming.kernel import clock
from wenming.kernel.calendar import LIMIT_VALUE_MAX, Limit, LimitUnit
from wenming.kernel.clock import SHANGHAI, to_us

pytestmark = pytest.mark.django_db


def shanghai(month: int, day: int, hour: int = 10, year: int = 2024) -> datetime:
    return datetime(year, month, day, hour, tzinfo=SHANGHAI).astimezone(UTC)


MONDAY = shanghai(3, 4)
DAYS = LimitUnit.WORKING_DAY
HOURS = LimitUnit.WORKING_HOUR
DAY_US = 86_400_000_000
HOUR_US = 3_600_000_000


def make_dispatched(at: datetime = MONDAY, **limit: Any) -> Repair:
    item = make_repair(at=at)
    step(item, "dispatch", at=at, **limit)
    return item


def clock_of(item: Repair, stage: str = "handle") -> RepairClock:
    return RepairClock.objects.filter(item=item, stage=stage).latest("round")


def due_of(item: Repair) -> datetime | None:
    return Repair.objects.get(pk=item.pk).due_at


def test_start_clock_with_the_programmes_limit() -> None:
    item = make_dispatched()
    handle = clock_of(item)
    assert (handle.limit_value, handle.limit_unit, handle.started_at) == (3, "working_day", MONDAY)
    assert (handle.running_since, handle.paused_at, handle.stopped_at) == (MONDAY, None, None)
    assert handle.due_at == due_of(item) == shanghai(3, 7, 18)
    assert (handle.is_provisional, handle.is_breached, handle.round) == (False, False, 1)


def test_start_clock_with_the_commands_limit() -> None:
    item = make_dispatched(limits={"handle": Limit(4, HOURS)})
    assert due_of(item) == shanghai(3, 4, 16)


def test_start_clock_without_a_limit() -> None:
    item = make_repair(limit_days=None)
    step(item, "dispatch")
    assert (clock_of(item).due_at, clock_of(item).limit_value, due_of(item)) == (None, None, None)


def test_start_clock_writes_it_into_the_event() -> None:
    item = make_dispatched()
    event = RepairEvent.objects.get(item=item, action="dispatch")
    assert event.clocks == [["start", "handle", 3, "working_day", to_us(shanghai(3, 7, 18))]]


def test_pause_clock_takes_the_deadline_away() -> None:
    item = make_dispatched()
    step(item, "suspend", at=shanghai(3, 6))
    handle = clock_of(item)
    assert (handle.due_at, handle.running_since, handle.paused_at) == (None, None, shanghai(3, 6))
    assert (handle.used_us, handle.pause_count, due_of(item)) == (DAY_US, 1, None)


def test_resume_clock_runs_what_is_left() -> None:
    item = make_dispatched()
    step(item, "suspend", at=shanghai(3, 6))
    step(item, "continue", at=shanghai(3, 11))
    handle = clock_of(item)
    assert (handle.running_since, handle.paused_at) == (shanghai(3, 11), None)
    assert handle.due_at == due_of(item) == shanghai(3, 13, 18)


def test_resume_clock_in_hours_runs_what_is_left_to_the_minute() -> None:
    item = make_dispatched(limits={"handle": Limit(4, HOURS)})
    step(item, "suspend", at=MONDAY + timedelta(minutes=50))
    step(item, "continue", at=shanghai(3, 5, 9))
    assert due_of(item) == shanghai(3, 5, 14) + timedelta(minutes=10)


def test_resume_clock_after_a_breach_is_due_at_once() -> None:
    item = make_dispatched()
    step(item, "suspend", at=shanghai(3, 20))
    step(item, "continue", at=shanghai(3, 25))
    handle = clock_of(item)
    assert (handle.is_breached, handle.due_at) == (True, shanghai(3, 25))


def test_extend_clock_moves_the_deadline() -> None:
    item = make_dispatched()
    step(item, "extend", at=shanghai(3, 5))
    handle = clock_of(item)
    assert (handle.limit_value, handle.extended_value, handle.extension_count) == (5, 2, 1)
    assert handle.due_at == due_of(item) == shanghai(3, 11, 18)
    assert handle.is_breached is False


def test_extend_clock_that_is_paused() -> None:
    item = make_dispatched()
    step(item, "suspend", at=shanghai(3, 6))
    step(item, "extend", at=shanghai(3, 7))
    assert (clock_of(item).limit_value, due_of(item)) == (5, None)
    step(item, "continue", at=shanghai(3, 11))
    assert due_of(item) == shanghai(3, 15, 18)


def test_extend_clock_after_a_breach_keeps_the_breach() -> None:
    item = make_dispatched()
    step(item, "extend", at=shanghai(3, 8), limits={"handle": Limit(10, DAYS)})
    step(item, "report", by=HANDLER, at=shanghai(3, 8, 11))
    handle = clock_of(item)
    assert (handle.is_breached, handle.stopped_at, handle.due_at) == (True, shanghai(3, 8, 11), shanghai(3, 21, 18))


@pytest.mark.parametrize(
    "limits",
    [{}, {"handle": Limit(2, HOURS)}, {"handle": Limit(LIMIT_VALUE_MAX, DAYS)}],
    ids=["nothing", "other unit", "too much"],
)
def test_extend_clock_by_what_cannot_be_added(limits: dict[str, Limit]) -> None:
    item = make_dispatched()
    assert isinstance(step(item, "extend", limits=limits).error, errors.ExtensionUnusable)
    assert (clock_of(item).limit_value, due_of(item)) == (3, shanghai(3, 7, 18))


def test_extend_clock_without_a_limit() -> None:
    item = make_repair(limit_days=None)
    step(item, "dispatch")
    error = step(item, "extend").error
    assert str(error) == "“处理”没有正在计时的期限，不能延期。"


@pytest.mark.parametrize(("hour", "is_breached"), [(18, False), (19, True)])
def test_stop_clock_keeps_the_deadline_and_says_whether_it_held(hour: int, is_breached: bool) -> None:
    item = make_dispatched()
    step(item, "report", by=HANDLER, at=shanghai(3, 7, hour))
    handle = clock_of(item)
    assert (handle.is_breached, handle.stopped_at) == (is_breached, shanghai(3, 7, hour))
    assert handle.due_at == due_of(item) == shanghai(3, 7, 18)
    assert (handle.running_since, handle.used_us) == (None, 3 * DAY_US)


def test_stop_clock_counts_only_working_time() -> None:
    item = make_dispatched(limits={"handle": Limit(40, HOURS)})
    step(item, "report", by=HANDLER, at=shanghai(3, 5, 9))
    assert clock_of(item).used_us == 7 * HOUR_US


def test_stop_clock_that_is_paused() -> None:
    item = make_dispatched()
    step(item, "suspend", at=shanghai(3, 6))
    step(item, "void", at=shanghai(3, 30))
    handle = clock_of(item)
    assert (handle.used_us, handle.stopped_at, handle.paused_at) == (DAY_US, shanghai(3, 30), None)
    assert handle.is_breached is False


def test_start_clock_again_after_a_return() -> None:
    item = make_dispatched()
    step(item, "report", by=HANDLER, at=shanghai(3, 6))
    step(item, "return", at=shanghai(3, 8))
    rounds = RepairClock.objects.filter(item=item, stage="handle").order_by("round")
    assert [(c.round, c.stopped_at, c.due_at) for c in rounds] == [
        (1, shanghai(3, 6), shanghai(3, 7, 18)),
        (2, None, shanghai(3, 13, 18)),
    ]
    assert due_of(item) == shanghai(3, 13, 18)
    assert clock_of(item, "check").stopped_at == shanghai(3, 8)


# A deadline that somebody named -------------------------------------------------

NAMED = shanghai(3, 15, 17)


def make_named() -> Repair:
    return make_dispatched(limits={"handle": Until(NAMED)})


def test_start_clock_until_a_named_moment() -> None:
    item = make_named()
    handle = clock_of(item)
    assert (handle.limit_value, handle.limit_unit, handle.due_at) == (None, "", NAMED)
    assert due_of(item) == NAMED


def test_pause_clock_does_not_move_a_named_moment() -> None:
    item = make_named()
    step(item, "suspend", at=shanghai(3, 5))
    assert due_of(item) == NAMED
    step(item, "continue", at=shanghai(3, 12))
    assert due_of(item) == NAMED


def test_extend_clock_runs_from_the_named_moment() -> None:
    item = make_named()
    step(item, "extend", at=shanghai(3, 6))
    assert (due_of(item), clock_of(item).extended_value) == (shanghai(3, 19, 18), 2)
    step(item, "extend", at=shanghai(3, 7))
    assert due_of(item) == shanghai(3, 21, 18)
    assert isinstance(step(item, "extend", limits={"handle": Limit(1, HOURS)}).error, errors.ExtensionUnusable)


@pytest.mark.parametrize("actions", [("extend", "suspend"), ("suspend", "extend")])
def test_pause_extended_clock_before_the_named_moment_keeps_what_is_left(actions: tuple[str, str]) -> None:
    item = make_named()
    for action in actions:
        step(item, action, at=shanghai(3, 11))
    assert due_of(item) is None
    step(item, "continue", at=shanghai(3, 18))
    # Of Tuesday to Friday the 15th at 17:00 three days had closed; two more were granted.
    assert due_of(item) == shanghai(3, 25, 18)


def test_extend_clock_by_a_named_moment() -> None:
    item = make_named()
    outcome = step(item, "extend", limits={"handle": Until(shanghai(3, 20))})
    assert isinstance(outcome.error, errors.ExtensionUnusable)


@pytest.mark.parametrize(("hour", "is_breached"), [(17, False), (18, True)])
def test_stop_clock_against_the_named_moment(hour: int, is_breached: bool) -> None:
    item = make_named()
    step(item, "report", by=HANDLER, at=shanghai(3, 15, hour))
    assert clock_of(item).is_breached is is_breached


# Deadlines that move ---------------------------------------------------------


def test_start_clock_beyond_the_published_days_is_provisional() -> None:
    at = shanghai(12, 30, year=2026)
    with clock.set_to(at):
        item = make_dispatched(at)
    stored = Repair.objects.get(pk=item.pk)
    assert (stored.due_at, stored.due_is_provisional) == (shanghai(1, 4, 18, year=2027), True)


def test_refresh_deadlines_when_the_days_are_known() -> None:
    at = shanghai(12, 30, year=2026)
    with clock.set_to(at):
        item = make_dispatched(at)
        for day in range(1, 8):
            DayOverride.objects.create(on=date(2027, 1, day), is_working=day > 3)
        assert LOOP.refresh_deadlines() == 1
        assert LOOP.refresh_deadlines() == 0
    stored = Repair.objects.get(pk=item.pk)
    assert (stored.due_at, stored.due_is_provisional) == (shanghai(1, 5, 18, year=2027), False)
    assert clock_of(item).due_at == stored.due_at
    assert LOOP.verify([item.pk]) == []


def test_refresh_deadlines_leaves_what_has_passed() -> None:
    passed, paused, coming = make_dispatched(), make_dispatched(), make_dispatched(shanghai(3, 6))
    with clock.set_to(shanghai(3, 7, 20)):
        step(paused, "suspend", at=shanghai(3, 6))
        DayOverride.objects.create(on=date(2024, 3, 7), is_working=False)
        assert LOOP.refresh_deadlines() == 1
    assert due_of(passed) == shanghai(3, 7, 18)
    assert due_of(paused) is None
    assert due_of(coming) == shanghai(3, 12, 18)
