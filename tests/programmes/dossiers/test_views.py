"""The pages of dossiers and of the chain: who may open them, what they show, what they cost."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.factories import people
from tests.factories.dossiers import House, ask, make_dossier, sign, submit
from wenming.foundation.files.models import StoredFile
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import Role
from wenming.foundation.people.models import User
from wenming.programmes.dossiers import services
from wenming.programmes.dossiers.chain import BROUGHT, ChainStep
from wenming.programmes.dossiers.enums import Action, State
from wenming.programmes.dossiers.models import Dossier, DossierPaper

pytestmark = pytest.mark.django_db


def as_(client: Client, acting: Acting) -> Client:
    client.force_login(User.objects.get(pk=acting.user_id))
    return client


def url_of(dossier: Dossier, name: str = "detail") -> str:
    return reverse(f"dossiers:{name}", args=[dossier.public_id])


def post_act(client: Client, dossier: Dossier, action: Action, **fields: Any) -> Any:
    data = {"action": action.value, "expected_version": dossier.version, "key": "k", **fields}
    return client.post(url_of(dossier, "act"), data)


def paper(name: str = "佐证.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "会议记录已补齐".encode(), "text/plain")


@pytest.mark.parametrize("number", [1, 3])
def test_list_costs_the_same_with_one_and_with_three(
    client: Client, django_assert_num_queries: Any, number: int
) -> None:
    house = House()
    for _each in range(number):
        make_dossier(house)
    as_(client, house.leader).get(reverse("dossiers:list"))
    with django_assert_num_queries(6):
        assert client.get(reverse("dossiers:list")).status_code == 200


@pytest.mark.parametrize("role", [Role.COUNTY, Role.LIAISON, Role.ADMINISTRATOR])
def test_list_is_refused_outside_the_house_or_empty(client: Client, role: Role) -> None:
    make_dossier(House())
    assert as_(client, people.make_acting(role)).get(reverse("dossiers:list")).status_code == 403


def test_list_is_narrowed_by_words_and_state(client: Client) -> None:
    house = House()
    first, second = make_dossier(house, issue="记录不全"), submit(house, make_dossier(house, issue="公车台账"))
    as_(client, house.keeper)

    def shown(query: str) -> list[str]:
        return [row["issue"] for row in client.get(reverse("dossiers:list") + query).context["rows"]]

    assert sorted(shown("")) == sorted(shown("?state=open")) == sorted([first.issue, second.issue])
    assert shown("?state=submitted") == shown("?q=公车") == [second.issue]
    assert sorted(shown("?late=1")) == sorted([first.issue, second.issue])


def test_open_a_dossier_once_however_often_it_is_sent(client: Client) -> None:
    house = House()
    as_(client, house.keeper)
    fields = {
        "issue": "记录不全",
        "source": "巡察反馈",
        "owner": house.section.pk,
        "found_on": "2024-03-05",
        "due_on": "2024-09-30",
        "key": "a",
    }
    for _each in range(2):
        assert client.post(reverse("dossiers:new"), fields).status_code == 302
    assert Dossier.objects.get().owner_id == house.section.pk
    wrong = client.post(reverse("dossiers:new"), {**fields, "due_on": "2024-01-01", "key": "b"})
    assert (wrong.status_code, "#id_due_on" in wrong.content.decode()) == (400, True)
    assert as_(client, house.author).get(reverse("dossiers:new")).status_code == 403


def test_act_by_the_page_from_measures_to_cancelling(client: Client) -> None:
    house = House()
    dossier = make_dossier(house)
    steps: list[tuple[Acting, Action, dict[str, Any]]] = [
        (house.author, Action.PLAN, {"measures": "补齐记录"}),
        (house.author, Action.SUBMIT, {"result": "已补齐", "paper": paper()}),
        (house.keeper, Action.SIGN, {}),
        (house.leader, Action.SIGN, {}),
        (house.keeper, Action.CANCEL, {}),
    ]
    for number, (acting, action, fields) in enumerate(steps):
        answer = post_act(as_(client, acting), dossier, action, **{**fields, "key": f"k{number}"})
        assert answer.status_code == 302, action
        dossier.refresh_from_db()
    assert dossier.state == State.CANCELLED
    page = client.get(url_of(dossier) + "?done=cancel").content.decode()
    for words in ("已补齐", "佐证.txt", BROUGHT[0].name, house.creation.name):
        assert words in page


def test_paper_is_stored_only_for_who_may_submit(client: Client) -> None:
    house = House()
    dossier = make_dossier(house)
    answer = post_act(as_(client, house.keeper), dossier, Action.SUBMIT, result="x", paper=paper())
    assert (answer.status_code, StoredFile.objects.count(), DossierPaper.objects.count()) == (403, 0, 0)


def test_page_offers_what_this_person_may_do_now(client: Client) -> None:
    house = House()
    dossier = submit(house, make_dossier(house))

    def offered(acting: Acting) -> set[str]:
        return {act.action for act in as_(client, acting).get(url_of(dossier)).context["acts"].every}

    assert (offered(house.author), offered(house.leader)) == (set(), set())
    assert offered(house.keeper) == {"sign", "return"}
    dossier = sign(dossier, house.keeper)
    assert (offered(house.keeper), offered(house.leader)) == (set(), {"sign", "return"})
    sign(dossier, house.leader)
    assert (offered(house.keeper), offered(house.leader)) == ({"cancel"}, {"return"})


def test_act_that_lacks_something_comes_back_open(client: Client) -> None:
    house = House()
    dossier = make_dossier(house)
    answer = post_act(as_(client, house.author), dossier, Action.PLAN, measures="")
    assert (answer.status_code, answer.context["failed"].action) == (400, "plan")
    assert post_act(client, dossier, Action.OPEN).status_code == 404


def test_act_out_of_turn_says_whose_turn_it_is(client: Client) -> None:
    house = House()
    dossier = submit(house, make_dossier(house))
    answer = post_act(as_(client, house.leader), dossier, Action.SIGN)
    assert (answer.status_code, BROUGHT[0].name in str(answer.context["error"])) == (403, True)


def chain_fields(*steps: tuple[str, str, str], expected: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = {"note": "办公会", "expected": expected}
    for index in range(6):
        name, role, unit = steps[index] if index < len(steps) else ("", "office", "")
        found |= {f"name_{index}": name, f"role_{index}": role, f"unit_{index}": unit}
    return found


def test_set_the_chain_and_bring_it_back(client: Client) -> None:
    house = House()
    as_(client, house.keeper)
    steps = (("初核", "author", str(house.section.pk)), ("签批", "leader", ""))
    assert client.post(reverse("dossiers:chain"), chain_fields(*steps)).status_code == 302
    assert services.house_chain() == (
        ChainStep("初核", Role.AUTHOR, house.section.pk),
        ChainStep("签批", Role.LEADER),
    )
    page = client.get(reverse("dossiers:chain")).content.decode()
    assert ("初核" in page, "办公会" in page) == (True, True)
    stale = client.post(reverse("dossiers:chain"), chain_fields(*steps, expected=1))
    assert stale.status_code == 409
    client.post(reverse("dossiers:restore_chain"), {"number": 1, "expected": 2})
    assert services.house_chain() == BROUGHT


def test_chain_without_a_first_step_is_answered_at_the_field(client: Client) -> None:
    as_(client, House().keeper)
    answer = client.post(reverse("dossiers:chain"), chain_fields())
    assert (answer.status_code, "#id_name_0" in answer.content.decode()) == (400, True)


def test_chain_is_set_by_the_office_alone(client: Client) -> None:
    house = House()
    for acting in (house.leader, house.author, people.make_acting(Role.COUNTY)):
        assert as_(client, acting).get(reverse("dossiers:chain")).status_code == 403


def test_perform_says_each_refusal_and_carries_out_the_rest() -> None:
    house = House()
    first, second = make_dossier(house), submit(house, make_dossier(house))
    outcomes = services.perform(house.keeper, [ask(each, Action.VOID, reason="重复") for each in (first, second)])
    assert [outcome.is_done for outcome in outcomes] == [True, False]
