"""The pages of points and what the maps draw."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.people import (
    COUNTY,
    OTHER_COUNTY,
    OTHER_TOWN,
    TOWN,
    make_acting,
    make_unit,
    make_user,
)
from tests.factories.places import MIDDLE, SECOND_TOWN, make_city, make_point, make_regions
from wenming.foundation.people.enums import Role, UnitKind
from wenming.foundation.places import maps, pages, selectors
from wenming.foundation.places.errors import BadBox
from wenming.foundation.places.models import Point
from wenming.kernel.ui import nav, userbox

pytestmark = pytest.mark.django_db
BOX = "117,29,121,32"


@pytest.fixture(autouse=True)
def _bare_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what the apps above put in the frame: a list's queries are its own."""
    monkeypatch.setattr(nav, "_entries", {e.key: e for e in nav.entries() if e.key.startswith("notices.")})
    monkeypatch.setattr(userbox, "_provided", {})


def signed_in(client: Client, role: Role = Role.OFFICE, **grant: Any) -> Client:
    user = make_user()
    make_acting(role, user=user, **grant)
    client.force_login(user)
    return client


def names_of(page: Any) -> list[str]:
    return [row["point"].name for row in page.context["rows"]]


def test_points_for_a_stranger(client: Client) -> None:
    response = client.get(reverse("places:points"))
    assert (response.status_code, response["Location"]) == (302, "/sign-in/?next=/places/")
    assert client.get(reverse("places:pins"), headers={"Accept": "application/json"}).status_code == 401


@pytest.mark.parametrize("number", [1, 3])
def test_points_costs_the_same_queries(client: Client, number: int, django_assert_num_queries: Any) -> None:
    make_city()
    for _n in range(number):
        territory = make_unit()
        department = make_unit(kind=UnitKind.DEPARTMENT, region_code=None)
        make_point(territory_id=territory.pk, department_id=department.pk, type_key="主次干道")
    signed_in(client)
    client.get(reverse("places:points"))
    # Session, user, grants; the rows with their units, their regions, the count; choices of three filters; notices.
    with django_assert_num_queries(10):
        page = client.get(reverse("places:points"))
    assert len(names_of(page)) == number


def test_points_shows_what_is_missing_and_only_what_one_may_change(client: Client) -> None:
    make_city()
    point = make_point(name="人民路口")
    address = reverse("places:change", args=[point.public_id])
    page = signed_in(client, Role.COUNTY).get(reverse("places:points"))
    for words in ("人民路口", "文昌街道", "缺属地单位", "缺主管单位", "还没有标位置", address):
        assert words in page.content.decode()
    reader = signed_in(Client(), Role.LIAISON).get(reverse("places:points")).content.decode()
    assert "人民路口" in reader
    assert address not in reader
    assert reverse("places:register") not in reader


def test_points_of_another_county_are_not_listed(client: Client) -> None:
    make_regions()
    make_point(name="那边", region_code=OTHER_TOWN)
    assert names_of(signed_in(client, Role.COUNTY).get(reverse("places:points"))) == []


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["甲", "乙", "丙"]),
        ("?q=甲", ["甲"]),
        ("?type=集贸市场", ["乙"]),
        (f"?county={COUNTY}", ["甲", "乙"]),
        (f"?town={SECOND_TOWN}", ["乙"]),
        ("?missing=position", ["乙", "丙"]),
        ("?missing=territory&missing=department", ["甲", "乙", "丙"]),
        ("?state=retired", []),
        (f"?bbox={BOX}", ["甲"]),
        ("?county=x&town=123&department=é&territory=99999999999999999999&missing=x", ["甲", "乙", "丙"]),
    ],
)
def test_points_by_filters_of_the_address(client: Client, query: str, names: list[str]) -> None:
    make_city()
    lat, lon = MIDDLE[TOWN]
    make_point(name="甲", lat=lat, lon=lon)
    make_point(name="乙", region_code=SECOND_TOWN, type_key="集贸市场")
    make_point(name="丙", region_code=OTHER_TOWN)
    page = signed_in(client).get(reverse("places:points") + query)
    assert names_of(page) == names
    assert page.context["count"].number == len(names)


def test_points_when_the_address_is_nonsense(client: Client) -> None:
    signed_in(client)
    for query in ("?cursor=x", "?bbox=1,2,3", "?bbox=nan,0,1,1"):
        assert client.get(reverse("places:points") + query).status_code == 400


