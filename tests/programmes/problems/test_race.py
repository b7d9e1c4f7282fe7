"""Two at once on one problem, each with a connection of its own: one wins, the other hears 409 and sees why."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from tests.factories import people
from tests.factories.problems import Cast, ask, bring_to, make_photo, make_problem
from tests.programmes.problems.test_links import jpeg
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.models import User
from wenming.kernel.errors import Conflict, DomainError
from wenming.programmes.problems import services
from wenming.programmes.problems.enums import Action
from wenming.programmes.problems.models import Problem
from wenming.programmes.problems.services import links
from wenming.programmes.problems.services.machine import LOOP

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shared_database")]

WAIT_SECONDS = 30
ROUNDS = 5
Act = Callable[[], Any]


@pytest.fixture
def shared_database(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """Threads connect to a database that they all see: the test database of a server, or a file like the one in memory."""
    if connection.vendor != "sqlite":
        yield
        return
    path = tmp_path / "race.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    given = connections.settings["default"]
    before = given["NAME"]
    given["NAME"] = str(path)
    try:
        yield
    finally:
        given["NAME"] = before


def at_once(*acts: Act) -> list[Any]:
    """What each act answered or raised; they set off together."""
    answers: list[Any] = [None] * len(acts)
    gate = threading.Barrier(len(acts))

    def run(place: int) -> None:
        try:
            gate.wait(WAIT_SECONDS)
            answers[place] = acts[place]()
        except Exception as error:
            answers[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_SECONDS)
    return answers


def alone(act: Act) -> Any:
    """In a thread too, since only threads see the file."""
    answer = at_once(act)[0]
    if isinstance(answer, Exception):
        raise answer
    return answer


def perform(acting: Acting, problem: Problem, action: Action, **more: Any) -> Act:
    return lambda: services.perform_one(acting, ask(problem, action, expected_version=problem.version, **more))


def actions_of(problem: Problem) -> list[str]:
    return alone(lambda: list(problem.events.order_by("seq").values_list("action", flat=True)))


def token_of(problem: Problem) -> str:
    return alone(lambda: links.token_of(problem.links.get(revoked_at=None)))


def post_answer(token: str, key: str) -> Act:
    data = {"key": key, "quick": ["cleaned"]}
    return lambda: Client().post(reverse("links:answer", args=[token]), {**data, "photos": [jpeg()]}).status_code


def brought_to(cast: Cast, last: Action) -> Problem:
    return alone(lambda: bring_to(cast, make_problem(cast), last))


def assert_one_wins(answers: list[Any]) -> None:
    lost = [answer for answer in answers if isinstance(answer, Exception)]
    assert len(lost) == len(answers) - 1, answers
    for error in lost:
        assert isinstance(error, Conflict), error
        assert error.status == 409


def test_pass_and_return_at_once() -> None:
    cast = alone(Cast)
    for _round in range(ROUNDS):
        problem = brought_to(cast, Action.REPORT_BACK)
        assert_one_wins(
            at_once(
                perform(cast.county, problem, Action.PASS_REVIEW),
                perform(cast.office, problem, Action.RETURN, reason="照片看不清"),
            )
        )
        assert len(actions_of(problem)) == 5
    assert alone(LOOP.verify) == []


def test_grant_and_refuse_at_once() -> None:
    cast = alone(Cast)
    problem = brought_to(cast, Action.SIGN)
    problem = alone(perform(cast.liaison, problem, Action.ASK_EXTENSION, reason="等配件", extension_value=1))
    assert_one_wins(
        at_once(
            perform(cast.county, problem, Action.GRANT_EXTENSION, extension_value=1),
            perform(cast.office, problem, Action.REFUSE_EXTENSION, reason="今天必须完成"),
            perform(cast.office, problem, Action.VOID, reason="登记重复"),
        )
    )


def test_answer_by_link_twice_at_once_with_one_key() -> None:
    cast = alone(Cast)
    for round_ in range(ROUNDS):
        problem = brought_to(cast, Action.DISPATCH)
        token = token_of(problem)
        assert at_once(*[post_answer(token, f"one-form-{round_}")] * 3) == [302, 302, 302]
        assert actions_of(problem) == ["file", "dispatch", "sign", "report_back"]


def test_answer_by_link_twice_at_once_with_two_keys() -> None:
    """Two people of one unit who were sent the same link."""
    cast = alone(Cast)
    for _round in range(ROUNDS):
        problem = brought_to(cast, Action.DISPATCH)
        token = token_of(problem)
        assert sorted(at_once(post_answer(token, "first-phone"), post_answer(token, "second-phone"))) == [302, 409]
        assert actions_of(problem) == ["file", "dispatch", "sign", "report_back"]
        assert alone(lambda p=problem: p.photos.filter(moment="after").count()) == 1


def test_answer_by_link_while_it_goes_to_another_unit() -> None:
    cast = alone(Cast)
    other = alone(people.make_unit)
    for round_ in range(ROUNDS):
        problem = brought_to(cast, Action.SIGN)
        token = token_of(problem)
        redispatch = perform(cast.county, problem, Action.REDISPATCH, territory_id=other.pk, reason="派错了")
        status, redispatched = at_once(post_answer(token, f"answer-{round_}"), redispatch)
        if isinstance(redispatched, DomainError):
            assert (status, redispatched.status) == (302, 409)
            assert actions_of(problem)[-1] == "report_back"
        else:
            assert status in (403, 409, 410)
            assert actions_of(problem)[-1] == "redispatch"


def test_answer_by_a_link_that_was_opened_before_the_problem_went_to_another_unit() -> None:
    cast = alone(Cast)
    other = alone(people.make_unit)
    problem = brought_to(cast, Action.DISPATCH)
    link = alone(lambda: services.open_link(links.token_of(problem.links.get(revoked_at=None))))
    alone(perform(cast.county, problem, Action.REDISPATCH, territory_id=other.pk, reason="派错了"))
    with pytest.raises(Conflict):
        alone(lambda: services.answer_by_link(link, photos=(make_photo(),), note="已清理"))
    assert actions_of(problem) == ["file", "dispatch", "redispatch"]


def post_bulk(acting: Acting, problems: list[Problem], action: Action, reason: str) -> Act:
    def post() -> int:
        client = Client()
        client.force_login(User.objects.get(pk=acting.user_id))
        chosen = [f"{problem.public_id}:{problem.version}" for problem in problems]
        data = {"action": action.value, "problem": chosen, "step": "do", "reason": reason, "key": action.value}
        return client.post(reverse("problems:bulk"), data).status_code

    return post


def test_bulk_by_two_at_once() -> None:
    """Each problem goes one way; neither page breaks."""
    cast = alone(Cast)
    problems = [brought_to(cast, Action.REPORT_BACK) for _ in range(ROUNDS)]
    answers = at_once(
        post_bulk(cast.county, problems, Action.PASS_REVIEW, ""),
        post_bulk(cast.office, problems[::-1], Action.RETURN, "照片看不清"),
    )
    assert answers == [200, 200]
    assert {len(actions_of(problem)) for problem in problems} == {5}
    assert alone(LOOP.verify) == []
