"""The desk: what each role finds on it, by when, and what it costs."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import people
from tests.factories import standards as make_standards
from tests.factories.people import make_acting
from tests.factories.places import make_city, make_point, make_regions
from tests.factories.problems import Cast, ask, bring_to, make_problem
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import Role
from wenming.foundation.people.models import User
from wenming.foundation.places.models import Boundary
from wenming.kernel import clock
from wenming.kernel.regions import RegionLevel
from wenming.kernel.ui import nav, userbox
from wenming.outputs.desk import figures, rows, selectors
from wenming.outputs.desk.selectors import Bucket
from wenming.programmes.problems import services
from wenming.programmes.problems.enums import Action
from wenming.programmes.problems.models import Problem

pytestmark = pytest.mark.django_db
# Tuesday 24 November 2026, 10:00 in Shanghai.
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
HOME = "/desk/"


@pytest.fixture(autouse=True)
def _tuesday() -> Iterator[None]:
    with clock.set_to(NOW):
        yield


@pytest.fixture(autouse=True)
def _bare_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what other apps count in the rail: a page's queries are its own."""
    monkeypatch.setattr(nav, "_entries", {e.key: e for e in nav.entries() if e.key.startswith("desk.")})
    monkeypatch.setattr(userbox, "_provided", {})


def page(client: Client, acting: Acting) -> str:
    client.force_login(User.objects.get(pk=acting.user_id))
    response = client.get(HOME)
    assert response.status_code == 200
    return response.content.decode()


def due(problem: Problem, at: datetime | None) -> Problem:
    Problem.objects.filter(pk=problem.pk).update(due_at=at)
    return problem


