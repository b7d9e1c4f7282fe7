"""The queue of after-photos."""

from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.problems import Cast, ask, bring_to, make_photo, make_problem
from tests.programmes.problems.desk import as_
from wenming.programmes.problems import services
from wenming.programmes.problems.enums import Action, Lead, State
from wenming.programmes.problems.models import Problem

pytestmark = pytest.mark.django_db

URL = reverse("problems:review")
# With two for the session and the grant.
QUERIES = 14


def _waiting(cast: Cast, count: int) -> list[Problem]:
    return [bring_to(cast, make_problem(cast), Action.REPORT_BACK) for _ in range(count)]


def _post(client: Client, problem: Problem, action: Action, **more: Any) -> Any:
    data = {"problem": problem.public_id, "action": action.value, "expected_version": problem.version, "key": "k"}
    return client.post(URL, {**data, **more})


def test_review_opens_the_most_pressing_and_then_the_next(client: Client) -> None:
    cast = Cast()
    first, second, third = _waiting(cast, 3)
    as_(client, cast.county)
    page = client.get(URL)
    assert page.context["problem"] == first
    assert page.context["following"]["public_id"] == second.public_id
    answer = _post(client, first, Action.PASS_REVIEW, next=str(second.public_id))
    assert answer["Location"] == f"{URL}?at={second.public_id}&done=pass_review"
    assert Problem.objects.get(pk=first.pk).state == State.REVIEWED
    page = client.get(answer["Location"])
    assert page.context["problem"] == second
    assert [row["public_id"] for row in page.context["rows"]] == [second.public_id, third.public_id]


def test_review_returns_with_a_reason_only(client: Client) -> None:
    cast = Cast()
    problem = _waiting(cast, 1)[0]
    as_(client, cast.county)
    refused = _post(client, problem, Action.RETURN)
    assert refused.status_code == HTTPStatus.BAD_REQUEST
    assert _post(client, problem, Action.RETURN, reason="角度不同")["Location"] == f"{URL}?at=&done=return"
    assert Problem.objects.get(pk=problem.pk).state == State.HANDLING
    assert "没有等待审核的照片" in client.get(URL).content.decode()


def test_review_of_what_has_changed_says_so(client: Client) -> None:
    cast = Cast()
    problem = _waiting(cast, 1)[0]
    as_(client, cast.county)
    answer = _post(client, problem, Action.PASS_REVIEW, expected_version=problem.version - 1)
    assert answer.status_code == HTTPStatus.CONFLICT
    assert Problem.objects.get(pk=problem.pk).state == State.REPORTED_BACK


def test_review_does_nothing_but_pass_and_return(client: Client) -> None:
    cast = Cast()
    problem = _waiting(cast, 1)[0]
    as_(client, cast.county)
    assert _post(client, problem, Action.VOID, reason="x").status_code == HTTPStatus.NOT_FOUND
    assert Problem.objects.get(pk=problem.pk).state == State.REPORTED_BACK


def test_review_leaves_out_what_the_own_unit_answered(client: Client) -> None:
    cast = Cast()
    problem = make_problem(cast, territory_id=cast.county_office.pk)
    problem = services.perform_one(cast.county, ask(problem, Action.DISPATCH, lead_side=Lead.TERRITORY))
    link = services.reply_link(cast.county, problem)
    services.answer_by_link(link, photos=(make_photo(),), note="已清理。")
    assert as_(client, cast.county).get(URL).context["rows"] == []
    assert [row["public_id"] for row in as_(client, cast.office).get(URL).context["rows"]] == [problem.public_id]


def test_review_is_the_offices_alone(client: Client) -> None:
    cast = Cast()
    for acting in (cast.liaison, cast.inspector):
        assert as_(client, acting).get(URL).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("count", [1, 3])
def test_review_asks_as_much_for_many_as_for_one(client: Client, count: int, django_assert_num_queries: object) -> None:
    cast = Cast()
    _waiting(cast, count)
    as_(client, cast.county)
    with django_assert_num_queries(QUERIES):  # type: ignore[operator]
        client.get(URL)
