"""The pages on which photos are explained: the review, the problem's own, the office's list, and the link."""

from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.factories import people
from tests.factories.problems import Cast, ask, bring_to, make_problem
from tests.programmes.problems.desk import as_, boxes, post_act, url_of
from tests.programmes.problems.flagged import answered, flagged, ids, scene
from wenming.foundation.people.enums import Role
from wenming.programmes.problems import services
from wenming.programmes.problems.enums import Action, State, Verdict
from wenming.programmes.problems.models import Problem
from wenming.programmes.problems.services import links

pytestmark = pytest.mark.django_db

LIST = reverse("problems:flags")
REVIEW = reverse("problems:review")
# With three for the session, the person and the grant.
QUERIES = 6


@pytest.fixture
def cast() -> Cast:
    return Cast()


def post(client: Client, problem: Problem, part: str, **more: Any) -> Any:
    return client.post(url_of(problem, "answer_flags"), {"part": part, "flag": ids(problem), **more})


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_review_shows_what_is_asked_and_offers_no_pass(client: Client, cast: Cast) -> None:
    problem = flagged(cast)
    as_(client, cast.county)
    page = client.get(REVIEW, {"at": problem.public_id})
    flags = page.context["flags"]
    assert (flags.open_count, flags.part) == (1, "reason")
    assert "与一张较早的照片相似" in text_of(page)
    assert 'value="pass_review" ' not in text_of(page)
    assert 'data-key="p"' not in text_of(page)
    assert [row["is_flagged"] for row in page.context["rows"]] == [
        row["public_id"] == problem.public_id for row in page.context["rows"]
    ]


def test_review_takes_a_reason_and_then_another_persons_look(client: Client, cast: Cast) -> None:
    problem = flagged(cast)
    as_(client, cast.county)
    answer = post(client, problem, "reason", text="两处相邻。", back="review")
    assert answer["Location"] == f"{REVIEW}?at={problem.public_id}&done=explained"
    page = client.get(answer["Location"])
    assert (page.context["flags"].part, page.context["flags"].waits_for_another) == (None, True)
    assert "请另一位审核人员来看" in text_of(page)
    refused = post(client, problem, "look", verdict="accepted", back="review")
    assert refused.status_code == HTTPStatus.FORBIDDEN
    as_(client, cast.office)
    assert client.get(REVIEW, {"at": problem.public_id}).context["flags"].part == "look"
    assert post(client, problem, "look", verdict="accepted")["Location"] == f"{url_of(problem)}?done=explained"
    page = client.get(url_of(problem))
    assert "照片已说明" in text_of(page)
    assert "两处相邻。" in text_of(page)
    assert post_act(client, problem, Action.PASS_REVIEW).status_code == HTTPStatus.FOUND
    assert Problem.objects.get(pk=problem.pk).state == State.REVIEWED


@pytest.mark.parametrize("back", ["", "review"])
def test_answer_without_words_keeps_the_page(client: Client, cast: Cast, back: str) -> None:
    problem = flagged(cast)
    as_(client, cast.county)
    for part, fields, missing in (
        ("reason", {"text": " "}, "请写明原因"),
        ("look", {"verdict": "not_accepted"}, "请写明哪里说不清"),
    ):
        if part == "look":
            services.give_reason(cast.office, problem, flag_ids=ids(problem), text="同一处。")
        page = post(client, problem, part, back=back, **fields)
        assert page.status_code == HTTPStatus.BAD_REQUEST
        assert missing in text_of(page)
        assert page.context["problem"] == problem


def test_answer_that_somebody_gave_meanwhile_says_so(client: Client, cast: Cast) -> None:
    problem = flagged(cast)
    services.give_reason(cast.office, problem, flag_ids=ids(problem), text="同一处。")
    page = post(as_(client, cast.county), problem, "reason", text="同一处。")
    assert page.status_code == HTTPStatus.CONFLICT
    assert "已经有变化" in text_of(page)
    assert post(client, problem, "reason", text="x", flag=["x", "9" * 30]).status_code == HTTPStatus.CONFLICT
    assert post(client, problem, "verse", text="x").status_code == HTTPStatus.NOT_FOUND


def test_detail_lets_the_unit_explain_without_showing_a_strangers_photo(client: Client, cast: Cast) -> None:
    other_town = people.make_unit(region_code=people.OTHER_TOWN)
    far = Cast(county=people.OTHER_COUNTY, town=other_town.region_code or 0)
    first = bring_to(far, make_problem(far), Action.DISPATCH)
    services.answer_by_link(services.reply_link(cast.office, first), photos=(scene(1),), note="已清理。")
    problem = answered(cast, scene(1))
    foreign = str(first.photos.get().file.public_id)
    as_(client, cast.liaison)
    page = client.get(url_of(problem))
    assert page.context["flags"].part == "told"
    assert foreign not in text_of(page)
    assert first.code not in text_of(page)
    assert post(client, problem, "told", text="就在路口对面。").status_code == HTTPStatus.FOUND
    as_(client, cast.county)
    page = client.get(url_of(problem))
    assert "就在路口对面。" in text_of(page)
    # The picture, to compare with; nothing else of what lies outside of the county.
    card = page.context["flags"].cards[0]
    assert client.get(card.other.thumb_url).status_code == HTTPStatus.OK
    assert first.code not in text_of(page)


