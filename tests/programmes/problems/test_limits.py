"""The house's own limits of the stages: what starts has them, what runs does not, and any change can be taken back."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories.people import make_acting, make_user
from tests.factories.problems import Cast, ask, bring_to, make_problem
from wenming.engines.loop.selectors import work_calendar
from wenming.foundation.people.enums import Role
from wenming.foundation.revisions.errors import RevisionStale
from wenming.foundation.revisions.selectors import current
from wenming.kernel import clock
from wenming.kernel.actors import SYSTEM
from wenming.kernel.calendar import Limit, LimitUnit
from wenming.kernel.ui import nav, userbox
from wenming.programmes.problems import services
from wenming.programmes.problems.enums import Action
from wenming.programmes.problems.flow import CLOSE, DISPATCH, HANDLE, LIMITS, REVIEW
from wenming.programmes.problems.models import Problem
from wenming.programmes.problems.services.limits import KEY, KIND, limits_in

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
HOUSE = {
    DISPATCH: Limit(1, LimitUnit.WORKING_HOUR),
    HANDLE: Limit(2, LimitUnit.CALENDAR_DAY),
    REVIEW: Limit(3, LimitUnit.URGENT_HOUR),
    CLOSE: Limit(4, LimitUnit.WORKING_DAY),
}
POSTED = {f"{stage}_{part}": value for stage in LIMITS for part, value in (("value", "1"), ("unit", "working_day"))}


def set_house(**more: Any) -> None:
    services.set_limits(HOUSE, by=SYSTEM, **{"note": "会议定", "expected": 0, **more})


def clocks(problem: Problem) -> dict[str, Limit]:
    rows = problem.clocks.values_list("stage", "limit_value", "limit_unit")
    return {stage: Limit(value, LimitUnit(unit)) for stage, value, unit in rows}


def signed_in(client: Client, role: Role = Role.OFFICE) -> Client:
    user = make_user()
    make_acting(role, user=user)
    client.force_login(user)
    return client


def test_limits_start_with_what_the_software_brings() -> None:
    assert services.house_limits() == LIMITS


def test_set_limits_hold_for_what_starts_from_then_on() -> None:
    cast = Cast()
    with clock.set_to(MONDAY):
        before = bring_to(cast, make_problem(cast), Action.DISPATCH)
        set_house()
        after = bring_to(cast, make_problem(cast), Action.PASS_REVIEW)
    assert clocks(before) == {DISPATCH: LIMITS[DISPATCH], HANDLE: LIMITS[HANDLE]}
    assert clocks(after) == HOUSE


def test_set_limits_count_into_the_closing_deadline() -> None:
    cast = Cast()
    set_house()
    with clock.set_to(MONDAY):
        problem = bring_to(cast, make_problem(cast), Action.DISPATCH)
    calendar = work_calendar()
    handled = calendar.add(MONDAY, HOUSE[HANDLE]).at
    assert problem.handle_due_at == handled
    assert problem.close_due_at == calendar.add(calendar.add(handled, HOUSE[REVIEW]).at, HOUSE[CLOSE]).at


def test_set_limits_over_what_was_not_seen_is_refused() -> None:
    set_house()
    with pytest.raises(RevisionStale):
        set_house()
    with pytest.raises(RevisionStale):
        services.restore_limits(1, expected=1, by=SYSTEM)
    assert services.house_limits() == HOUSE


def test_restore_limits_brings_even_the_first_back() -> None:
    set_house()
    services.restore_limits(1, expected=2, by=SYSTEM)
    assert services.house_limits() == LIMITS


def test_limits_of_a_stage_that_was_not_kept_are_those_of_the_software() -> None:
    assert limits_in({REVIEW: {"value": 9, "unit": "urgent_hour"}}) == {
        **LIMITS,
        REVIEW: Limit(9, LimitUnit.URGENT_HOUR),
    }


@settings(max_examples=15, deadline=None)
@given(
    chosen=st.fixed_dictionaries(
        {stage: st.builds(Limit, st.integers(1, 10_000), st.sampled_from(LimitUnit)) for stage in LIMITS}
    )
)
def test_set_limits_are_read_as_they_were_set(chosen: dict[str, Limit]) -> None:
    seen = current(KIND, KEY)
    services.set_limits(chosen, note="", expected=seen.number if seen else 0, by=SYSTEM)
    assert services.house_limits() == chosen


@pytest.mark.parametrize("count", [1, 3])
def test_act_reads_the_limits_in_one_statement(count: int) -> None:
    cast = Cast()
    set_house()
    services.house_limits()
    problems = [make_problem(cast) for _ in range(count)]
    with CaptureQueriesContext(connection) as caught:
        services.perform(cast.county, [ask(problem, Action.DISPATCH) for problem in problems])
    assert len([query for query in caught.captured_queries if "revisions_revision" in query["sql"]]) == 1


def test_preview_says_until_when_and_writes_nothing(client: Client) -> None:
    cast = Cast()
    with clock.set_to(MONDAY):
        bring_to(cast, make_problem(cast), Action.DISPATCH)
        answer = signed_in(client).post(
            reverse("problems:limits"), {**POSTED, "review_value": "1", "note": "会议定", "expected": "0"}
        )
    preview = answer.context["preview"]
    # The review has one working day already; three of the stages change, and one clock of them runs.
    assert [(str(each.label), each.before, each.after) for each in preview.changes] == [
        ("派遣", "4 个工作时", "1 个工作日"),
        ("处理", "3 个工作日", "1 个工作日"),
        ("结案", "2 个工作日", "1 个工作日"),
    ]
    assert clock.local(preview.changes[1].due_before).date().isoformat() == "2026-03-05"
    assert clock.local(preview.changes[1].due_after).date().isoformat() == "2026-03-03"
    assert (preview.running.number, services.house_limits()) == (1, LIMITS)


def test_save_and_restore_through_the_form(client: Client) -> None:
    signed_in(client)
    url, posted = reverse("problems:limits"), {**POSTED, "note": "会议定", "save": "1"}
    assert client.post(url, {**posted, "expected": "0"}).status_code == 302
    assert set(services.house_limits().values()) == {Limit(1, LimitUnit.WORKING_DAY)}
    assert client.post(url, {**posted, "expected": "0"}).status_code == 409
    kept = client.get(url).context["kept"]
    assert [(row["revision"].number, len(row["changes"])) for row in kept] == [(2, 3), (1, 0)]
    client.post(reverse("problems:restore_limits"), {"number": "1", "expected": "2"})
    assert services.house_limits() == LIMITS


@pytest.mark.parametrize("wrong", [{"close_value": "0"}, {"handle_unit": "year"}, {"note": ""}])
def test_save_when_wrongly_filled_is_told_at_the_field(client: Client, wrong: dict[str, str]) -> None:
    posted = {**POSTED, "note": "会议定", "expected": "0", "save": "1", **wrong}
    answer = signed_in(client).post(reverse("problems:limits"), posted)
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, list(wrong))


@pytest.mark.parametrize("role", [Role.COUNTY, Role.LIAISON, Role.LEADER, Role.SECURITY])
def test_limits_are_not_for_everybody(client: Client, role: Role) -> None:
    signed_in(client, role)
    assert client.get(reverse("problems:limits")).status_code == 403
    assert reverse("problems:limits") not in client.get(reverse("people:setup")).content.decode()


@pytest.mark.parametrize("role", [Role.OFFICE, Role.ADMINISTRATOR])
def test_setup_leads_to_the_limits(client: Client, role: Role) -> None:
    text = signed_in(client, role).get(reverse("people:setup")).content.decode()
    assert reverse("problems:limits") in text


@pytest.mark.parametrize("count", [1, 3])
def test_limits_page_costs_the_same_for_more_revisions(
    client: Client, count: int, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nav, "_entries", {})
    monkeypatch.setattr(userbox, "_provided", {})
    for number in range(count):
        limits = {**HOUSE, CLOSE: Limit(number + 10, LimitUnit.WORKING_DAY)}
        services.set_limits(
            limits, note="会议定", expected=number + 1 if number else 0, by=make_acting(Role.OFFICE).actor
        )
    signed_in(client)
    client.get(reverse("problems:limits"))
    with django_assert_num_queries(5):
        answer = client.get(reverse("problems:limits"))
    assert len(answer.context["kept"]) == count + 1
