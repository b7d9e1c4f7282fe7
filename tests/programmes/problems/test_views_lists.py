"""The lists of the desk: who may open them, what they show, and what they cost."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories import people
from tests.factories.places import make_city, make_point
from tests.factories.problems import Cast, ask, bring_to, make_problem
from tests.programmes.problems.desk import BBOX, LISTS, QUERIES, as_, boxes, post_act, signed_in, url_of
from wenming.foundation.audit.models import AuditRecord
from wenming.foundation.people.enums import WORKING, Role
from wenming.kernel import clock
from wenming.programmes.problems import services
from wenming.programmes.problems.enums import Action, Channel, State
from wenming.programmes.problems.views.export_files import safe

pytestmark = pytest.mark.django_db


# Doors ---------------------------------------------------------------------


@pytest.mark.parametrize("name", [*LISTS, "problems:new", "problems:export"])
def test_open_page_as_a_stranger_leads_to_signing_in(client: Client, name: str) -> None:
    assert client.get(reverse(name)).status_code == 302


@pytest.mark.parametrize("role", WORKING)
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


def taken(answer: Any) -> list[tuple[Any, ...]]:
    """The rows of the file that was handed out, the mark and the headings among them."""
    content = b"".join(answer.streaming_content)
    if answer["Content-Type"].startswith("text/csv"):
        return [tuple(row) for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))]
    return list(load_workbook(io.BytesIO(content)).active.values)  # type: ignore[union-attr]


def export(client: Client, kind: str = "xlsx", query: str = "") -> list[tuple[Any, ...]]:
    return taken(client.post(f"{reverse('problems:export')}{query}", {"reason": "调度会", "format": kind}))


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_export_writes_rows_under_a_mark_and_on_record(client: Client, kind: str) -> None:
    cast = Cast()
    make_problem(cast, title="=1+1", description="\x0b@SUM(A1)")
    as_(client, cast.county)
    rows = export(client, kind, "?state=filed")
    for part in (cast.county.user_name, cast.county.unit_name, State.FILED.label):
        assert str(part) in rows[0][0]
    assert rows[1][:3] == ("编号", "问题", "状态")
    assert rows[2][1] == "'=1+1"
    assert rows[2][-1] == "'@SUM(A1)"
    record = AuditRecord.objects.get(action="problems.export")
    assert record.actor_id == str(cast.county.user_id)
    assert record.after == {"rows": 1, "filters": {"state": "filed"}, "reason": "调度会", "format": kind}


def test_export_writes_the_same_cells_in_both_formats(client: Client) -> None:
    cast = Cast()
    bring_to(cast, make_problem(cast), Action.DISPATCH)
    as_(client, cast.office)
    book = [["" if cell is None else str(cell) for cell in row] for row in export(client, "xlsx")[1:]]
    plain = [
        [f"{cell}:00" if re.fullmatch(r"[-\d]{10} [:\d]{5}", cell) else cell for cell in row]
        for row in export(client, "csv")[1:]
    ]
    assert book == plain


def test_export_without_a_reason_hands_out_nothing(client: Client) -> None:
    cast = Cast()
    make_problem(cast, title="不给看的")
    answer = as_(client, cast.office).post(reverse("problems:export"), {"reason": " ", "format": "csv"})
    assert (answer.status_code, answer.streaming) == (400, False)
    assert list(answer.context["form"].errors) == ["reason"]
    assert "不给看的" not in answer.content.decode()
    assert not AuditRecord.objects.filter(action="problems.export").exists()


@pytest.mark.parametrize("query", ["", "?state=filed", "?state=all", "?q=乙"])
def test_export_has_as_many_rows_as_the_screen_counts(client: Client, query: str) -> None:
    cast = Cast()
    make_problem(cast, title="甲")
    bring_to(cast, make_problem(cast, title="乙"), Action.DISPATCH)
    as_(client, cast.office)
    listed = client.get(f"{reverse('problems:list')}{query}").context
    asked = client.get(f"{reverse('problems:export')}{query}").context
    rows = export(client, query=query)[2:]
    assert len(rows) == listed["count"].number == asked["count"] > 0
    assert {row[1] for row in rows} == {row["title"] for row in listed["rows"]}


def test_export_of_too_many_is_refused(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    cast = Cast()
    make_problem(cast)
    make_problem(cast)
    monkeypatch.setattr("wenming.programmes.problems.views.export.EXPORT_ROWS_MAX", 1)
    as_(client, cast.office)
    answer = client.post(reverse("problems:export"), {"reason": "调度会", "format": "csv"})
    assert (answer.status_code, answer.streaming) == (400, False)
    assert not AuditRecord.objects.filter(action="problems.export").exists()
    assert 'name="reason"' not in client.get(reverse("problems:export")).content.decode()


@pytest.mark.parametrize("size", [1, 3])
def test_export_costs_the_same_for_more_rows(client: Client, size: int, django_assert_num_queries: Any) -> None:
    cast = Cast()
    for _ in range(size):
        make_problem(cast)
    as_(client, cast.county)
    client.get(reverse("problems:export"))
    with django_assert_num_queries(QUERIES["export"]):
        assert len(export(client, "csv")) == size + 2


@pytest.mark.parametrize("text", ["=A1", "+1", "-1", "@x", "\t=1", "\r=1", "  =1"])
def test_safe_neutralises_formulas(text: str) -> None:
    assert safe(text).startswith("'")


@pytest.mark.parametrize("text", ["垃圾桶满溢", "3=3", "", "（=1）"])
def test_safe_leaves_text_alone(text: str) -> None:
    assert safe(text) == text