def test_detail_offers_no_pass_while_something_is_open(client: Client, cast: Cast) -> None:
    problem = flagged(cast)
    page = as_(client, cast.county).get(url_of(problem))
    assert Action.PASS_REVIEW not in [act.action for act in page.context["acts"].every]
    refused = post_act(client, problem, Action.PASS_REVIEW)
    assert refused.status_code == HTTPStatus.CONFLICT
    assert "1 处待说明" in text_of(refused)


def test_bulk_pass_leaves_out_the_flagged_and_says_which_and_why(client: Client, cast: Cast) -> None:
    bad, good = flagged(cast), answered(cast, scene(9))
    data = {"action": "pass_review", "problem": boxes(bad, good), "key": "b1"}
    page = as_(client, cast.county).post(reverse("problems:bulk"), data)
    assert [(row["problem"], "待说明" in row["error"]) for row in page.context["results"]] == [
        (bad, True),
        (good, False),
    ]
    assert Problem.objects.get(pk=bad.pk).state == State.REPORTED_BACK


def test_review_of_what_was_not_compared_says_so(client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("wenming.programmes.problems.services.flags._not_compared", lambda _answers: [])
        problem = answered(cast, scene(1))
    page = as_(client, cast.county).get(REVIEW, {"at": problem.public_id})
    assert "还没有和较早的照片比对" in text_of(page)


def test_list_counts_what_waits_for_what(client: Client, cast: Cast) -> None:
    first = flagged(cast)
    second = answered(cast, scene(1))
    services.give_reason(cast.office, second, flag_ids=ids(second), text="同一处。")
    as_(client, cast.county)
    page = client.get(LIST)
    assert [str(count) for _what, _label, count in page.context["tabs"]] == ["1", "1"]
    assert [row["problem"] for row in page.context["rows"]] == [second, first]
    assert [row["problem"] for row in client.get(LIST, {"waits": "reason"}).context["rows"]] == [first]
    assert [row["problem"] for row in client.get(LIST, {"waits": "look"}).context["rows"]] == [second]
    assert client.get(LIST, {"cursor": "x"}).status_code == HTTPStatus.BAD_REQUEST
    as_(client, people.make_acting(Role.COUNTY, region_code=people.OTHER_COUNTY))
    assert "没有待说明的照片" in text_of(client.get(LIST))


def test_list_goes_by_key(client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wenming.programmes.problems.views.flags.PAGE_ROWS", 2)
    problems = [flagged(cast), answered(cast, scene(1)), answered(cast, scene(1))]
    as_(client, cast.county)
    first = client.get(LIST)
    assert [row["problem"] for row in first.context["rows"]] == problems[:0:-1]
    rest = client.get(LIST, {"cursor": first.context["page"].next_cursor})
    assert [row["problem"] for row in rest.context["rows"]] == problems[:1]


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_as_much_for_many_as_for_one(
    client: Client, cast: Cast, count: int, django_assert_num_queries: Any
) -> None:
    answered(cast, scene(1))
    for _number in range(count):
        answered(cast, scene(1))
    as_(client, cast.county).get(LIST)  # the session's first page writes down when it began
    with django_assert_num_queries(QUERIES):
        client.get(LIST)


def test_list_is_the_offices_alone(client: Client, cast: Cast) -> None:
    for acting in (cast.liaison, cast.inspector, people.make_acting(Role.LEADER)):
        assert as_(client, acting).get(LIST).status_code == HTTPStatus.FORBIDDEN


def test_link_says_what_is_asked_and_takes_an_explanation(cast: Cast) -> None:
    first = answered(cast, scene(1))
    problem = bring_to(cast, make_problem(cast), Action.DISPATCH)
    link = services.reply_link(cast.county, problem)
    services.answer_by_link(link, photos=(scene(1),), note="已清理。")
    phone = Client(enforce_csrf_checks=True)
    address = reverse("links:reply", args=[links.token_of(link)])
    page = text_of(phone.get(address))
    assert "照片请说明" in page
    assert str(first.photos.get().file.public_id) not in page
    explain = reverse("links:explain", args=[links.token_of(link)])
    assert phone.get(explain)["Location"] == address
    refused = phone.post(explain, {"flag": ids(problem), "reason": " "})
    assert refused.status_code == HTTPStatus.BAD_REQUEST
    assert phone.post(explain, {"flag": ids(problem), "reason": "就在对面。"})["Location"] == address
    assert "“就在对面。”" in text_of(phone.get(address))
    services.give_reason(cast.county, problem, flag_ids=ids(problem), text="同一处。")
    services.look_again(cast.office, problem, flag_ids=ids(problem), verdict=Verdict.ACCEPTED)
    assert "照片请说明" not in text_of(phone.get(address))
    assert phone.post(explain, {"flag": ids(problem), "reason": "再说。"}).status_code == HTTPStatus.CONFLICT


def test_link_of_an_answer_that_nothing_is_asked_about(cast: Cast) -> None:
    problem = answered(cast, scene(1))
    page = text_of(Client().get(reverse("links:reply", args=[links.token_of(problem.links.get())])))
    assert "照片请说明" not in page


def test_pages_speak_english_too(client: Client, cast: Cast) -> None:
    problem = flagged(cast)
    as_(client, cast.county)
    client.cookies["django_language"] = "en"
    with override("en"):
        assert "Like an earlier photo (" in text_of(client.get(url_of(problem)))
        assert "Reason wanted" in text_of(client.get(LIST))


def test_perform_names_the_refusal_for_programs(cast: Cast) -> None:
    outcome = services.perform(cast.county, [ask(flagged(cast), Action.PASS_REVIEW)])[0]
    assert outcome.error is not None
    assert outcome.error.as_dict()["code"] == "problems.photos_unexplained"