def test_points_leads_through_all_pages(client: Client) -> None:
    for _n in range(120):
        make_point()
    signed_in(client)
    seen, query = [], "?"
    while query:
        page = client.get(reverse("places:points") + query)
        seen += [row["point"].code for row in page.context["rows"]]
        cursor = page.context["page"].next_cursor
        query = f"?cursor={cursor}" if cursor else ""
    assert seen == sorted(Point.objects.values_list("code", flat=True))


def pins(client: Client, zoom: int = 10, box: str = BOX, **query: Any) -> Any:
    return client.get(reverse("places:pins"), {"bbox": box, "zoom": zoom, **query})


def test_pins_gathers_what_lies_together(client: Client) -> None:
    make_city()
    for lon in (118.50001, 118.50002, 118.9):
        make_point(lat=30.2, lon=lon, type_key="主次干道", address="人民路")
    signed_in(client)
    features = pins(client).json()["features"]
    assert [feature["properties"]["n"] for feature in features] == [2, 1]
    single = features[1]["properties"]
    assert (single["title"], single["sub"]) == (Point.objects.get(lon=118.9).name, "主次干道，人民路")
    assert features[1]["geometry"] == {"type": "Point", "coordinates": [118.9, 30.2]}
    assert [f["properties"]["n"] for f in pins(client, zoom=20, box="118.5,30,118.6,31").json()["features"]] == [1, 1]


def test_pins_costs_two_queries_for_any_number(django_assert_num_queries: Any) -> None:
    acting = make_acting(Role.OFFICE)
    for number in (1, 30):
        for n in range(number):
            make_point(lat=30.2, lon=118.1 + n / 50)
        with django_assert_num_queries(2):
            maps.pins(selectors.points_for(acting), box=maps.box_of(BOX), zoom=12, url_of=str)


def test_pins_shows_a_county_only_its_own(client: Client) -> None:
    make_city()
    for code in (TOWN, OTHER_COUNTY):
        lat, lon = MIDDLE[code]
        make_point(lat=lat, lon=lon, region_code=code)
    features = pins(signed_in(client, Role.COUNTY)).json()["features"]
    assert [feature["geometry"]["coordinates"] for feature in features] == [[118.5, 30.25]]


@pytest.mark.parametrize("text", ["", "1,2,3", "a,b,c,d", "1,2,nan,4", "3,0,1,1", "0,3,1,1", "1e999,0,1,1"])
def test_box_of_nonsense(text: str) -> None:
    with pytest.raises(BadBox):
        maps.box_of(text)


def test_pins_when_the_box_is_nonsense(client: Client) -> None:
    signed_in(client)
    assert pins(client, box="").status_code == 400
    assert client.get(reverse("places:pins"), {"bbox": BOX, "zoom": "99"}).status_code == 400
    assert client.get(reverse("places:pins"), {"bbox": BOX, "zoom": "-1"}).status_code == 400


def outlines(client: Client, **query: Any) -> Any:
    return client.get(reverse("places:regions_geojson"), query)


def test_regions_geojson_by_level_and_place(client: Client) -> None:
    make_city()
    names = [feature["properties"]["name"] for feature in outlines(client).json()["features"]]
    assert names == ["澄溪区", "柳浦县"]
    towns = outlines(client, level="town", within=COUNTY).json()["features"]
    assert [feature["properties"]["code"] for feature in towns] == [TOWN, SECOND_TOWN]
    (own,) = outlines(client, level="county", within=COUNTY).json()["features"]
    assert own["properties"] == {"code": COUNTY, "name": "澄溪区", "level": 0}
    assert own["geometry"]["type"] == "Polygon"
    assert outlines(client, level="village").json()["features"] == []


