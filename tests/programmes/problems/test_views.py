"""The pages of the desk: who may open them, what they show and do, and what they cost."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from PIL import Image

from tests.factories import people
from tests.factories import standards as make_standards
from tests.factories.people import make_acting, make_user
from tests.factories.places import MIDDLE, make_city, make_point
from tests.factories.problems import Cast, ask, bring_to, make_problem
from wenming.foundation.audit.models import AuditRecord
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import Role
from wenming.foundation.people.models import User
from wenming.kernel import clock
from wenming.kernel.ui import nav, userbox
from wenming.programmes.problems import services
from wenming.programmes.problems.enums import Action, Channel, State
from wenming.programmes.problems.models import Problem, ReplyLink
from wenming.programmes.problems.views.export import safe
from wenming.programmes.standards import selectors as standards

pytestmark = pytest.mark.django_db
LISTS = ("problems:list", "problems:inbox", "problems:print")
# With two for the session and the grant.
QUERIES = {"list": 11, "inbox": 6, "map": 5, "point": 11, "detail": 12}
BBOX = {"bbox": "117,29,121,32", "zoom": "9"}


@pytest.fixture(autouse=True)
def _bare_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what is counted in the rail: a list's queries are its own."""
    monkeypatch.setattr(nav, "_entries", {})
    monkeypatch.setattr(userbox, "_provided", {})


def as_(client: Client, acting: Acting) -> Client:
    client.force_login(User.objects.get(pk=acting.user_id))
    return client


def signed_in(client: Client, role: Role = Role.OFFICE, **grant: Any) -> Client:
    user = make_user()
    make_acting(role, user=user, **grant)
    client.force_login(user)
    return client


def url_of(problem: Problem, name: str = "detail") -> str:
    return reverse(f"problems:{name}", args=[problem.public_id])


def post_act(client: Client, problem: Problem, action: Action, **fields: Any) -> Any:
    data = {"action": action.value, "expected_version": problem.version, "key": "k1", **fields}
    return client.post(url_of(problem, "act"), data)


def boxes(*problems: Problem) -> list[str]:
    return [f"{problem.public_id}:{problem.version}" for problem in problems]


def photo(name: str = "a.jpg") -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), (9, 90, 160)).save(buffer, "JPEG")
    return SimpleUploadedFile(name, buffer.getvalue(), "image/jpeg")


# Doors ---------------------------------------------------------------------


@pytest.mark.parametrize("name", [*LISTS, "problems:new", "problems:export"])
def test_open_page_as_a_stranger_leads_to_signing_in(client: Client, name: str) -> None:
    assert client.get(reverse(name)).status_code == 302


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", LISTS)
def test_open_list_as_staff(client: Client, name: str, role: Role) -> None:
    make_problem(Cast())
    assert signed_in(client, role).get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", LISTS)
def test_open_list_from_another_county_shows_nothing(client: Client, name: str) -> None:
    problem = make_problem(Cast(), title="别县看不到")
    signed_in(client, Role.COUNTY, region_code=people.OTHER_COUNTY)
    assert problem.title not in client.get(reverse(name)).content.decode()
    assert client.get(reverse("problems:map"), BBOX).json()["features"] == []


def test_open_problem_of_another_county(client: Client) -> None:
    problem = make_problem(Cast())
    signed_in(client, Role.COUNTY, region_code=people.OTHER_COUNTY)
    assert client.get(url_of(problem)).status_code == 404
    assert post_act(client, problem, Action.DISPATCH).status_code == 404
    assert client.post(url_of(problem, "link")).status_code == 404
    answer = client.post(reverse("problems:bulk"), {"action": "accept", "problem": boxes(problem)})
    assert [row["url"] for row in answer.context["results"]] == [""]
    assert client.get(reverse("problems:map"), {**BBOX, "only": str(problem.public_id)}).status_code == 404


