from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.engines.loop.toy.loop import LOOP, OFFICE, make_repair, step
from tests.engines.loop.toy.models import Repair
from wenming.engines.loop import engine, errors, selectors, services
from wenming.engines.loop.models import DayOverride
from wenming.foundation.audit.models import AuditRecord
from wenming.kernel import clock

pytestmark = pytest.mark.django_db

MONDAY = datetime(2024, 3, 4, 2, 0, tzinfo=UTC)
THURSDAY = date(2024, 3, 7)


@pytest.fixture(autouse=True)
def _only_the_toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_registered", {})
    engine.register(LOOP)


def make_due_on_thursday() -> Repair:
    item = make_repair(at=MONDAY)
    step(item, "dispatch", at=MONDAY)
    return item


def due_on(item: Repair) -> date:
    due_at = Repair.objects.get(pk=item.pk).due_at
    assert due_at is not None
    return clock.local(due_at).date()


def test_override_days_moves_the_deadlines() -> None:
    item = make_due_on_thursday()
    with clock.set_to(MONDAY):
        assert services.override_days(days={THURSDAY: False}, note="停电", by=OFFICE) == 1
    assert due_on(item) == date(2024, 3, 8)
    assert selectors.work_calendar().is_working_day(THURSDAY) is False
    record = AuditRecord.objects.get(object_kind="loop.day")
    assert (record.action, record.object_kind, record.object_key) == ("loop.override_day", "loop.day", "2024-03-07")


def test_override_days_again_with_the_same_changes_nothing() -> None:
    services.override_days(days={THURSDAY: False}, note="停电", by=OFFICE)
    services.override_days(days={THURSDAY: False}, note="停电", by=OFFICE)
    assert (DayOverride.objects.count(), AuditRecord.objects.filter(object_kind="loop.day").count()) == (1, 1)


def test_override_days_the_other_way_keeps_one_row() -> None:
    services.override_days(days={THURSDAY: False}, note="停电", by=OFFICE)
    services.override_days(days={THURSDAY: True}, note="来电", by=OFFICE)
    row = DayOverride.objects.get()
    assert (row.is_working, row.note, AuditRecord.objects.filter(object_kind="loop.day").count()) == (True, "来电", 2)


@pytest.mark.parametrize("count", [1, 28])
def test_override_days_costs_a_fixed_number_of_statements(count: int) -> None:
    days = {date(2024, 2, day): True for day in range(1, count + 1)}
    with CaptureQueriesContext(connection) as caught:
        services.override_days(days=days, note="春节", by=OFFICE)
    # known days, their number, insert, audit; open clocks; then what was kept: a look, and of what held before and of
    # what holds now the days, the newest, insert, audit
    assert sum("SAVEPOINT" not in query["sql"] for query in caught) == 5 + 1 + 4 + 4


def test_override_days_beyond_what_the_table_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "OVERRIDES_MAX", 1)
    services.override_days(days={THURSDAY: False}, note="", by=OFFICE)
    with pytest.raises(errors.TooManyDays):
        services.override_days(days={date(2024, 3, 8): False}, note="", by=OFFICE)


def test_clear_day_lets_the_notice_hold_again() -> None:
    item = make_due_on_thursday()
    with clock.set_to(MONDAY):
        services.override_days(days={THURSDAY: False}, note="停电", by=OFFICE)
        assert services.clear_day(on=THURSDAY, by=OFFICE) == 1
    assert due_on(item) == THURSDAY
    assert DayOverride.objects.count() == 0


def test_clear_day_that_was_not_overridden() -> None:
    with pytest.raises(errors.DayMissing):
        services.clear_day(on=THURSDAY, by=OFFICE)