def title_of(html: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", html)
    assert found is not None
    return found[1]


def heads(html: str) -> list[tuple[str, int]]:
    found = re.findall(r'id="todo-\w+">([^<]+)<span class="count">(\d+)</span>', html)
    return [(label, int(total)) for label, total in found]


# Doors ---------------------------------------------------------------------


def test_open_desk_as_a_stranger_leads_to_signing_in(client: Client) -> None:
    response = client.get(HOME)
    assert (response.status_code, response["Location"]) == (302, "/sign-in/?next=/desk/")


@pytest.mark.parametrize("role", list(Role))
def test_open_desk_with_nothing_on_it(client: Client, role: Role) -> None:
    html = page(client, make_acting(role))
    assert html.count('class="empty"') == (1 if role in (Role.INSPECTOR, Role.LIAISON) else 2)
    assert "data-key-row" not in html


def test_desk_is_the_first_item_of_the_rail(client: Client) -> None:
    html = page(client, make_acting(Role.OFFICE))
    assert 'href="/desk/" aria-current="page" title="工作台"' in html
    assert min(nav.entries(), key=lambda entry: entry.order).key == "desk.home"


def test_home_leads_to_the_desk(client: Client) -> None:
    assert client.get("/")["Location"] == HOME


# By deadline ---------------------------------------------------------------


def shanghai(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=clock.SHANGHAI)


def test_group_by_deadline_at_the_edges() -> None:
    cast = Cast()
    wanted = {
        Bucket.LATE: (shanghai(23, 12), shanghai(24, 9, 59)),
        Bucket.TODAY: (NOW, shanghai(24, 23, 59)),
        Bucket.WEEK: (shanghai(25, 0), shanghai(29, 23, 59)),
        Bucket.LATER: (shanghai(30, 0), None),
    }
    made = {bucket: [due(make_problem(cast), at).code for at in each] for bucket, each in wanted.items()}
    found = selectors.groups(cast.office, now=NOW)
    assert {group.bucket: [row["code"] for row in group.rows] for group in found} == made


def test_group_on_a_sunday_has_no_rest_of_the_week() -> None:
    cast = Cast()
    due(make_problem(cast), shanghai(29, 20))
    due(make_problem(cast), shanghai(30, 8))
    found = selectors.groups(cast.office, now=shanghai(29, 9))
    assert [(group.bucket, group.total) for group in found] == [(Bucket.TODAY, 1), (Bucket.LATER, 1)]


def test_group_shows_the_most_overdue_and_counts_the_rest() -> None:
    cast = Cast()
    made = [due(make_problem(cast), NOW - timedelta(hours=n)).code for n in range(1, selectors.ROWS_A_GROUP + 3)]
    [late] = selectors.groups(cast.office, now=NOW)
    assert late.total == selectors.ROWS_A_GROUP + 2
    assert [row["code"] for row in late.rows] == made[:1:-1]


def test_home_says_what_today_asks(client: Client) -> None:
    cast = Cast()
    for at in (NOW - timedelta(hours=2), shanghai(24, 11, 30), shanghai(26, 9), shanghai(30, 9)):
        due(make_problem(cast), at)
    html = page(client, cast.office)
    assert title_of(html) == "今天 2 件要办，其中 1 件已超期"
    assert f"11 月 24 日 星期二 · {cast.office.unit_name}" in html
    assert heads(html) == [("已超期", 1), ("今天到期", 1), ("本周", 1), ("以后", 1)]
    for words in ("超 2 小时", "11:30 前", "周四", "11 月 30 日"):
        assert f">{words}</span>" in html


@pytest.mark.parametrize(
    ("hours", "words"), [(-1, "超 1 小时"), (-30, "超 1 天 6 小时"), (-50, "超 2 天"), (-24 * 90 - 3, "超 90 天")]
)
def test_due_words_of_what_is_late(hours: int, words: str) -> None:
    assert rows.due_words(NOW + timedelta(hours=hours), Bucket.LATE, NOW).text == words


def test_due_words_without_a_deadline() -> None:
    assert rows.due_words(None, Bucket.LATER, NOW).text == "没有时限"


def test_headline_when_nothing_falls_due(client: Client) -> None:
    cast = Cast()
    due(make_problem(cast), shanghai(27, 9))
    assert title_of(page(client, cast.office)) == "今天没有到期的事"


# Rows ----------------------------------------------------------------------


def test_row_names_the_act_and_leads_to_the_problem(client: Client) -> None:
    cast = Cast()
    problem = bring_to(cast, make_problem(cast, title="护栏破损"), Action.REPORT_BACK)
    html = page(client, cast.county)
    url = reverse("problems:detail", args=[problem.public_id])
    assert f'href="{url}" title="护栏破损"' in html
    assert f'href="{url}" aria-label="去审核 {problem.code}">去审核</a>' in html
    assert f'title="{cast.street.name} / {cast.bureau.name}">{cast.street.name}</span>' in html


def test_row_with_a_request_asks_for_an_answer(client: Client) -> None:
    cast = Cast()
    problem = bring_to(cast, make_problem(cast), Action.SIGN)
    services.perform_one(cast.liaison, ask(problem, Action.ASK_HANDBACK, reason="不归本单位管"))
    html = page(client, cast.county)
    assert "申请退单</span>" in html
    assert ">去答复</a>" in html


def test_more_rows_than_shown_lead_to_the_inbox(client: Client) -> None:
    cast = Cast()
    for _n in range(selectors.ROWS_A_GROUP + 1):
        due(make_problem(cast), NOW - timedelta(hours=1))
    html = page(client, cast.office)
    assert html.count("data-key-row") == selectors.ROWS_A_GROUP
    assert f'href="{reverse("problems:inbox")}">还有 1 件' in html


# Scope ---------------------------------------------------------------------


def test_foreign_county_finds_nothing_of_it(client: Client) -> None:
    due(make_problem(Cast(), title="别县看不到"), NOW - timedelta(days=1))
    other = make_acting(Role.COUNTY, region_code=people.OTHER_COUNTY)
    html = page(client, other)
    assert "别县看不到" not in html
    assert title_of(html) == "今天没有到期的事"
    assert "<small>件</small>" in html
    assert re.findall(r'class="fig__value" href="[^"]*">([^<]+)<', html) == ["—", "—", "—", "0"]


def test_liaison_finds_what_his_unit_must_answer(client: Client) -> None:
    cast = Cast()
    mine = bring_to(cast, make_problem(cast, title="本街道的"), Action.DISPATCH)
    make_problem(cast, title="还没有派遣的")
    foreign = Cast(county=people.OTHER_COUNTY, town=people.OTHER_TOWN)
    bring_to(foreign, make_problem(foreign, title="别的街道的"), Action.DISPATCH)
    html = page(client, cast.liaison)
    assert ">去签收</a>" in html
    assert [name in html for name in ("本街道的", "还没有派遣的", "别的街道的")] == [True, False, False]
    # His own unit leads; who stands beside it is the news.
    assert f'title="{cast.street.name} / {cast.bureau.name}">{cast.bureau.name}</span>' in html
    assert mine.lead_id == cast.street.pk


def test_inspector_finds_what_he_found(client: Client) -> None:
    cast = Cast()
    make_problem(cast, title="本人登记的")
    other = Cast()
    make_problem(other, title="同事登记的")
    html = page(client, cast.inspector)
    assert [name in html for name in ("本人登记的", "同事登记的")] == [True, False]
    assert title_of(html) == "发现的还有 1 件没办结"
    assert f'href="{reverse("problems:new")}"' in html


def test_leader_reads_figures_first_and_only_what_presses(client: Client) -> None:
    cast = Cast()
    due(make_problem(cast, title="超期的"), NOW - timedelta(days=1))
    due(make_problem(cast, title="下周的"), shanghai(30, 9))
    html = page(client, make_acting(Role.LEADER))
    assert html.index('id="month"') < html.index('id="todo-late"')
    assert [name in html for name in ("超期的", "下周的")] == [True, False]
    assert title_of(html) == "2 件没有结案，其中 1 件已超期"
    assert f'href="{reverse("problems:new")}"' not in html


def test_office_does_before_it_reads(client: Client) -> None:
    cast = Cast()
    due(make_problem(cast), NOW - timedelta(days=1))
    html = page(client, cast.office)
    assert html.index('id="todo-late"') < html.index('id="month"')


# Figures -------------------------------------------------------------------


def test_figures_say_what_they_divide_and_lead_to_their_rows(client: Client) -> None:
    cast = Cast()
    for _n in range(3):
        make_problem(cast)
    bring_to(cast, make_problem(cast), Action.PASS_REVIEW)
    html = page(client, cast.office)
    shown = re.findall(r'class="fig__value" href="([^"]+)">([^<]+)<', html)
    assert shown == [
        ("/figures/problems.rectification_rate/?period=2026-11", "25.00"),
        ("/figures/problems.on_time_rate/?period=2026-11", "100.00"),
        ("/figures/problems.reported_rate/?period=2026-11", "25.00"),
        ("/figures/problems.found/?period=2026-11", "4"),
    ]
    assert re.findall(r'class="fig__ratio">([^<]*)<', html) == ["1 / 4 件", "1 / 1 件", "1 / 4 件", ""]
    assert html.count("截至今天 10:00") >= 4
    assert "目标 90%，还没有达到" in html


def test_figures_of_a_county_count_its_own(client: Client) -> None:
    here, there = Cast(), Cast(county=people.OTHER_COUNTY, town=people.OTHER_TOWN)
    make_problem(here)
    make_problem(there)
    make_problem(there)
    counts = [
        re.findall(r'problems\.found/\?period=2026-11">(\d+)<', page(Client(), each))
        for each in (here.county, there.county, here.office)
    ]
    assert counts == [["1"], ["2"], ["3"]]


def test_figures_are_of_the_month_in_shanghai() -> None:
    assert figures.month_of(datetime(2026, 11, 30, 15, 59, tzinfo=UTC)).label == "2026-11"
    assert figures.month_of(datetime(2026, 11, 30, 16, tzinfo=UTC)).label == "2026-12"


# Where ---------------------------------------------------------------------


def test_where_late_compares_places_within_their_kind(client: Client) -> None:
    make_regions()
    cast = Cast()
    for _n in range(2):
        due(make_problem(cast), NOW - timedelta(days=1))
    found = selectors.where_late(cast.office, now=NOW)
    assert found is not None
    assert [(kind, [(each.name, each.count) for each in late]) for kind, late in found.kinds] == [
        ("district", [("澄溪区", 2), ("柳浦县", 0)])
    ]
    assert (found.total, found.most, found.unplaced, found.quiet) == (2, 2, 0, 0)
    html = page(client, cast.office)
    assert f'href="{reverse("problems:list")}?late=1&amp;region={people.COUNTY}"' in html


def test_where_late_of_a_county_is_by_town() -> None:
    make_regions()
    cast, foreign = Cast(), Cast(county=people.OTHER_COUNTY, town=people.OTHER_TOWN)
    due(make_problem(cast), NOW - timedelta(days=1))
    due(make_problem(foreign), NOW - timedelta(days=1))
    found = selectors.where_late(cast.county, now=NOW)
    assert found is not None
    assert found.total == 1
    assert [[each.name for each in late] for _kind, late in found.kinds] == [["文昌街道", "鼓楼街道"]]


def test_where_late_counts_what_lies_nowhere() -> None:
    make_regions()
    cast = Cast()
    due(make_problem(cast, region_code=None), NOW - timedelta(days=1))
    found = selectors.where_late(cast.office, now=NOW)
    assert found is not None
    assert (found.total, found.unplaced, found.most) == (1, 1, 0)


@pytest.mark.parametrize("role", [Role.LIAISON, Role.INSPECTOR])
def test_where_late_is_not_for_who_answers_for_himself(role: Role) -> None:
    assert selectors.where_late(make_acting(role), now=NOW) is None


@pytest.mark.parametrize(
    ("code", "level", "kind"),
    [
        (349902000000, RegionLevel.COUNTY, "district"),
        (349920000000, RegionLevel.COUNTY, "district"),
        (349921000000, RegionLevel.COUNTY, "county"),
        (349981000000, RegionLevel.COUNTY, "county"),
        (349902001000, RegionLevel.TOWN, "street"),
        (349902099000, RegionLevel.TOWN, "street"),
        (349902100000, RegionLevel.TOWN, "town"),
        (349902200000, RegionLevel.TOWN, "town"),
    ],
)
def test_kind_of_a_place_by_its_code(code: int, level: RegionLevel, kind: str) -> None:
    assert selectors.kind_of(code, level) == kind


# Gaps and lacks ------------------------------------------------------------


def test_gaps_lead_to_the_matrix(client: Client) -> None:
    make_standards.make_standard()
    make_point(type_key="主次干道")
    html = page(client, make_acting(Role.OFFICE))
    assert f'href="{reverse("standards:matrix")}?gaps=1">1 个点位没有属地单位</a>' in html
    assert "共 1 个点位" in html


def test_gaps_are_not_for_a_liaison(client: Client) -> None:
    make_standards.make_standard()
    make_point(type_key="主次干道")
    assert "点位没有属地单位" not in page(client, make_acting(Role.LIAISON))


def test_lacks_of_an_empty_installation(client: Client) -> None:
    found = selectors.lacks(now=NOW)
    assert (found.has_no_regions, found.counties_without_boundary, found.has_no_standard) == (True, 0, True)
    html = page(client, make_acting(Role.ADMINISTRATOR))
    assert "还没有导入行政区划" in html
    assert "还没有导入行政区划" not in page(client, make_acting(Role.OFFICE))


def test_lacks_count_counties_without_boundary() -> None:
    make_regions()
    assert selectors.lacks(now=NOW).counties_without_boundary == 2
    make_city()
    assert selectors.lacks(now=NOW).counties_without_boundary == 0
    Boundary.objects.filter(code=people.COUNTY).delete()
    assert selectors.lacks(now=NOW).counties_without_boundary == 1


@pytest.mark.parametrize(
    ("at", "year"),
    [(datetime(2026, 10, 31, tzinfo=UTC), None), (NOW, 2027), (datetime(2027, 3, 1, tzinfo=UTC), 2027)],
)
def test_lacks_name_the_year_without_a_calendar(at: datetime, year: int | None) -> None:
    assert selectors.lacks(now=at).no_calendar_for == year


# Search, keys, cost --------------------------------------------------------


def test_search_goes_to_the_list_and_looks_at_closed_ones_too(client: Client) -> None:
    cast = Cast()
    bring_to(cast, make_problem(cast, title="学府路井盖松动"), Action.CLOSE)
    html = page(client, cast.office)
    assert f'action="{reverse("problems:list")}"' in html
    fields = dict(re.findall(r'<input type="hidden" name="(state)" value="(\w+)"', html))
    answer = client.get(reverse("problems:list"), {**fields, "q": "学府路"})
    assert "学府路井盖松动" in answer.content.decode()


def test_keys_walk_the_rows(client: Client) -> None:
    cast = Cast()
    make_problem(cast)
    html = page(client, cast.office)
    assert html.count("data-key-row") == 1
    assert 'class="page" data-keys' in html
    assert html.count("data-key-search") == 1
    assert 'data-key="n"' in html


QUERIES = {Role.OFFICE: 13, Role.LEADER: 10, Role.LIAISON: 8, Role.ADMINISTRATOR: 18}


@pytest.mark.parametrize("role", list(QUERIES))
@pytest.mark.parametrize("count", [1, 3])
def test_home_costs_the_same_with_more_rows(client: Client, role: Role, count: int) -> None:
    make_regions()
    make_standards.make_standard()
    cast = Cast()
    for _n in range(count):
        due(bring_to(cast, make_problem(cast), Action.DISPATCH), NOW - timedelta(days=1))
        due(make_problem(cast), NOW - timedelta(days=1))
    acting = cast.liaison if role is Role.LIAISON else make_acting(role)
    page(client, acting)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(HOME).content.decode().count("data-key-row") >= count
    assert len(caught) == QUERIES[role]


def test_home_in_english_says_the_day(client: Client) -> None:
    cast = Cast()
    due(make_problem(cast), NOW - timedelta(hours=2))
    client.cookies["django_language"] = "en"
    html = page(client, cast.office)
    assert title_of(html) == "1 to do today, 1 of them overdue"
