"""Really solved? A question that the unit must answer."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.problems import Cast, ask, bring_to, make_photo, make_problem
from tests.outputs.residents.phones import Phone, jpeg
from tests.programmes.problems.desk import as_
from wenming.engines.loop.commands import Command
from wenming.foundation.files.models import StoredFile
from wenming.foundation.notices.models import Notice
from wenming.kernel import clock
from wenming.kernel.actors import ActorKind
from wenming.kernel.errors import DomainError
from wenming.programmes.problems import selectors, services
from wenming.programmes.problems.enums import Action, ClosedAs, PhotoMoment, State
from wenming.programmes.problems.errors import NobodyToDispatchTo, NotAResident, NotContested, NotYourProblem
from wenming.programmes.problems.models import Problem
from wenming.programmes.problems.services.links import token_of
from wenming.programmes.problems.services.machine import LOOP

NO = {"answer": "no", "reason": "清走了一半，墙角还堆着"}


@pytest.fixture
def phone() -> Phone:
    return Phone()


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def closed(cast: Cast) -> Problem:
    return bring_to(cast, make_problem(cast), Action.CLOSE)


def body(response: Any) -> str:
    return response.content.decode()  # type: ignore[no-any-return]


def actions(problem: Problem) -> list[str]:
    return list(problem.events.order_by("seq").values_list("action", flat=True))


def test_page_asks_only_of_what_is_closed(phone: Phone, cast: Cast) -> None:
    problem = bring_to(cast, make_problem(cast), Action.PASS_REVIEW)
    assert "真的解决了吗" not in body(phone.open("progress", problem.tracking_code))
    assert phone.post("solved", problem.tracking_code, answer="yes").status_code == 409
    services.perform_one(cast.county, ask(problem, Action.CLOSE))
    assert "真的解决了吗" in body(phone.open("progress", problem.tracking_code))


def test_yes_is_counted_once_for_each_closing(phone: Phone, closed: Problem) -> None:
    for _n in range(2):
        assert phone.post("solved", closed.tracking_code, answer="yes").status_code == 302
    closed.refresh_from_db()
    assert (closed.state, closed.confirm_count, closed.contested_at) == (State.CLOSED, 1, None)
    assert actions(closed)[-1] == "confirm"
    html = body(phone.open("progress", closed.tracking_code))
    assert ("您的意见收到了" in html, "真的解决了吗" in html) == (True, False)
    assert phone.post("solved", closed.tracking_code, **NO).status_code == 302
    closed.refresh_from_db()
    assert closed.contest_count == 0


def test_no_raises_a_question_and_leaves_the_case_closed(phone: Phone, cast: Cast, closed: Problem) -> None:
    closed_at = closed.closed_at
    assert phone.post("solved", closed.tracking_code, **NO, photos=[jpeg()]).status_code == 302
    closed.refresh_from_db()
    assert (closed.state, closed.closed_as, closed.closed_at) == (State.CLOSED, ClosedAs.FIXED, closed_at)
    assert (closed.contest_count, closed.contested_at is None) == (1, False)
    event = closed.events.latest("seq")
    assert (event.action, event.actor_kind, event.reason) == ("contest", ActorKind.RESIDENT, NO["reason"])
    assert closed.photos.filter(moment=PhotoMoment.VOICE).count() == 1
    assert list(selectors.inbox(cast.liaison)) == [closed]
    assert list(selectors.inbox(cast.county)) == [closed]
    notice = Notice.objects.filter(kind="problems.contest").get()
    assert notice.unit_id == cast.street.pk
    assert LOOP.verify() == []


def test_no_without_a_reason_stores_nothing(phone: Phone, closed: Problem) -> None:
    before = StoredFile.objects.count()
    response = phone.post("solved", closed.tracking_code, answer="no", reason=" ", photos=[jpeg()])
    assert (response.status_code, StoredFile.objects.count()) == (400, before)
    assert 'href="#id_reason"' in body(response)


def test_answer_is_read_by_the_resident(phone: Phone, cast: Cast, closed: Problem) -> None:
    phone.post("solved", closed.tracking_code, **NO)
    closed = services.perform_one(cast.liaison, ask(closed, Action.ANSWER, reason="今天下午再清一次。"))
    assert (closed.contested_at, closed.contest_count, closed.state) == (None, 1, State.CLOSED)
    html = body(phone.open("progress", closed.tracking_code))
    assert ("今天下午再清一次。" in html, f"{cast.street.name}答复" in html) == (True, True)
    assert NO["reason"] not in html
    assert list(selectors.inbox(cast.liaison)) == []


def test_answer_comes_by_the_link_too(phone: Phone, cast: Cast, closed: Problem) -> None:
    phone.post("solved", closed.tracking_code, **NO)
    token = token_of(closed.links.get(revoked_at=None))
    client = Client(enforce_csrf_checks=True)
    assert NO["reason"] in body(client.get(reverse("links:reply", args=[token])))
    said = {"key": "one-form-of-the-page", "reason": "已经再次清理。"}
    assert client.post(reverse("links:residents", args=[token]), {**said, "reason": ""}).status_code == 400
    said["key"] += "2"
    assert client.post(reverse("links:residents", args=[token]), said).status_code == 302
    closed.refresh_from_db()
    assert (closed.contested_at, actions(closed)[-1]) == (None, "answer")
    assert "现在不用办理" in body(client.get(reverse("links:reply", args=[token])))


def test_reopen_takes_the_case_up_again(phone: Phone, cast: Cast, closed: Problem) -> None:
    phone.post("solved", closed.tracking_code, **NO)
    again = services.perform_one(cast.county, ask(closed, Action.REOPEN, reason="居民反映属实"))
    assert (again.state, again.closed_at, again.closed_as, again.reviewed_at) == (State.HANDLING, None, "", None)
    assert (again.contested_at, again.rework_count) == (None, 1)
    assert again.clocks.filter(stage="handle", stopped_at__isnull=True).count() == 1
    assert again.links.filter(revoked_at=None).count() == 1
    html = body(phone.open("progress", closed.tracking_code))
    assert ("重新处理" in html, "居民反映属实" in html, "处理中" in html) == (True, False, True)
    again = bring_back(cast, again)
    assert "真的解决了吗" in body(phone.open("progress", closed.tracking_code))
    assert phone.post("solved", closed.tracking_code, answer="yes").status_code == 302
    again.refresh_from_db()
    assert (again.confirm_count, again.contest_count) == (1, 1)
    assert LOOP.verify() == []


def bring_back(cast: Cast, problem: Problem) -> Problem:
    answered = ask(problem, Action.REPORT_BACK, photos=(make_photo(),), note="再次清理。")
    services.perform_one(cast.liaison, answered)
    services.perform_one(cast.county, ask(problem, Action.PASS_REVIEW))
    return services.perform_one(cast.county, ask(problem, Action.CLOSE))


def refusal(act: Any) -> type[DomainError]:
    with pytest.raises(DomainError) as refused:
        act()
    return refused.type


def test_staff_cannot_speak_for_residents(cast: Cast, closed: Problem) -> None:
    for action in (Action.CONFIRM, Action.CONTEST):
        assert refusal(lambda a=action: services.perform_one(cast.county, ask(closed, a, reason="x"))) is NotYourProblem


def test_flow_takes_a_voice_from_residents_alone(cast: Cast, closed: Problem) -> None:
    command = Command(item_id=closed.pk, action="confirm", happened_at=clock.now())
    outcome = LOOP.apply([command], by=cast.county.actor)[0]
    assert type(outcome.error) is NotAResident


def test_answer_and_reopen_need_a_question(cast: Cast, closed: Problem) -> None:
    for action in (Action.ANSWER, Action.REOPEN):
        act = ask(closed, action, reason="x")
        assert refusal(lambda each=act: services.perform_one(cast.county, each)) is NotContested


def test_reopen_of_what_no_unit_had_is_refused(phone: Phone, cast: Cast) -> None:
    problem = make_problem(cast)
    services.perform_one(cast.inspector, ask(problem, Action.SELF_HANDLE, photos=(make_photo(),), note="扶正。"))
    services.perform_one(cast.county, ask(problem, Action.PASS_REVIEW))
    services.perform_one(cast.county, ask(problem, Action.CLOSE))
    phone.post("solved", problem.tracking_code, **NO)
    reopen = ask(problem, Action.REOPEN, reason="x")
    assert refusal(lambda: services.perform_one(cast.county, reopen)) is NobodyToDispatchTo
    services.perform_one(cast.county, ask(problem, Action.ANSWER, reason="已再看过。"))


def test_detail_offers_the_answer_while_it_is_waited_for(
    client: Client, phone: Phone, cast: Cast, closed: Problem
) -> None:
    as_(client, cast.liaison)
    url = reverse("problems:detail", args=[closed.public_id])
    assert 'id="act-answer"' not in body(client.get(url))
    phone.post("solved", closed.tracking_code, **NO)
    html = body(client.get(url))
    assert ('id="act-answer"' in html, NO["reason"] in html, 'id="act-reopen"' in html) == (True, True, False)


def test_merged_reports_speak_each_for_itself(phone: Phone, cast: Cast) -> None:
    first, second = make_problem(cast), make_problem(cast)
    services.perform_one(cast.county, ask(second, Action.MERGE, into_id=first.pk))
    bring_to(cast, first, Action.CLOSE)
    phone.post("solved", first.tracking_code, answer="yes")
    phone.post("solved", second.tracking_code, **NO)
    first.refresh_from_db()
    assert (first.confirm_count, first.contest_count) == (1, 1)
