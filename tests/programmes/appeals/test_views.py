"""The pages of appeals and meetings: who may open them, what they show, what they cost."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import people, places
from tests.factories.appeals import Cast, ask, bring_to, make_appeal, make_meeting
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import ADMINISTRATORS, Role
from wenming.foundation.people.models import User
from wenming.kernel import clock
from wenming.programmes.appeals import services
from wenming.programmes.appeals.enums import Action, SaidBy, Source, State
from wenming.programmes.appeals.models import Appeal, Meeting

pytestmark = pytest.mark.django_db

# With three for the session, the person and the grant.
QUERIES = {"list": 7, "meetings": 4, "answers": 2}


def as_(client: Client, acting: Acting) -> Client:
    client.force_login(User.objects.get(pk=acting.user_id))
    return client


def url_of(appeal: Appeal, name: str = "detail") -> str:
    return reverse(f"appeals:{name}", args=[appeal.public_id])


def post_act(client: Client, appeal: Appeal, action: Action, **fields: Any) -> Any:
    return client.post(
        url_of(appeal, "act"), {"action": action.value, "expected_version": appeal.version, "key": "k", **fields}
    )


def form(**fields: Any) -> dict[str, Any]:
    now = clock.local(clock.now()).strftime("%Y-%m-%dT%H:%M")
    return {"text": "路灯不亮", "source": "visit", "raised_at": now, "key": "a1", **fields}


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("name", QUERIES)
def test_list_costs_the_same_with_one_and_with_three(
    client: Client, django_assert_num_queries: Any, name: str, number: int
) -> None:
    places.make_regions()
    cast = Cast()
    for _each in range(number):
        appeal = bring_to(cast, make_appeal(cast, consents_public=True), Action.ANSWER)
        services.perform_one(cast.county, ask(appeal, Action.PUBLISH, public_text="灯不亮", public_answer="已换。"))
        make_meeting(cast.county, cast.street)
    if name != "answers":
        as_(client, cast.county)
    client.get(reverse(f"appeals:{name}"))
    with django_assert_num_queries(QUERIES[name]):
        assert client.get(reverse(f"appeals:{name}")).status_code == 200


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_administrator_sees_no_appeals(client: Client, role: Role) -> None:
    as_(client, people.make_acting(role))
    assert client.get(reverse("appeals:list")).status_code == 403


def test_list_is_narrowed_by_state_source_words_and_what_waits(client: Client) -> None:
    cast = Cast()
    first = make_appeal(cast, text="井盖松动")
    second = bring_to(cast, make_appeal(cast, source=Source.PHONE, text="垃圾没清"), Action.ASSIGN)
    as_(client, cast.county)

    def shown(query: str) -> list[str]:
        return [row["text"] for row in client.get(reverse("appeals:list") + query).context["rows"]]

    assert shown("") == [second.text, first.text]
    assert shown("?state=raised") == shown("?source=visit") == shown("?q=井盖") == shown("?mine=1") == [first.text]
    assert shown(f"?q={second.code}") == [second.text]
    assert shown("?late=1") == []
    as_(client, cast.liaison)
    assert shown("?mine=1") == [second.text]


def test_note_an_appeal_once_however_often_it_is_sent(client: Client) -> None:
    cast = Cast()
    as_(client, cast.neighbour)
    for _each in range(2):
        answer = client.post(reverse("appeals:new"), form(ground=cast.community.name, consents_public="on"))
        assert answer.status_code == 302
    appeal = Appeal.objects.get()
    assert (appeal.village_code, appeal.consents_public, appeal.source) == (people.TOWN + 1, True, Source.VISIT)
    assert answer.url == url_of(appeal)


def test_note_an_appeal_with_a_number_is_answered_at_the_field(client: Client) -> None:
    cast = Cast()
    as_(client, cast.neighbour)
    answer = client.post(reverse("appeals:new"), form(ground=cast.community.name, text="请打 13800138000"))
    assert (answer.status_code, "#id_text" in answer.content.decode()) == (400, True)
    assert Appeal.objects.count() == 0


def test_note_an_appeal_at_a_place_that_is_not_offered(client: Client) -> None:
    cast, other = Cast(), Cast(county=people.OTHER_COUNTY, town=people.OTHER_TOWN)
    as_(client, cast.county)
    assert client.post(reverse("appeals:new"), form(ground=other.street.name)).status_code == 400


def test_department_that_hears_an_appeal_is_led_back_to_the_form(client: Client) -> None:
    cast = Cast()
    as_(client, cast.official)
    answer = client.post(reverse("appeals:new"), form(ground=cast.community.name))
    assert answer.url == reverse("appeals:new")
    assert client.get(url_of(Appeal.objects.get())).status_code == 404


def test_page_offers_what_this_person_may_do_now(client: Client) -> None:
    cast = Cast()
    appeal = bring_to(cast, make_appeal(cast, consents_public=True), Action.ANSWER)

    def offered(acting: Acting) -> set[str]:
        return {act.action for act in as_(client, acting).get(url_of(appeal)).context["acts"].every}

    assert offered(cast.liaison) == set()
    assert offered(cast.neighbour) == {"say_solved", "say_unsolved"}
    assert offered(cast.county) == {"say_solved", "say_unsolved", "publish"}
    assert "别的单位的人来说" in as_(client, cast.liaison).get(url_of(appeal)).content.decode()


def test_act_by_the_page_from_assigning_to_closing(client: Client) -> None:
    cast = Cast()
    appeal = make_appeal(cast)
    steps: list[tuple[Acting, Action, dict[str, Any]]] = [
        (cast.county, Action.ASSIGN, {"unit": cast.street.pk}),
        (cast.liaison, Action.SIGN, {}),
        (cast.liaison, Action.ANSWER, {"answer": "已换灯。"}),
        (cast.neighbour, Action.SAY_SOLVED, {"said_by": SaidBy.SECOND}),
        (cast.county, Action.CLOSE, {}),
    ]
    for number, (acting, action, fields) in enumerate(steps):
        answer = post_act(as_(client, acting), appeal, action, **{**fields, "key": f"k{number}"})
        assert answer.status_code == 302, action
        appeal.refresh_from_db()
    assert (appeal.state, appeal.said_by) == (State.CLOSED, SaidBy.SECOND)
    page = client.get(url_of(appeal) + "?done=close").content.decode()
    assert "已换灯。" in page
    assert cast.street.name in page


def test_act_that_lacks_something_comes_back_open_with_what_was_typed(client: Client) -> None:
    cast = Cast()
    appeal = bring_to(cast, make_appeal(cast), Action.SIGN)
    as_(client, cast.liaison)
    answer = post_act(client, appeal, Action.ANSWER, answer="")
    assert (answer.status_code, answer.context["failed"].action) == (400, "answer")
    answer = post_act(client, appeal, Action.ANSWER, answer="回电 13800138000")
    assert (answer.status_code, "回电 13800138000" in answer.content.decode()) == (400, True)


def test_act_on_an_older_version_is_a_conflict(client: Client) -> None:
    cast = Cast()
    appeal = make_appeal(cast)
    bring_to(cast, appeal, Action.SIGN)
    answer = post_act(as_(client, cast.county), appeal, Action.VOID, reason="重复")
    assert answer.status_code == 409


def test_act_that_is_none_is_not_found(client: Client) -> None:
    cast = Cast()
    appeal = make_appeal(cast)
    assert as_(client, cast.county).post(url_of(appeal, "act"), {"action": "raise"}).status_code == 404


def test_hand_back_by_a_department_leads_to_the_list(client: Client) -> None:
    cast = Cast()
    appeal = services.perform_one(cast.county, ask(make_appeal(cast), Action.ASSIGN, unit=cast.bureau))
    answer = post_act(as_(client, cast.official), appeal, Action.HAND_BACK, reason="不归我们")
    assert answer.url == reverse("appeals:list")


def test_public_page_tells_nothing_of_the_person(client: Client) -> None:
    cast = Cast()
    appeal = make_appeal(cast, consents_public=True, text="王家门口灯不亮", how_to_reach="楼长知道")
    hidden = bring_to(cast, make_appeal(cast, text="不公开的"), Action.ANSWER)
    appeal = bring_to(cast, appeal, Action.ANSWER)
    services.perform_one(cast.county, ask(appeal, Action.PUBLISH, public_text="楼前灯不亮", public_answer="已换灯。"))
    page = client.get(reverse("appeals:answers")).content.decode()
    assert ("楼前灯不亮" in page, "已换灯。" in page) == (True, True)
    for word in ("王家", "楼长", hidden.text, appeal.code):
        assert word not in page


def test_record_a_meeting_from_a_pasted_sheet(client: Client) -> None:
    cast = Cast()
    as_(client, cast.county)
    fields = {"topic": "意见会", "held_on": "2024-03-05", "key": "m1"}
    wrong = client.post(reverse("appeals:new_meeting"), {**fields, "units": f"{cast.street.name}\n火星街道"})
    assert (wrong.status_code, "火星街道" in str(wrong.context["form"].errors)) == (400, True)
    sheet = f" {cast.street.name}\n\n{cast.community.code}\n"
    for _each in range(2):
        client.post(reverse("appeals:new_meeting"), {**fields, "units": sheet})
    meeting = Meeting.objects.get()
    assert meeting.attendances.count() == 2


def rows(*lines: tuple[str, str]) -> dict[str, str]:
    found = {"row-TOTAL_FORMS": "6", "row-INITIAL_FORMS": "0", "key": "r1"}
    for number, (ground, text) in enumerate(lines):
        found |= {f"row-{number}-ground": ground, f"row-{number}-text": text}
    return found


def test_note_several_lines_under_a_meeting_at_once(client: Client) -> None:
    cast = Cast()
    meeting = make_meeting(cast.county, cast.street)
    address = reverse("appeals:meeting_rows", args=[meeting.public_id])
    as_(client, cast.county)
    lines = [(cast.community.name, "灯不亮"), ("", ""), (cast.street.name, "路不平")]
    for _each in range(2):
        assert client.post(address, rows(*lines)).status_code == 302
    assert sorted(Appeal.objects.values_list("text", "source", "meeting_id")) == [
        ("灯不亮", "meeting", meeting.pk),
        ("路不平", "meeting", meeting.pk),
    ]
    page = client.get(reverse("appeals:meeting", args=[meeting.public_id])).content.decode()
    assert ("灯不亮" in page, cast.street.name in page) == (True, True)


def test_note_lines_with_a_fault_notes_none(client: Client) -> None:
    cast = Cast()
    meeting = make_meeting(cast.county, cast.street)
    address = reverse("appeals:meeting_rows", args=[meeting.public_id])
    as_(client, cast.county)
    answer = client.post(address, rows((cast.community.name, "灯不亮"), ("火星街道", "路不平")))
    assert (answer.status_code, "路不平" in answer.content.decode()) == (400, True)
    assert client.post(address, rows()).status_code == 400
    assert Appeal.objects.count() == 0


def test_correct_the_sheet_on_screen(client: Client) -> None:
    cast = Cast()
    meeting = make_meeting(cast.county, cast.street)
    address = reverse("appeals:attendance", args=[meeting.public_id])
    as_(client, cast.county)
    assert cast.street.name in client.get(address).content.decode()
    assert client.post(address, {"units": cast.community.name}).status_code == 302
    assert [row.unit_id for row in meeting.attendances.all()] == [cast.community.pk]


def test_department_sees_the_meetings_that_it_attended(client: Client) -> None:
    cast = Cast()
    meeting, other = make_meeting(cast.county, cast.bureau), make_meeting(cast.county, cast.street)
    as_(client, cast.official)
    assert [row["topic"] for row in client.get(reverse("appeals:meetings")).context["rows"]] == [meeting.topic]
    assert client.get(reverse("appeals:meeting", args=[other.public_id])).status_code == 404
