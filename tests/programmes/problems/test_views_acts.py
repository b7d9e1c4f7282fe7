"""The page of a problem, and what is done from it and from the list."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import people
from tests.factories.places import MIDDLE, make_city
from tests.factories.problems import Cast, ask, bring_to, make_problem
from tests.programmes.problems.desk import as_, boxes, photo, post_act, signed_in, url_of
from wenming.foundation.audit.models import AuditRecord
from wenming.programmes.problems import services
from wenming.programmes.problems.enums import Action, State
from wenming.programmes.problems.models import Problem, ReplyLink

pytestmark = pytest.mark.django_db


# Detail and acts -----------------------------------------------------------


def _labels(client: Client, problem: Problem) -> set[Action]:
    return {each.action for each in client.get(url_of(problem)).context["acts"].every}


def test_detail_offers_what_this_person_can_do_now(client: Client) -> None:
    cast = Cast()
    problem = bring_to(cast, make_problem(cast), Action.DISPATCH)
    as_(client, cast.liaison)
    assert _labels(client, problem) == {Action.SIGN, Action.ASK_HANDBACK}
    as_(client, cast.county)
    ends = {Action.CLOSE_UNFIXED, Action.MERGE, Action.SPLIT, Action.VOID}
    assert _labels(client, problem) == {Action.REMIND, Action.REDISPATCH, *ends}
    as_(client, cast.inspector)
    assert _labels(client, problem) == set()


def test_detail_offers_answers_only_to_what_was_asked(client: Client) -> None:
    cast = Cast()
    problem = bring_to(cast, make_problem(cast), Action.SIGN)
    services.perform_one(cast.liaison, ask(problem, Action.ASK_EXTENSION, reason="等配件", extension_value=2))
    as_(client, cast.county)
    assert {Action.GRANT_EXTENSION, Action.REFUSE_EXTENSION} <= _labels(client, problem)
    assert Action.GRANT_HANDBACK not in _labels(client, problem)
    form = client.get(url_of(problem)).context["acts"].primary.form
    assert form["extension_value"].value() == 2
    as_(client, cast.liaison)
    assert _labels(client, problem) == set()


@pytest.mark.parametrize("last", [Action.DISPATCH, Action.SIGN, Action.REPORT_BACK, Action.PASS_REVIEW, Action.CLOSE])
def test_detail_opens_at_every_stage(client: Client, last: Action) -> None:
    cast = Cast()
    problem = bring_to(cast, make_problem(cast), last)
    assert as_(client, cast.county).get(url_of(problem)).status_code == 200


def test_act_dispatches_as_chosen(client: Client) -> None:
    cast = Cast()
    problem = make_problem(cast)
    fields = {"territory": cast.street.pk, "department": cast.bureau.pk, "lead_side": "department"}
    answer = post_act(as_(client, cast.county), problem, Action.DISPATCH, **fields)
    assert (answer.status_code, answer["Location"]) == (302, f"{url_of(problem)}?done=dispatch")
    problem.refresh_from_db()
    assert (problem.state, problem.lead) == (State.DISPATCHED, cast.bureau)
    assert "已派遣" in client.get(answer["Location"]).content.decode()


def test_act_without_a_reason_keeps_the_page(client: Client) -> None:
    cast = Cast()
    problem = bring_to(cast, make_problem(cast), Action.REPORT_BACK)
    answer = post_act(as_(client, cast.county), problem, Action.RETURN, reason="")
    assert answer.status_code == 400
    assert 'href="#act-return-reason"' in answer.content.decode()


def test_act_on_a_changed_problem_shows_what_changed_and_keeps_the_words(client: Client) -> None:
    cast = Cast()
    seen = bring_to(cast, make_problem(cast), Action.REPORT_BACK)
    services.perform_one(cast.office, ask(seen, Action.RETURN, reason="照片看不清"))
    answer = post_act(as_(client, cast.county), seen, Action.RETURN, reason="角度不对")
    text = answer.content.decode()
    assert answer.status_code == 409
    assert [event.reason for event in answer.context["changed"]] == ["照片看不清"]
    assert "这期间的改动" in text


def test_act_twice_with_the_same_key_is_done_once(client: Client) -> None:
    cast = Cast()
    problem = bring_to(cast, make_problem(cast), Action.DISPATCH)
    as_(client, cast.county)
    for _ in range(2):
        assert post_act(client, problem, Action.REMIND, reason="请尽快").status_code == 302
    assert problem.events.filter(action=Action.REMIND).count() == 1


def test_act_reports_back_with_photos(client: Client) -> None:
    cast = Cast()
    problem = bring_to(cast, make_problem(cast), Action.SIGN)
    as_(client, cast.liaison)
    assert post_act(client, problem, Action.REPORT_BACK, note="已清理").status_code == 400
    answer = post_act(client, problem, Action.REPORT_BACK, note="已清理", photos=[photo()], key="k2")
    assert answer.status_code == 302
    page = client.get(url_of(problem))
    assert page.context["after"] is not None
    assert client.get(page.context["after"].url).status_code == 200


def test_act_that_is_another_persons(client: Client) -> None:
    cast = Cast()
    problem = bring_to(cast, make_problem(cast), Action.REPORT_BACK)
    assert post_act(as_(client, cast.liaison), problem, Action.PASS_REVIEW).status_code == 403


@pytest.mark.parametrize("action", ["", "explode", "file"])
def test_act_that_does_not_exist(client: Client, action: str) -> None:
    cast = Cast()
    problem = make_problem(cast)
    answer = as_(client, cast.county).post(url_of(problem, "act"), {"action": action})
    assert answer.status_code == 404


def test_act_merges_into_a_code(client: Client) -> None:
    cast = Cast()
    kept, copy = make_problem(cast), make_problem(cast)
    as_(client, cast.county)
    assert post_act(client, copy, Action.MERGE, into="2020-01-01-9999").status_code == 400
    assert post_act(client, copy, Action.MERGE, into=copy.code).status_code == 400
    assert post_act(client, copy, Action.MERGE, into=kept.code).status_code == 302
    copy.refresh_from_db()
    assert copy.duplicate_of == kept
    assert kept.code in client.get(url_of(copy)).content.decode()
    assert copy.code in client.get(url_of(kept)).content.decode()


def test_detail_escapes_what_people_write(client: Client) -> None:
    cast = Cast()
    problem = make_problem(cast, title="<script>alert(1)</script>", address='"><img src=x>')
    text = as_(client, cast.county).get(url_of(problem)).content.decode()
    assert "<script>alert" not in text
    assert "<img src=x>" not in text


def test_link_is_shown_to_the_office_and_on_record(client: Client) -> None:
    cast = Cast()
    problem = bring_to(cast, make_problem(cast), Action.DISPATCH)
    answer = as_(client, cast.county).post(url_of(problem, "link"), headers={"HX-Request": "true"})
    link = ReplyLink.objects.get(problem=problem)
    assert services.reply_url(link) in answer.content.decode()
    assert AuditRecord.objects.filter(action="problems.share_link", object_key=str(problem.public_id)).count() == 1
    assert as_(client, cast.liaison).post(url_of(problem, "link")).status_code == 403


# Bulk ----------------------------------------------------------------------


def test_bulk_answers_for_each_row(client: Client) -> None:
    cast = Cast()
    good = bring_to(cast, make_problem(cast), Action.REPORT_BACK)
    early = make_problem(cast)
    as_(client, cast.county)
    data = {"action": "pass_review", "problem": boxes(good, early), "key": "b1"}
    answer = client.post(reverse("problems:bulk"), data)
    assert [(row["problem"].pk, bool(row["error"])) for row in answer.context["results"]] == [
        (early.pk, True),
        (good.pk, False),
    ]
    good.refresh_from_db()
    assert good.state == State.REVIEWED


def test_bulk_asks_for_the_reason_first(client: Client) -> None:
    cast = Cast()
    problem = bring_to(cast, make_problem(cast), Action.DISPATCH)
    as_(client, cast.county)
    data: dict[str, Any] = {"action": "remind", "problem": boxes(problem)}
    asked = client.post(reverse("problems:bulk"), data)
    assert (asked.status_code, problem.events.filter(action="remind").count()) == (200, 0)
    assert client.post(reverse("problems:bulk"), {**data, "step": "do", "reason": ""}).status_code == 400
    done = client.post(reverse("problems:bulk"), {**data, "step": "do", "reason": "请今天回复"})
    assert done.context["done_count"] == 1
    assert problem.events.get(action="remind").reason == "请今天回复"


def test_bulk_accepts_and_dispatches_as_suggested(client: Client) -> None:
    make_city()
    cast = Cast()
    lat, lon = MIDDLE[people.TOWN]
    make = {"territory_id": None, "department_id": None, "region_code": None, "lat": lat, "lon": lon}
    problems = [make_problem(cast, needs_triage=needs, **make) for needs in (True, False)]
    as_(client, cast.county)
    data: dict[str, Any] = {"action": "dispatch", "problem": boxes(*problems)}
    asked = client.post(reverse("problems:bulk"), data)
    assert [row["suggestion"].lead for row in asked.context["rows"]] == [cast.street, cast.street]
    assert "位置在它的范围内" in asked.content.decode()
    done = client.post(reverse("problems:bulk"), {**data, "step": "do", "lead_side": "", "key": "b2"})
    assert done.context["done_count"] == 2
    assert set(Problem.objects.values_list("state", "lead")) == {(State.DISPATCHED, cast.street.pk)}


def test_bulk_on_rows_that_changed_since(client: Client) -> None:
    cast = Cast()
    problem = bring_to(cast, make_problem(cast), Action.PASS_REVIEW)
    stale = f"{problem.public_id}:{problem.version - 1}"
    answer = as_(client, cast.county).post(reverse("problems:bulk"), {"action": "close", "problem": [stale]})
    assert answer.context["refused_count"] == 1
    problem.refresh_from_db()
    assert problem.state == State.REVIEWED


@pytest.mark.parametrize("values", [[], ["x"], ["not-a-uuid:1"]])
def test_bulk_of_nothing(client: Client, values: list[str]) -> None:
    answer = signed_in(client).post(reverse("problems:bulk"), {"action": "accept", "problem": values})
    assert answer.status_code == 400
    assert "没有选中问题" in answer.content.decode()


def test_bulk_back_never_leads_away(client: Client) -> None:
    answer = signed_in(client).post(reverse("problems:bulk"), {"action": "accept", "back": "//evil.example/"})
    assert answer.context["back"].startswith(reverse("problems:list") + "?")
