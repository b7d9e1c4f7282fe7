"""One act on all that the list's filters find, over all its pages."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import people
from tests.factories.problems import Cast, ask, bring_to, make_problem
from tests.programmes.problems.desk import as_, boxes
from wenming.foundation.people.enums import Role
from wenming.kernel.paging import Count
from wenming.programmes.problems import services
from wenming.programmes.problems.enums import Action, Lead, State
from wenming.programmes.problems.models import Problem, ProblemEvent
from wenming.programmes.problems.views import bulk as page

pytestmark = pytest.mark.django_db


def asked(client: Client, action: Action, back: str = "", **more: Any) -> Any:
    return client.post(reverse("problems:bulk"), {"all": action.value, "back": back, **more})


def confirm(client: Client, before: Any, **more: Any) -> Any:
    """Sends the form of the page `before` as it stands."""
    shown = before.context
    given = {"action": shown["action"].value, "step": "do", "back": shown["back_query"], "key": shown["key"]}
    return client.post(reverse("problems:bulk"), {**given, "chosen": shown["chosen"], **more})


def states() -> dict[str, int]:
    return {
        state: Problem.objects.filter(state=state).count() for state in State if Problem.objects.filter(state=state)
    }


def test_list_offers_all_at_once_but_never_what_needs_a_look(client: Client) -> None:
    cast = Cast()
    bring_to(cast, make_problem(cast), Action.REPORT_BACK)
    as_(client, cast.county)
    offered = client.get(reverse("problems:list")).context["all_actions"]
    assert {each["action"] for each in offered} == {"accept", "dispatch", "remind", "close"}
    assert asked(client, Action.PASS_REVIEW).status_code == 404


def test_ask_for_all_counts_and_changes_nothing(client: Client) -> None:
    cast = Cast()
    for needs_triage in (True, False, False):
        make_problem(cast, needs_triage=needs_triage)
    bring_to(cast, make_problem(cast), Action.DISPATCH)
    before = ProblemEvent.objects.count()
    shown = asked(as_(client, cast.county), Action.DISPATCH, "state=open").context
    assert (shown["every"].matched, shown["chosen_count"], shown["leads"]) == (
        Count(4, False),
        3,
        [(cast.street.name, 3)],
    )
    assert ProblemEvent.objects.count() == before


def test_dispatch_all_that_match_in_one_request(client: Client) -> None:
    cast = Cast()
    for needs_triage in (True, False, False):
        make_problem(cast, needs_triage=needs_triage, title="积水")
    make_problem(cast, title="别的")
    as_(client, cast.county)
    done = confirm(client, asked(client, Action.DISPATCH, "q=积水"), lead_side=Lead.DEPARTMENT)
    assert (done.context["done_count"], done.context["refused_count"]) == (3, 0)
    assert set(Problem.objects.filter(title="积水").values_list("state", "lead")) == {
        (State.DISPATCHED, cast.bureau.pk)
    }
    assert Problem.objects.get(title="别的").state == State.FILED


def test_all_means_those_that_were_seen(client: Client) -> None:
    """What came meanwhile is left alone, what moved meanwhile is refused with its reason, the rest is done."""
    cast = Cast()
    moved, left = make_problem(cast), make_problem(cast)
    before = asked(as_(client, cast.county), Action.DISPATCH)
    services.perform_one(cast.office, ask(moved, Action.DISPATCH, lead_side=Lead.DEPARTMENT))
    late = make_problem(cast)
    done = confirm(client, before, lead_side="")
    assert (done.context["done_count"], done.context["refused_count"]) == (1, 1)
    assert [(row["problem"].pk, bool(row["error"])) for row in done.context["results"]] == [
        (moved.pk, True),
        (left.pk, False),
    ]
    late.refresh_from_db()
    assert late.state == State.FILED


def test_all_twice_is_done_once(client: Client) -> None:
    cast = Cast()
    bring_to(cast, make_problem(cast), Action.DISPATCH)
    before = asked(as_(client, cast.county), Action.REMIND)
    for _ in range(2):
        assert confirm(client, before, reason="请今天回复").context["done_count"] == 1
    assert ProblemEvent.objects.filter(action=Action.REMIND).count() == 1


def test_all_without_a_reason_asks_again_and_keeps_what_was_seen(client: Client) -> None:
    cast = Cast()
    bring_to(cast, make_problem(cast), Action.DISPATCH)
    before = asked(as_(client, cast.county), Action.REMIND)
    again = confirm(client, before, reason="")
    assert again.status_code == 400
    assert (again.context["chosen"], again.context["key"]) == (before.context["chosen"], before.context["key"])


def test_all_of_an_act_without_questions_is_asked_too(client: Client) -> None:
    cast = Cast()
    make_problem(cast, needs_triage=True)
    before = asked(as_(client, cast.county), Action.ACCEPT)
    assert (before.status_code, states()) == (200, {State.REPORTED: 1})
    assert confirm(client, before).context["done_count"] == 1
    assert states() == {State.FILED: 1}


def test_all_is_narrowed_to_what_the_person_may_see(client: Client) -> None:
    problem = make_problem(Cast())
    as_(client, people.make_acting(Role.COUNTY, region_code=people.OTHER_COUNTY))
    answer = asked(client, Action.DISPATCH)
    assert (answer.status_code, "没有可以这样办的" in answer.content.decode()) == (400, True)
    given = {"action": "dispatch", "step": "do", "chosen": boxes(problem)[0], "lead_side": ""}
    assert client.post(reverse("problems:bulk"), given).context["refused_count"] == 1


def test_all_stops_at_its_limit_and_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    cast = Cast()
    for _ in range(3):
        make_problem(cast)
    monkeypatch.setattr(page, "ASKS_MAX", 2)
    shown = asked(as_(client, cast.county), Action.DISPATCH)
    assert (shown.context["every"].is_more, shown.context["chosen_count"]) == (True, 2)
    assert "可以办的超过 2 件" in shown.content.decode()
    confirm(client, shown, lead_side="")
    assert states() == {State.FILED: 1, State.DISPATCHED: 2}


def test_more_than_can_be_done_at_once_is_refused(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    cast = Cast()
    chosen = " ".join(boxes(*(make_problem(cast) for _ in range(3))))
    monkeypatch.setattr(page, "ASKS_MAX", 2)
    given = {"action": "dispatch", "step": "do", "chosen": chosen, "lead_side": ""}
    assert as_(client, cast.county).post(reverse("problems:bulk"), given).status_code == 400
    assert states() == {State.FILED: 3}


@pytest.mark.parametrize(("back", "status"), [("period=x", 400), ("state=closed", 400), ("sort=found", 200)])
def test_all_of_an_address_that_may_not_be_meant(client: Client, back: str, status: int) -> None:
    cast = Cast()
    make_problem(cast)
    assert asked(as_(client, cast.county), Action.DISPATCH, back).status_code == status


def test_result_shows_all_refusals_and_some_of_what_was_done(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    cast = Cast()
    for _ in range(3):
        make_problem(cast)
    before = asked(as_(client, cast.county), Action.DISPATCH)
    monkeypatch.setattr(page, "SHOWN_MAX", 1)
    done = confirm(client, before, lead_side="")
    assert (len(done.context["results"]), done.context["done_count"], done.context["unshown_count"]) == (1, 3, 2)


def _statements(client: Client, cast: Cast, count: int) -> int:
    for _ in range(count):
        make_problem(cast)
    before = asked(client, Action.DISPATCH)
    with CaptureQueriesContext(connection) as caught:
        done = confirm(client, before, lead_side="")
    assert done.context["done_count"] == count
    return len(caught)


def test_all_costs_the_same_for_more(client: Client) -> None:
    cast = Cast()
    as_(client, cast.county)
    _statements(client, cast, 1)
    assert _statements(client, cast, 1) == _statements(client, cast, 4)
