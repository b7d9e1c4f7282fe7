"""Named filters of the list: one's own, those of a role, and the one that the list opens with."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from tests.factories import people
from tests.factories.problems import Cast, make_problem
from tests.programmes.problems.desk import QUERIES, as_
from wenming.foundation.audit.models import AuditRecord
from wenming.foundation.people.enums import Role
from wenming.kernel import clock
from wenming.kernel.errors import Refused
from wenming.programmes.problems.errors import TooManyViews, ViewMissing, ViewNameMissing, ViewNameTaken
from wenming.programmes.problems.models import SavedView
from wenming.programmes.problems.services import saved
from wenming.programmes.problems.views.filtering import words_of
from wenming.programmes.problems.views.saved import canonical

pytestmark = pytest.mark.django_db

LIST = "problems:list"
VIEWS = "problems:views"


def names(client: Client) -> list[str]:
    return [each["name"] for each in client.get(reverse(LIST), {"state": "all"}).context["views"]]


def do(client: Client, view: SavedView, what: str, **more: Any) -> Any:
    return client.post(reverse(VIEWS), {"do": what, "view": str(view.public_id), **more})


# The verbs -----------------------------------------------------------------


def test_save_under_a_name_twice_replaces_the_filters() -> None:
    acting = people.make_acting(Role.COUNTY)
    first = saved.save_view(acting, name=" 超期的 ", query="late=1")
    again = saved.save_view(acting, name="超期的", query="late=1&sort=due")
    assert (first.pk, again.query, SavedView.objects.count()) == (again.pk, "late=1&sort=due", 1)


@pytest.mark.parametrize("name", ["", "  ", "长" * 31])
def test_save_without_a_name_that_fits(name: str) -> None:
    with pytest.raises(ViewNameMissing):
        saved.save_view(people.make_acting(Role.COUNTY), name=name, query="late=1")


def test_save_stops_at_its_limit_but_replaces(monkeypatch: pytest.MonkeyPatch) -> None:
    acting, other = people.make_acting(Role.COUNTY), people.make_acting(Role.COUNTY)
    monkeypatch.setattr(saved, "OWN_MAX", 1)
    saved.save_view(acting, name="一", query="late=1")
    with pytest.raises(TooManyViews):
        saved.save_view(acting, name="二", query="late=1")
    saved.save_view(acting, name="一", query="state=all")
    saved.save_view(other, name="二", query="late=1")
    assert SavedView.objects.count() == 2


def test_share_is_the_city_offices_and_is_on_record() -> None:
    with pytest.raises(Refused):
        saved.share_view(people.make_acting(Role.COUNTY), name="本周", query="late=1", role=Role.COUNTY)
    saved.share_view(people.make_acting(Role.OFFICE), name="本周", query="late=1", role=Role.COUNTY)
    assert AuditRecord.objects.filter(action="problems.share_view").count() == 1


def test_own_views_are_on_nobodys_record() -> None:
    acting = people.make_acting(Role.OFFICE)
    view = saved.save_view(acting, name="一", query="late=1")
    saved.set_start(acting, view.public_id)
    saved.rename_view(acting, view.public_id, name="二")
    saved.remove_view(acting, view.public_id)
    assert not AuditRecord.objects.filter(object_kind="problems.view").exists()


def test_change_of_another_persons_view_finds_nothing() -> None:
    view = saved.save_view(people.make_acting(Role.COUNTY), name="一", query="late=1")
    shared = saved.share_view(people.make_acting(Role.OFFICE), name="本周", query="late=1", role=Role.COUNTY)
    stranger = people.make_acting(Role.COUNTY)
    for each in (view, shared):
        for change in (saved.remove_view, saved.set_start):
            with pytest.raises(ViewMissing):
                change(stranger, each.public_id)
    with pytest.raises(ViewMissing):
        saved.remove_view(people.make_acting(Role.OFFICE), view.public_id)


def test_rename_to_a_name_that_is_taken() -> None:
    acting = people.make_acting(Role.COUNTY)
    saved.save_view(acting, name="一", query="late=1")
    view = saved.save_view(acting, name="二", query="late=1")
    with pytest.raises(ViewNameTaken):
        saved.rename_view(acting, view.public_id, name="一")
    view.refresh_from_db()
    assert view.name == "二"


def test_start_is_one_and_can_be_taken_back() -> None:
    acting = people.make_acting(Role.COUNTY)
    first, second = (saved.save_view(acting, name=name, query="late=1") for name in "一二")
    saved.set_start(acting, first.public_id)
    saved.set_start(acting, second.public_id)
    assert list(SavedView.objects.filter(is_start=True)) == [second]
    saved.set_start(acting, second.public_id)
    assert not SavedView.objects.filter(is_start=True).exists()


@pytest.mark.parametrize("given", [{"role": ""}, {"role": "county", "owner": True}])
def test_view_belongs_to_a_person_or_to_a_role(given: dict[str, Any]) -> None:
    owner = people.make_user() if given.pop("owner", False) else None
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedView.objects.create(owner=owner, name="一", query="late=1", saved_at=clock.now(), **given)


# Addresses -----------------------------------------------------------------


def test_canonical_keeps_filters_columns_and_order_alone() -> None:
    query = QueryDict("cursor=x&late=1&bbox=1,2,3,4&cols=due&cols=lead&evil=1&q=积水")
    assert canonical(query) == QueryDict("q=积水&state=open&late=1&sort=due&cols=lead&cols=due").urlencode()
    assert canonical(QueryDict("")) == "state=open&sort=due&cols=units&cols=due"


# The pages -----------------------------------------------------------------


def test_save_from_the_list_and_open_it_again(client: Client) -> None:
    cast = Cast()
    make_problem(cast, title="积水"), make_problem(cast, title="别的")
    as_(client, cast.county)
    answer = client.post(reverse(VIEWS), {"do": "save", "name": "积水的", "query": "q=积水&sort=found&cols=lead"})
    assert answer.status_code == 302
    page = client.get(answer["Location"])
    assert [row["title"] for row in page.context["rows"]] == ["积水"]
    assert (page.context["sort"], page.context["columns"]) == ("found", ("lead",))
    assert [(each["name"], each["is_here"]) for each in page.context["views"]] == [("积水的", True)]
    text = page.content.decode()
    assert ("牵头单位</th>" in text, "属地 / 主管</th>" in text) == (True, False)


def test_list_opens_with_ones_own_start_before_the_roles(client: Client) -> None:
    cast = Cast()
    shared = saved.share_view(cast.office, name="共享", query="state=filed", role=Role.COUNTY)
    saved.set_start(cast.office, shared.public_id)
    as_(client, cast.county)
    assert client.get(reverse(LIST))["Location"] == f"{reverse(LIST)}?state=filed"
    own = saved.save_view(cast.county, name="自己", query="state=all")
    saved.set_start(cast.county, own.public_id)
    assert client.get(reverse(LIST))["Location"] == f"{reverse(LIST)}?state=all"
    page = client.get(reverse(LIST), {"state": "open"})
    assert page.status_code == 200
    assert page.context["cleared_url"] == "?state=open"


def test_shared_views_are_for_their_role_and_find_what_each_may_see(client: Client) -> None:
    cast = Cast()
    problem = make_problem(cast, title="本县")
    saved.share_view(cast.office, name="全部", query="state=all", role=Role.COUNTY)
    assert names(as_(client, cast.county)) == ["全部"]
    assert names(as_(client, cast.liaison)) == []
    as_(client, people.make_acting(Role.COUNTY, region_code=people.OTHER_COUNTY))
    assert names(client) == ["全部"]
    assert problem.title not in client.get(reverse(LIST), {"state": "all"}).content.decode()


def test_share_from_the_list(client: Client) -> None:
    cast = Cast()
    given = {"do": "save", "name": "超期的", "query": "late=1", "role": "inspector"}
    assert as_(client, cast.county).post(reverse(VIEWS), given).status_code == 403
    assert as_(client, cast.office).post(reverse(VIEWS), given).status_code == 302
    assert client.post(reverse(VIEWS), {**given, "role": "administrator"}).status_code == 404
    assert SavedView.objects.get().role == Role.INSPECTOR


def test_manage_ones_own(client: Client) -> None:
    cast = Cast()
    view = saved.save_view(cast.county, name="一", query=f"state=open&late=1&region={people.COUNTY}")
    as_(client, cast.county)
    do(client, view, "rename", name="二")
    do(client, view, "start")
    shown = client.get(reverse(VIEWS)).context["own"][0]
    assert (shown["view"].name, shown["view"].is_start) == ("二", True)
    assert do(client, view, "rename", name="").status_code == 400
    assert do(client, view, "explode").status_code == 404
    do(client, view, "remove")
    assert do(client, view, "remove").status_code == 404
    assert client.post(reverse(VIEWS), {"do": "remove", "view": "x"}).status_code == 404
    assert "还没有" in client.get(reverse(VIEWS)).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_views_cost_a_fixed_number_of_statements(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cast = Cast()
    for n in range(count):
        saved.save_view(cast.office, name=str(n), query=f"unit={cast.street.pk}&region={people.COUNTY}")
    as_(client, cast.office)
    client.get(reverse(VIEWS))
    # With three for the session, the person and the grant.
    with django_assert_num_queries(6):
        client.get(reverse(VIEWS))
    make_problem(cast)
    with django_assert_num_queries(QUERIES["list"]):
        client.get(reverse(LIST), {"state": "open"})


def test_saved_view_of_this_month_moves_with_time() -> None:
    cast = Cast()
    in_november, in_december = (datetime(2026, month, 10, 4, tzinfo=UTC) for month in (11, 12))
    found = {}
    for at in (in_november, in_december):
        with clock.set_to(at):
            found[at] = str(make_problem(cast, found_at=at).public_id)
    with clock.set_to(in_november):
        client = as_(Client(), cast.office)
        client.post(reverse(VIEWS), {"do": "save", "name": "本月新发现", "query": "period=this-month&state=all"})
        assert "本月" in client.get(reverse(VIEWS)).content.decode()
    for at in (in_november, in_december):
        with clock.set_to(at):
            # Nobody stays signed in for a month.
            client = as_(Client(), cast.office)
            view = client.get(reverse(LIST), {"state": "all"}).context["views"][0]
            rows = client.get(reverse(LIST) + view["url"]).context["rows"]
        assert [str(row["public_id"]) for row in rows] == [found[at]]


def test_list_of_this_month_is_named_on_paper_as_it_was() -> None:
    cast = Cast()
    at = datetime(2026, 11, 10, 4, tzinfo=UTC)
    with clock.set_to(at):
        assert "2026-11" in words_of(cast.office, QueryDict("period=this-month"))
        assert "本月" not in words_of(cast.office, QueryDict("period=this-month"))