def test_open_point_of_another_county(client: Client) -> None:
    make_city()
    point = make_point()
    signed_in(client, Role.COUNTY, region_code=people.OTHER_COUNTY)
    assert client.get(reverse("problems:point", args=[point.public_id])).status_code == 404


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.LEADER, Role.LIAISON])
def test_export_without_the_permission(client: Client, role: Role) -> None:
    assert signed_in(client, role).get(reverse("problems:export")).status_code == 403


# Lists ---------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 3])
def test_list_costs_the_same_for_more_rows(client: Client, size: int, django_assert_num_queries: Any) -> None:
    cast = Cast()
    for _ in range(size):
        bring_to(cast, make_problem(cast), Action.DISPATCH)
    as_(client, cast.county)
    client.get(reverse("problems:list"))
    with django_assert_num_queries(QUERIES["list"]):
        answer = client.get(reverse("problems:list"))
    assert len(answer.context["rows"]) == size


@pytest.mark.parametrize("size", [1, 3])
def test_inbox_costs_the_same_for_more_rows(client: Client, size: int, django_assert_num_queries: Any) -> None:
    cast = Cast()
    for _ in range(size):
        make_problem(cast)
    as_(client, cast.county)
    client.get(reverse("problems:inbox"))
    with django_assert_num_queries(QUERIES["inbox"]):
        answer = client.get(reverse("problems:inbox"))
    assert sum(len(group["rows"]) for group in answer.context["groups"]) == size


@pytest.mark.parametrize("size", [1, 3])
def test_map_costs_the_same_for_more_rows(client: Client, size: int, django_assert_num_queries: Any) -> None:
    cast = Cast()
    for number in range(size):
        make_problem(cast, lat=30.2 + number / 10, lon=118.3)
    as_(client, cast.county)
    client.get(reverse("problems:map"), BBOX)
    with django_assert_num_queries(QUERIES["map"]):
        answer = client.get(reverse("problems:map"), BBOX)
    assert sum(feature["properties"]["n"] for feature in answer.json()["features"]) == size


@pytest.mark.parametrize("size", [1, 3])
def test_point_costs_the_same_for_more_problems(client: Client, size: int, django_assert_num_queries: Any) -> None:
    make_city()
    cast = Cast()
    point = make_point(territory_id=cast.street.pk)
    for _ in range(size):
        make_problem(cast, point=point)
    as_(client, cast.county)
    url = reverse("problems:point", args=[point.public_id])
    client.get(url)
    with django_assert_num_queries(QUERIES["point"]):
        answer = client.get(url)
    assert len(answer.context["rows"]) == size


@pytest.mark.parametrize("size", [1, 3])
def test_detail_costs_the_same_for_more_events(client: Client, size: int, django_assert_num_queries: Any) -> None:
    cast = Cast()
    problem = bring_to(cast, make_problem(cast), Action.DISPATCH)
    for _ in range(size):
        services.perform_one(cast.county, ask(problem, Action.REMIND, reason="请尽快"))
    as_(client, cast.county)
    client.get(url_of(problem))
    with django_assert_num_queries(QUERIES["detail"]):
        answer = client.get(url_of(problem))
    assert answer.context["events_count"] == size + 2


def _titles(client: Client, query: str) -> set[str]:
    return {row["title"] for row in client.get(f"{reverse('problems:list')}?{query}").context["rows"]}


def test_list_filters_by_what_the_address_says(client: Client) -> None:
    cast = Cast()
    make_problem(cast, title="甲", channel=Channel.HOTLINE)
    bring_to(cast, make_problem(cast, title="乙", lat=30.2, lon=118.2), Action.DISPATCH)
    bring_to(cast, make_problem(cast, title="丙"), Action.CLOSE)
    as_(client, cast.county)
    assert _titles(client, "") == {"甲", "乙"}
    assert _titles(client, "state=all") == {"甲", "乙", "丙"}
    assert _titles(client, "state=closed") == {"丙"}
    assert _titles(client, "channel=hotline") == {"甲"}
    assert _titles(client, f"unit={cast.street.pk}") == {"乙"}
    assert _titles(client, "unlocated=1") == {"甲"}
    assert _titles(client, "q=乙") == {"乙"}
    assert _titles(client, f"region={people.TOWN}") == {"甲", "乙"}
    assert _titles(client, f"region={people.OTHER_TOWN}") == set()
    assert _titles(client, "bbox=118,30,119,31") == {"乙"}