def test_regions_geojson_when_the_browser_has_it(client: Client, django_assert_num_queries: Any) -> None:
    make_city()
    first = outlines(client)
    with django_assert_num_queries(1):
        again = client.get(reverse("places:regions_geojson"), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first["Cache-Control"] == "public, max-age=600"


def test_regions_geojson_of_nonsense(client: Client) -> None:
    for query in ({"level": "x"}, {"within": "x"}, {"within": "340000000000"}):
        assert outlines(client, **query).status_code == 400
    assert outlines(client).json() == {"type": "FeatureCollection", "features": []}


def fields(**changes: Any) -> dict[str, Any]:
    lat, lon = MIDDLE[TOWN]
    return {"name": "人民路口", "lat": lat, "lon": lon, "type_key": "主次干道"} | changes


def test_register_by_the_form(client: Client) -> None:
    make_city()
    territory = make_unit()
    response = signed_in(client).post(reverse("places:register"), fields(territory=territory.pk))
    point = Point.objects.get()
    assert (response.status_code, response["Location"]) == (302, pages.url_of(point.public_id))
    assert (point.name, point.town_code, point.territory_id, point.code) == (
        "人民路口",
        TOWN,
        territory.pk,
        "349901-00001",
    )
    assert point.changes.get().actor_kind == "user"


def test_register_by_the_form_takes_the_deeper_of_choice_and_position(client: Client) -> None:
    make_city()
    signed_in(client).post(reverse("places:register"), fields(region=SECOND_TOWN))
    assert Point.objects.get().town_code == SECOND_TOWN
    lat, lon = MIDDLE[OTHER_COUNTY]
    client.post(reverse("places:register"), fields(lat=lat, lon=lon, region=OTHER_TOWN))
    assert Point.objects.latest("pk").town_code == OTHER_TOWN


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"name": ""}, 400, "名称"),
        ({"lat": ""}, 400, "一起填"),
        ({"lat": "x"}, 400, "纬度"),
        ({"region": 349977001000}, 400, "所在乡镇"),
        ({"lat": 39.9, "lon": 116.4}, 400, "不在本市范围内"),
        ({"lat": "", "lon": ""}, 400, "不在您负责的区域内"),
    ],
)
def test_register_by_the_form_when_it_is_wrong(
    client: Client, changes: dict[str, Any], status: int, words: str
) -> None:
    make_city()
    response = signed_in(client, Role.COUNTY).post(reverse("places:register"), fields(**changes))
    assert response.status_code == status
    assert words in response.content.decode()
    assert Point.objects.count() == 0


def test_register_in_another_county(client: Client) -> None:
    make_city()
    lat, lon = MIDDLE[OTHER_COUNTY]
    response = signed_in(client, Role.COUNTY).post(reverse("places:register"), fields(lat=lat, lon=lon))
    assert response.status_code == 400
    assert Point.objects.count() == 0


def test_register_form_offers_a_county_its_own_towns(client: Client) -> None:
    make_city()
    page = signed_in(client, Role.COUNTY).get(reverse("places:register")).content.decode()
    assert "鼓楼街道" in page
    assert "柳湾镇" not in page


def test_register_with_a_code_that_is_taken(client: Client) -> None:
    make_city()
    taken = make_point()
    response = signed_in(client).post(reverse("places:register"), fields(code=taken.code))
    assert response.status_code == 409
    assert taken.code in response.content.decode()


def test_change_by_the_form(client: Client) -> None:
    make_city()
    point = make_point(name="旧名")
    address = reverse("places:change", args=[point.public_id])
    assert "旧名" in signed_in(client, Role.COUNTY).get(address).content.decode()
    response = client.post(address, fields(name="新名", version=1, is_retired="on"))
    assert response.status_code == 302
    point.refresh_from_db()
    assert (point.name, point.version, point.is_active) == ("新名", 2, False)


def test_change_by_the_form_when_a_colleague_was_faster(client: Client) -> None:
    make_city()
    point = make_point(name="旧名")
    address = reverse("places:change", args=[point.public_id])
    signed_in(client).post(address, fields(name="甲", version=1))
    response = client.post(address, fields(name="乙", version=1))
    assert response.status_code == 409
    assert "看看现在的内容" in response.content.decode()
    point.refresh_from_db()
    assert point.name == "甲"


@pytest.mark.parametrize("role", [Role.LIAISON, Role.INSPECTOR, Role.LEADER, Role.AUTHOR])
def test_change_and_register_by_who_may_not(client: Client, role: Role) -> None:
    point = make_point()
    signed_in(client, role)
    for address in (reverse("places:register"), reverse("places:change", args=[point.public_id])):
        assert client.get(address).status_code == 403
        assert client.post(address, fields(version=1)).status_code == 403


def test_change_a_point_that_is_out_of_sight(client: Client) -> None:
    point = make_point(region_code=OTHER_TOWN)
    signed_in(client, Role.COUNTY)
    for public_id in (point.public_id, uuid4()):
        assert client.get(reverse("places:change", args=[public_id])).status_code == 404


def test_nothing_written_by_a_person_becomes_markup(client: Client) -> None:
    make_regions()
    make_point(name="<script>alert(1)</script>", address="<b>x</b>", type_key='"><i>')
    page = signed_in(client).get(reverse("places:points") + "?q=%3Cscript%3E").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
