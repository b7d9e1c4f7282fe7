"""The desk: what each role finds on it, by when, and what it costs."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import people
from tests.factories import standards as make_standards
from tests.factories.people import make_acting
from tests.factories.places import make_regions
from tests.factories.problems import Cast, ask, bring_to, make_problem
from tests.outputs.desk.casts import HOME, NOW, due, page
from wenming.foundation.people.enums import Role
from wenming.foundation.people.models import User
from wenming.kernel import clock
from wenming.kernel.ui import nav
from wenming.outputs.desk import rows, selectors
from wenming.outputs.desk.selectors import Bucket
from wenming.programmes.problems import services
from wenming.programmes.problems.enums import Action

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize(("role", "place"), [(Role.SECURITY, "people:people"), (Role.AUDITOR, "people:audit")])
def test_desk_of_who_handles_no_problems_is_where_the_work_is(client: Client, role: Role, place: str) -> None:
    client.force_login(User.objects.get(pk=make_acting(role).user_id))
    assert client.get(HOME)["Location"] == reverse(place)


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.SECURITY, Role.AUDITOR)])
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
    assert re.findall(r'class="fig__value" href="[^"]*">([^<]+)<', html) == ["—", "—", "—", "—", "0"]


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


QUERIES = {Role.OFFICE: 10, Role.LEADER: 7, Role.LIAISON: 5}


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