def test_list_shows_late_ones_and_counts_them(client: Client) -> None:
    cast = Cast()
    with clock.set_to(clock.now() - timedelta(days=30)):
        make_problem(cast, title="早")
    make_problem(cast, title="晚")
    as_(client, cast.county)
    answer = client.get(reverse("problems:list"), {"late": "1"})
    assert [row["title"] for row in answer.context["rows"]] == ["早"]
    assert [tab.count for tab in answer.context["tabs"] if tab.is_on] == [1]


def test_list_pages_without_losing_rows(client: Client) -> None:
    cast = Cast()
    made = {make_problem(cast).code for _ in range(53)}
    as_(client, cast.county)
    first = client.get(reverse("problems:list"))
    second = client.get(reverse("problems:list"), {"cursor": first.context["page"].next_cursor})
    seen = [row["code"] for answer in (first, second) for row in answer.context["rows"]]
    assert (len(seen), set(seen)) == (53, made)


@pytest.mark.parametrize(
    "query", ["region=abc", "unit=x", "sort=no", "state=no", "late=", "type=?", "region=000000000000"]
)
def test_list_with_a_senseless_filter_still_opens(client: Client, query: str) -> None:
    assert signed_in(client).get(f"{reverse('problems:list')}?{query}").status_code == 200


def test_list_says_what_to_do_when_there_is_nothing(client: Client) -> None:
    text = signed_in(client).get(reverse("problems:list")).content.decode()
    assert "新发现的问题登记以后会在这里出现" in text
    assert "清空条件" in client.get(reverse("problems:list"), {"q": "没有"}).content.decode()


def test_inbox_puts_the_overdue_first(client: Client) -> None:
    cast = Cast()
    with clock.set_to(clock.now() - timedelta(days=30)):
        make_problem(cast, title="早")
    make_problem(cast, title="晚")
    answer = as_(client, cast.county).get(reverse("problems:inbox"))
    first = answer.context["groups"][0]
    assert (first["key"], [row["title"] for row in first["rows"]]) == ("late", ["早"])


def test_inbox_of_a_liaison_holds_what_his_unit_must_answer(client: Client) -> None:
    cast = Cast()
    make_problem(cast, title="还没派")
    bring_to(cast, make_problem(cast, title="派了"), Action.DISPATCH)
    answer = as_(client, cast.liaison).get(reverse("problems:inbox"))
    rows = [row for group in answer.context["groups"] for row in group["rows"]]
    assert [(row["title"], row["act"]) for row in rows] == [("派了", "签收")]


def test_map_gathers_what_stands_together(client: Client) -> None:
    cast = Cast()
    with clock.set_to(clock.now() - timedelta(days=30)):
        make_problem(cast, lat=30.25, lon=118.25)
    make_problem(cast, lat=30.2501, lon=118.2501)
    as_(client, cast.county)
    together = client.get(reverse("problems:map"), BBOX).json()["features"]
    apart = client.get(reverse("problems:map"), {**BBOX, "zoom": "19"}).json()["features"]
    assert [(each["properties"]["n"], each["properties"]["late"]) for each in together] == [(2, 1)]
    assert sorted(each["properties"]["tone"] for each in apart)[0] == "late"
    assert len(apart) == 2


@pytest.mark.parametrize("query", [{}, {"bbox": "1,2,3", "zoom": "9"}, {"bbox": "117,29,121,32", "zoom": "99"}])
def test_map_with_no_box(client: Client, query: dict[str, str]) -> None:
    assert signed_in(client).get(reverse("problems:map"), query).status_code == 400


