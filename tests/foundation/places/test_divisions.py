"""What the office changes of the divisions: names, new ones, those that are no more; never a code."""

from typing import Any

import pytest
from django.test import Client

from tests.factories.people import COUNTY, TOWN, make_acting, make_user
from tests.factories.places import make_city, make_point
from wenming.foundation.people.enums import Role
from wenming.foundation.places import errors, selectors, services
from wenming.foundation.places.models import Point, Region
from wenming.foundation.revisions.errors import RevisionStale
from wenming.kernel.actors import SYSTEM
from wenming.kernel.regions import RegionLevel, cut

pytestmark = pytest.mark.django_db

NEW_VILLAGE = TOWN + 877
URL = "/places/regions/"


@pytest.fixture(autouse=True)
def city() -> None:
    make_city()


def rename(code: int, name: str, *, expected: int = 0, is_retired: bool = False) -> Region:
    return services.change_region(code, name=name, is_retired=is_retired, note="批复", expected=expected, by=SYSTEM)


def signed_in(client: Client, role: Role = Role.ADMINISTRATOR) -> Client:
    user = make_user()
    make_acting(role, user=user)
    client.force_login(user)
    return client


def test_change_region_renames_all_that_lies_below() -> None:
    before = selectors.region(COUNTY)
    others = dict(Region.objects.exclude(full_name__startswith=before.full_name).values_list("code", "full_name"))
    rename(COUNTY, "新澄溪区")
    town = selectors.region(TOWN)
    assert town.full_name == before.full_name.removesuffix(before.name) + "新澄溪区" + town.name
    assert selectors.region_names([COUNTY]) == {COUNTY: "新澄溪区"}
    assert dict(Region.objects.exclude(full_name__contains="新澄溪区").values_list("code", "full_name")) == others


def test_change_region_moves_nothing_that_is_filed() -> None:
    point = make_point(region_code=TOWN)
    rename(TOWN, "新街道")
    assert Point.objects.get(pk=point.pk).town_code == TOWN


def test_restore_region_takes_a_name_back_with_all_below() -> None:
    before = dict(Region.objects.values_list("code", "full_name"))
    rename(COUNTY, "新澄溪区")
    services.restore_region(COUNTY, 1, expected=2, by=SYSTEM)
    assert dict(Region.objects.values_list("code", "full_name")) == before


def test_change_region_that_somebody_else_changed() -> None:
    rename(TOWN, "新街道")
    with pytest.raises(RevisionStale):
        rename(TOWN, "又一个")
    assert selectors.region(TOWN).name == "新街道"


@pytest.mark.parametrize("name", ["", "  ", "长" * 101, "两\n行"])
def test_change_region_to_a_name_that_is_none(name: str) -> None:
    with pytest.raises(errors.RegionNameUnfit):
        rename(TOWN, name)


def test_change_region_of_the_city_is_left_to_the_table() -> None:
    with pytest.raises(errors.RegionNotEdited):
        rename(cut(COUNTY, RegionLevel.CITY), "别的市")


def test_retired_region_keeps_its_name_and_is_offered_no_more() -> None:
    rename(TOWN, selectors.region(TOWN).name, is_retired=True)
    assert selectors.region_names([TOWN])[TOWN]
    offered = {town.code for root in selectors.region_tree() for county in root.children for town in county.children}
    assert TOWN not in offered
    assert offered


def test_add_region_below_a_town() -> None:
    made = services.add_region(TOWN, code=NEW_VILLAGE, name="新村", by=SYSTEM)
    town = selectors.region(TOWN)
    assert (made.level, made.parent_code, made.full_name) == (RegionLevel.VILLAGE, TOWN, f"{town.full_name}新村")
    with pytest.raises(errors.RegionCodeTaken):
        services.add_region(TOWN, code=NEW_VILLAGE, name="再一个", by=SYSTEM)


@pytest.mark.parametrize("code", [TOWN, COUNTY + 999_001, TOWN + 1_000_001, 123, COUNTY + 1_000_000])
def test_add_region_with_a_code_of_elsewhere(code: int) -> None:
    with pytest.raises(errors.RegionCodeUnfit):
        services.add_region(TOWN, code=code, name="新村", by=SYSTEM)


def test_region_page_shows_the_reach_then_saves(client: Client) -> None:
    signed_in(client)
    make_point(region_code=TOWN)
    assert str(COUNTY) in client.get(URL).content.decode()
    given = {"name": "新街道", "note": "批复", "expected": "0"}
    seen = client.post(f"{URL}{TOWN}/", given)
    assert seen.context["reach"]["points"] == 1
    assert selectors.region(TOWN).name != "新街道"
    assert client.post(f"{URL}{TOWN}/", {**given, "save": "1"}).status_code == 302
    assert selectors.region(TOWN).name == "新街道"
    page = client.get(f"{URL}{TOWN}/")
    assert "批复" in page.content.decode()
    assert client.post(f"{URL}{TOWN}/restore/", {"number": "1", "expected": "2"}).status_code == 302
    assert selectors.region(TOWN).name != "新街道"


def test_region_page_adds_below_and_says_what_is_wrong(client: Client) -> None:
    signed_in(client)
    assert client.post(f"{URL}{TOWN}/add/", {"code": "12", "name": "新村"}).status_code == 400
    assert client.post(f"{URL}{TOWN}/add/", {"code": str(TOWN), "name": "新村"}).status_code == 400
    assert client.post(f"{URL}{TOWN}/add/", {"code": str(NEW_VILLAGE), "name": "新村"}).status_code == 302
    assert "新村" in client.get(f"{URL}{TOWN}/").content.decode()


@pytest.mark.parametrize("role", [Role.OFFICE, Role.COUNTY, Role.SECURITY])
def test_region_pages_are_the_administrators(client: Client, role: Role) -> None:
    signed_in(client, role)
    assert client.get(URL).status_code == 403
    assert client.get(f"{URL}{TOWN}/").status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_region_page_costs_a_fixed_number_of_statements(
    client: Client, count: int, django_assert_num_queries: Any
) -> None:
    signed_in(client)
    for number in range(count):
        services.add_region(TOWN, code=NEW_VILLAGE + number, name=f"新村{number}", by=SYSTEM)
    client.get(f"{URL}{TOWN}/")
    with django_assert_num_queries(8):
        client.get(f"{URL}{TOWN}/")
