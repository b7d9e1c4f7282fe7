"""Saying which days are worked: looking at what would move, saving, and taking it back."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.loop.toy.loop import LOOP, OFFICE, make_repair, step
from tests.engines.loop.toy.models import RepairClock
from tests.factories.people import PASSWORD, make_acting, make_user
from wenming.engines.loop import engine, selectors, services
from wenming.engines.loop.models import DayOverride
from wenming.foundation.people.enums import Role
from wenming.foundation.revisions.errors import RevisionStale
from wenming.kernel import clock

pytestmark = pytest.mark.django_db

MONDAY = datetime(2024, 3, 4, 2, 0, tzinfo=UTC)
THURSDAY = date(2024, 3, 7)
ANSWER = {"first": "2024-03-07", "last": "", "is_working": "rest", "note": "停电", "expected": "0"}


@pytest.fixture(autouse=True)
def _only_the_toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_registered", {})
    engine.register(LOOP)


def make_due_on_thursday() -> None:
    step(make_repair(at=MONDAY), "dispatch", at=MONDAY)


def signed_in(client: Client, role: Role) -> Client:
    user = make_user()
    make_acting(role, user=user)
    client.post(reverse("people:sign_in"), {"username": user.username, "password": PASSWORD, "next": "/flows/"})
    return client


def answered(client: Client, **changes: str) -> Any:
    return client.post(reverse("loop:calendar"), {**ANSWER, **changes})


def dues() -> list[Any]:
    return list(RepairClock._default_manager.order_by("pk").values_list("due_at", "is_provisional"))


def test_preview_moves_nothing_and_says_how_many_would(client: Client) -> None:
    make_due_on_thursday()
    with clock.set_to(MONDAY):
        office, before = signed_in(client, Role.OFFICE), dues()
        response = answered(office)
    assert (response.status_code, response.context["moves"], dues()) == (200, 1, before)
    assert not DayOverride.objects.exists()


def test_save_and_restore(client: Client) -> None:
    make_due_on_thursday()
    with clock.set_to(MONDAY):
        office, before = signed_in(client, Role.OFFICE), dues()
        response = answered(office, save="1")
        assert (response.status_code, response["Location"]) == (302, "/flows/calendar/?year=2024")
        assert selectors.work_calendar().is_working_day(THURSDAY) is False
        page = office.get(response["Location"])
        assert [(row["revision"].number, row["days"]) for row in page.context["kept"]] == [(2, 1), (1, 0)]
        assert dues() != before
        office.post(reverse("loop:restore_calendar"), {"year": "2024", "number": "1", "expected": "2"})
    assert (dues(), DayOverride.objects.count()) == (before, 0)


def test_save_over_what_a_colleague_saved_is_refused(client: Client) -> None:
    office = signed_in(client, Role.OFFICE)
    answered(office, save="1")
    response = answered(office, save="1", is_working="worked")
    assert (response.status_code, response.context["error"].params) == (409, {"number": 2})
    assert DayOverride.objects.get().is_working is False


def test_restore_over_what_was_not_seen_changes_nothing() -> None:
    services.override_days(days={THURSDAY: False}, note="停电", by=OFFICE)
    with pytest.raises(RevisionStale):
        services.restore_year(year=2024, number=1, expected=1, by=OFFICE)
    assert DayOverride.objects.count() == 1


@pytest.mark.parametrize("last", ["2024-03-06", "2024-05-01", "2025-03-07"])
def test_span_that_is_none_is_told_at_its_field(client: Client, last: str) -> None:
    response = answered(signed_in(client, Role.OFFICE), last=last)
    assert list(response.context["form"].errors) == ["last"]


@pytest.mark.parametrize("role", [Role.LIAISON, Role.COUNTY, Role.INSPECTOR])
def test_calendar_is_not_for_everybody(client: Client, role: Role) -> None:
    assert signed_in(client, role).get(reverse("loop:calendar")).status_code == 403
    assert reverse("loop:calendar") not in client.get(reverse("loop:flows")).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_calendar_costs_a_fixed_number_of_statements(client: Client, count: int) -> None:
    office = signed_in(client, Role.OFFICE)
    for day in range(1, count + 1):
        services.override_days(days={date(2024, 3, day): False}, note="停电", by=OFFICE)
    office.get(reverse("loop:flows"))
    with CaptureQueriesContext(connection) as plain:
        office.get(reverse("loop:flows"))
    with CaptureQueriesContext(connection) as caught:
        office.get(reverse("loop:calendar"), {"year": "2024"})
    # days of the year, the calendar, history, units; the number that the form carries
    assert len(caught) - len(plain) == 5


@settings(max_examples=15, deadline=None)
@given(days=st.dictionaries(st.dates(date(2024, 3, 1), date(2024, 3, 20)), st.booleans(), max_size=4))
def test_preview_tells_what_saving_does(days: dict[date, bool]) -> None:
    make_due_on_thursday()
    with clock.set_to(MONDAY):
        told = engine.count_all_moves(selectors.calendar_with(days))
        assert services.override_days(days=days, note="", by=OFFICE) == told