def test_print_lists_without_boxes(client: Client) -> None:
    cast = Cast()
    make_problem(cast, title="印出来")
    text = as_(client, cast.county).get(reverse("problems:print")).content.decode()
    assert "印出来" in text
    assert 'type="checkbox"' not in text
    assert cast.county.user_name in text


# Export --------------------------------------------------------------------


def test_export_writes_rows_under_a_mark_and_on_record(client: Client) -> None:
    cast = Cast()
    make_problem(cast, title="=1+1", description="\x0b@SUM(A1)")
    as_(client, cast.county)
    answer = client.get(reverse("problems:export"))
    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)  # type: ignore[union-attr]
    assert cast.county.user_name in str(rows[0][0])
    assert cast.county.unit_name in str(rows[0][0])
    assert rows[1][:3] == ("编号", "问题", "状态")
    assert rows[2][1] == "'=1+1"
    assert rows[2][-1] == "'@SUM(A1)"
    record = AuditRecord.objects.get(action="problems.export")
    assert (record.actor_id, record.after["rows"]) == (str(cast.county.user_id), 1)


def test_export_obeys_the_filters(client: Client) -> None:
    cast = Cast()
    make_problem(cast, title="甲")
    bring_to(cast, make_problem(cast, title="乙"), Action.DISPATCH)
    answer = as_(client, cast.office).get(reverse("problems:export"), {"state": "filed"})
    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)  # type: ignore[union-attr]
    assert [row[1] for row in rows[2:]] == ["甲"]


@pytest.mark.parametrize("text", ["=A1", "+1", "-1", "@x", "\t=1", "\r=1", "  =1"])
def test_safe_neutralises_formulas(text: str) -> None:
    assert safe(text).startswith("'")


@pytest.mark.parametrize("text", ["垃圾桶满溢", "3=3", "", "（=1）"])
def test_safe_leaves_text_alone(text: str) -> None:
    assert safe(text) == text


# Detail and acts -----------------------------------------------------------


def _labels(client: Client, problem: Problem) -> set[Action]:
    return {each.action for each in client.get(url_of(problem)).context["acts"].every}


def test_detail_offers_what_this_person_can_do_now(client: Client) -> None:
    cast = Cast()
    problem = bring_to(cast, make_problem(cast), Action.DISPATCH)
    as_(client, cast.liaison)
    assert _labels(client, problem) == {Action.SIGN, Action.ASK_HANDBACK}
    as_(client, cast.county)
    assert _labels(client, problem) == {Action.REMIND, Action.REDISPATCH, Action.CLOSE_UNFIXED, Action.VOID}
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


def test_act_voids_as_duplicate_of_a_code(client: Client) -> None:
    cast = Cast()
    kept, copy = make_problem(cast), make_problem(cast)
    as_(client, cast.county)
    assert post_act(client, copy, Action.VOID, reason="同一件", duplicate_of="2020-01-01-9999").status_code == 400
    assert post_act(client, copy, Action.VOID, reason="同一件", duplicate_of=kept.code).status_code == 302
    copy.refresh_from_db()
    assert copy.duplicate_of == kept


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


# Intake --------------------------------------------------------------------


def _intake(**fields: Any) -> dict[str, Any]:
    found = clock.local(clock.now() - timedelta(minutes=5))
    return {
        "title": "盲道被占",
        "address": "文昌路口",
        "found_at": f"{found:%Y-%m-%dT%H:%M}",
        "channel": "desk",
        "key": "k1",
        **fields,
    }


def test_intake_files_with_photos_and_leads_to_the_problem(client: Client) -> None:
    make_city()
    make_standards.make_catalogue()
    lat, lon = MIDDLE[people.TOWN]
    signed_in(client, Role.COUNTY)
    fields = _intake(type="E0110 暴露垃圾", lat=lat, lon=lon, photos=[photo(), photo("b.jpg")])
    answer = client.post(reverse("problems:new"), fields)
    problem = Problem.objects.get()
    assert answer["Location"] == f"{url_of(problem)}?done=file"
    assert (problem.town_code, problem.type_code, problem.photos.count()) == (people.TOWN, "E0110", 2)
    assert client.get(answer["Location"]).status_code == 200


