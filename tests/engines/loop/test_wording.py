"""The office's own words: said everywhere at once, seen before, taken back, never two alike."""

from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from tests.factories.people import make_acting, make_user
from tests.factories.problems import Cast, make_problem
from wenming.engines.loop import flow, wording
from wenming.engines.loop.errors import WordsUnusable
from wenming.engines.loop.flow import Flow
from wenming.foundation.people.enums import Role
from wenming.foundation.revisions import selectors as revisions
from wenming.foundation.revisions.errors import RevisionStale
from wenming.kernel.actors import SYSTEM
from wenming.programmes.problems.enums import Action, State

pytestmark = pytest.mark.django_db
URL = "/flows/problems/words/"


@pytest.fixture(autouse=True)
def house_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this process knows is put back, so that no other test hears of it."""
    monkeypatch.setattr(wording._Held, "by_flow", {})
    monkeypatch.setattr(wording._Held, "read_at", None)


@pytest.fixture
def problems() -> Flow:
    return flow.named("problems")


def set_words(problems: Flow, expected: int = 0, **chinese: str) -> None:
    words = {"zh-hans": {key.replace("_", ".", 1): word for key, word in chinese.items()}, "en": {}}
    wording.set_words(problems, words, note="", expected=expected, by=SYSTEM)
    wording.refresh()


def held() -> Any:
    return revisions.body(wording.KIND, "problems") or {}


def signed_in(client: Client, role: Role = Role.OFFICE) -> Client:
    user = make_user()
    make_acting(role, user=user)
    client.force_login(user)
    return client


def test_set_words_are_said_wherever_the_word_stands(problems: Flow, client: Client) -> None:
    label = Action.DISPATCH.label
    set_words(problems, action_dispatch="交办", state_filed="待交办", stage_dispatch="交办时段")
    assert str(label) == "交办"
    assert str(problems.states[State.FILED].label) == "待交办"
    assert str(problems.stages["dispatch"]) == "交办时段"
    assert "交办" in problems.possible_from(State.FILED)
    with override("en"):
        assert str(label) == "Dispatch"
    make_problem(Cast())
    signed_in(client)
    assert "待交办" in client.get("/problems/").content.decode()
    assert "待派遣" not in client.get("/problems/").content.decode()


def test_set_words_keep_what_the_house_says_beside(problems: Flow) -> None:
    set_words(problems, action_dispatch="交办")
    term = next(each for each in wording.terms(problems, held()) if each.key == "action.dispatch")
    assert (term.house["zh-hans"], term.own["zh-hans"], term.own["en"]) == ("派遣", "交办", "")


@pytest.mark.parametrize(
    "words",
    [
        {"action_dispatch": "签收"},
        {"action_dispatch": "长" * 25},
        {"action_dispatch": "交\n办"},
        {"action_explode": "爆炸"},
        {"state_filed": "办", "state_dispatched": "办"},
    ],
)
def test_set_words_that_cannot_be_told_apart_or_are_none(problems: Flow, words: dict[str, str]) -> None:
    with pytest.raises(WordsUnusable):
        set_words(problems, **words)
    assert held() == {}


def test_set_words_may_swap_two(problems: Flow) -> None:
    set_words(problems, action_dispatch="签收", action_sign="派遣")
    assert (str(Action.DISPATCH.label), str(Action.SIGN.label)) == ("签收", "派遣")


def test_set_words_that_somebody_else_changed(problems: Flow) -> None:
    set_words(problems, action_dispatch="交办")
    with pytest.raises(RevisionStale):
        set_words(problems, action_dispatch="派发")


def test_restore_words_takes_the_change_back(problems: Flow) -> None:
    set_words(problems, action_dispatch="交办")
    wording.restore_words(problems, 1, expected=2, by=SYSTEM)
    wording.refresh()
    assert str(Action.DISPATCH.label) == "派遣"


def test_refresh_if_old_reads_once_in_its_time(problems: Flow, settings: Any, django_assert_num_queries: Any) -> None:
    settings.WORDS_REFRESH_SECONDS = 1_000
    with django_assert_num_queries(1):
        wording.refresh_if_old()
        wording.refresh_if_old()
    settings.WORDS_REFRESH_SECONDS = 0
    with django_assert_num_queries(2):
        wording.refresh_if_old()
        wording.refresh_if_old()


def test_liveness_asks_no_database_for_words(client: Client, settings: Any, django_assert_num_queries: Any) -> None:
    settings.WORDS_REFRESH_SECONDS = 0
    with django_assert_num_queries(0):
        assert client.get("/-/alive").status_code == 200
    with django_assert_num_queries(1):
        client.get("/sign-in/")


def test_words_page_shows_the_change_then_saves_it(client: Client) -> None:
    signed_in(client)
    assert client.get(URL).status_code == 200
    given = {"action-dispatch-zh-hans": "交办", "expected": "0", "note": "第 3 次主任办公会"}
    seen = client.post(URL, given)
    assert [(each.before, each.after) for each in seen.context["changes"]] == [("派遣", "交办")]
    assert held() == {}
    assert client.post(URL, {**given, "save": "1"}).status_code == 302
    assert held()["zh-hans"] == {"action.dispatch": "交办"}
    page = client.get(URL)
    assert "第 3 次主任办公会" in page.content.decode()
    assert client.post(f"{URL}restore/", {"number": "1", "expected": "2"}).status_code == 302
    assert held() == {}


def test_words_page_says_what_is_wrong(client: Client) -> None:
    signed_in(client)
    answer = client.post(URL, {"action-dispatch-zh-hans": "签收", "expected": "0"})
    assert answer.status_code == 400
    assert "签收" in answer.content.decode()


@pytest.mark.parametrize("role", [Role.COUNTY, Role.LIAISON, Role.INSPECTOR])
def test_words_page_is_the_offices(client: Client, role: Role) -> None:
    signed_in(client, role)
    assert client.get(URL).status_code == 403