def test_intake_twice_with_the_same_key_files_one(client: Client) -> None:
    signed_in(client, Role.COUNTY)
    for _ in range(2):
        assert client.post(reverse("problems:new"), _intake()).status_code == 302
    assert Problem.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"title": ""}, "title"),
        ({"address": ""}, "address"),
        ({"type": "没有这一类"}, "type"),
        ({"point": "没有这个点位"}, "point"),
        ({"lat": "30"}, "lat"),
        ({"found_at": "昨天"}, "found_at"),
    ],
)
def test_intake_says_what_is_wrong_beside_the_field(client: Client, fields: dict[str, str], where: str) -> None:
    answer = signed_in(client, Role.COUNTY).post(reverse("problems:new"), _intake(**fields))
    assert answer.status_code == 400
    assert f'href="#id_{where}"' in answer.content.decode()
    assert Problem.objects.count() == 0


def test_intake_in_the_future(client: Client) -> None:
    later = clock.local(clock.now() + timedelta(days=1))
    answer = signed_in(client).post(reverse("problems:new"), _intake(found_at=f"{later:%Y-%m-%dT%H:%M}"))
    assert answer.status_code == 400
    assert 'href="#id_found_at"' in answer.content.decode()


def test_intake_out_of_reach(client: Client) -> None:
    make_city()
    lat, lon = MIDDLE[people.OTHER_COUNTY]
    answer = signed_in(client, Role.COUNTY).post(reverse("problems:new"), _intake(lat=lat, lon=lon))
    assert answer.status_code == 400
    assert Problem.objects.count() == 0


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.LIAISON, Role.COUNTY, Role.OFFICE])
def test_intake_is_seen_by_who_files_it(client: Client, role: Role) -> None:
    signed_in(client, role)
    answer = client.post(reverse("problems:new"), _intake())
    assert client.get(answer["Location"]).status_code == 200


def test_intake_at_a_point_takes_its_units(client: Client) -> None:
    make_city()
    cast = Cast()
    point = make_point(territory_id=cast.street.pk, department_id=cast.bureau.pk)
    as_(client, cast.county)
    opened = client.get(reverse("problems:new"), {"point": point.code})
    assert opened.context["form"]["point"].value() == f"{point.code} {point.name}"
    client.post(reverse("problems:new"), _intake(point=f"{point.code} {point.name}", address=""))
    problem = Problem.objects.get()
    assert (problem.point, problem.territory, problem.department) == (point, cast.street, cast.bureau)


def test_intake_offers_points_by_a_part_of_the_name(client: Client) -> None:
    make_city()
    make_point(name="人民路与建设路口")
    make_point(name="学士巷")
    text = signed_in(client).get(reverse("problems:point_options"), {"point": "建设"}).content.decode()
    assert "人民路与建设路口" in text
    assert "学士巷" not in text


def test_intake_shows_what_may_be_the_same(client: Client) -> None:
    make_standards.make_catalogue()
    cast = Cast()
    make_problem(cast, title="已有的", type=standards.type_for("E0110"), lat=30.2, lon=118.2)
    as_(client, cast.county)
    near = {"type": "E0110 暴露垃圾", "lat": "30.2003", "lon": "118.2003"}
    assert "已有的" in client.get(reverse("problems:duplicates"), near).content.decode()
    assert "已有的" not in client.get(reverse("problems:duplicates"), {**near, "lat": "30.3"}).content.decode()
    assert client.get(reverse("problems:duplicates"), {"lat": "x"}).status_code == 200


# Points --------------------------------------------------------------------


def test_point_shows_both_units_and_its_history(client: Client) -> None:
    make_city()
    cast = Cast()
    point = make_point(territory_id=cast.street.pk)
    make_problem(cast, point=point, title="在这里")
    text = as_(client, cast.county).get(reverse("problems:point", args=[point.public_id])).content.decode()
    assert cast.street.name in text
    assert "缺主管单位" in text
    assert "在这里" in text
