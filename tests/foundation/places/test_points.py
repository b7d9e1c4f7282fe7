"""The register of points: numbers, positions, history that cannot be changed, and who sees what."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.factories.people import COUNTY, OTHER_COUNTY, OTHER_TOWN, TOWN, make_acting, make_unit
from tests.factories.places import EDITION, MIDDLE, SECOND_TOWN, VILLAGE, make_city, make_point, make_regions
from wenming.foundation.audit.models import AuditRecord
from wenming.foundation.people.enums import Role, UnitKind
from wenming.foundation.places import selectors, services
from wenming.foundation.places.errors import (
    PointChangedMeanwhile,
    PointCodeTaken,
    PositionNotBelieved,
    UnknownPoint,
    UnknownRegion,
)
from wenming.foundation.places.models import Point, PointChange
from wenming.foundation.places.selectors import PointFilters
from wenming.foundation.places.services import PointDraft
from wenming.kernel.actors import SYSTEM
from wenming.kernel.errors import Invalid

pytestmark = pytest.mark.django_db


def test_register_point_finds_its_region_by_position() -> None:
    make_city()
    lat, lon = MIDDLE[SECOND_TOWN]
    point = services.register_point(PointDraft(name=" 鼓楼路口 ", lat=lat, lon=lon), by=SYSTEM)
    assert (point.name, point.town_code, point.county_code) == ("鼓楼路口", SECOND_TOWN, COUNTY)
    assert (point.village_code, point.region_edition) == (None, EDITION)


def test_register_point_keeps_the_region_that_it_is_given() -> None:
    make_city()
    lat, lon = MIDDLE[SECOND_TOWN]
    point = services.register_point(PointDraft(name="路口", lat=lat, lon=lon, region_code=VILLAGE), by=SYSTEM)
    assert point.village_code == VILLAGE


def test_register_points_numbers_those_without_a_code() -> None:
    make_regions()
    given = PointDraft(name="b", region_code=TOWN, code="349901-00002")
    drafts = [
        PointDraft(name="a", region_code=TOWN),
        given,
        PointDraft(name="c", region_code=TOWN),
        PointDraft(name="d"),
    ]
    points = services.register_points(drafts, by=SYSTEM)
    assert [point.code for point in points] == ["349901-00001", "349901-00002", "349901-00003", "000000-00001"]
    more = services.register_points([PointDraft(name="e", region_code=VILLAGE), PointDraft(name="f")], by=SYSTEM)
    assert [point.code for point in more] == ["349901-00004", "000000-00002"]


def test_register_points_costs_the_same_statements_for_one_and_three(django_assert_num_queries: Any) -> None:
    make_city()
    selectors.locate(30, 118)
    lat, lon = MIDDLE[TOWN]
    for number in (1, 3):
        drafts = [PointDraft(name=f"路口{n}", lat=lat, lon=lon) for n in range(number)]
        with django_assert_num_queries(11):
            services.register_points(drafts, by=SYSTEM)


def test_register_points_when_a_code_is_taken_writes_nothing() -> None:
    taken = make_point()
    for drafts in (
        [PointDraft(name="a", code="X1"), PointDraft(name="b", code=taken.code)],
        [PointDraft(name="a", code="X1"), PointDraft(name="b", code="X1")],
    ):
        with pytest.raises(PointCodeTaken):
            services.register_points(drafts, by=SYSTEM)
    assert Point.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"name": "  "}, Invalid),
        ({"lat": 30.2}, Invalid),
        ({"lat": 118.5, "lon": 30.2}, PositionNotBelieved),
        ({"lat": 0.0, "lon": 0.0}, PositionNotBelieved),
        ({"lat": 39.9, "lon": 116.4}, PositionNotBelieved),
        ({"region_code": 349977000000}, UnknownRegion),
    ],
)
def test_register_point_refuses(values: dict[str, Any], error: type[Exception]) -> None:
    make_city()
    with pytest.raises(error):
        services.register_point(PointDraft(**{"name": "路口", **values}), by=SYSTEM)
    assert Point.objects.count() == PointChange.objects.count() == 0


def test_change_point_leaves_what_was_before() -> None:
    make_regions()
    unit = make_unit(kind=UnitKind.DEPARTMENT, region_code=None)
    point = make_point(name="旧名")
    edit = replace(services.edit_of(point), name="新名", department_id=unit.pk, region_code=SECOND_TOWN)
    changed = services.change_point(point.pk, edit, expected_version=1, by=SYSTEM)
    assert (changed.name, changed.version, changed.town_code) == ("新名", 2, SECOND_TOWN)
    latest, first = selectors.point_history(point)
    assert (first.before, first.after["name"]) == (None, "旧名")
    assert latest.before is not None
    assert (latest.before["name"], latest.before["department_id"], latest.before["region_code"]) == ("旧名", None, TOWN)
    assert (latest.after["name"], latest.after["department_id"]) == ("新名", unit.pk)
    assert AuditRecord.objects.filter(action="places.change_point", object_key=str(point.public_id)).count() == 1


def test_change_point_to_what_it_is_changes_nothing() -> None:
    point = make_point()
    same = services.change_point(point.pk, services.edit_of(point), expected_version=1, by=SYSTEM)
    assert (same.version, len(selectors.point_history(point))) == (1, 1)


def test_change_point_when_a_colleague_was_faster() -> None:
    point = make_point()
    edit = services.edit_of(point)
    services.change_point(point.pk, replace(edit, name="甲"), expected_version=1, by=SYSTEM)
    with pytest.raises(PointChangedMeanwhile):
        services.change_point(point.pk, replace(edit, name="乙"), expected_version=1, by=SYSTEM)
    assert Point.objects.get().name == "甲"


def test_change_point_refuses_a_position_outside_and_the_unknown() -> None:
    make_city()
    point = make_point()
    edit = replace(services.edit_of(point), lat=39.9, lon=116.4)
    with pytest.raises(PositionNotBelieved):
        services.change_point(point.pk, edit, expected_version=1, by=SYSTEM)
    with pytest.raises(UnknownPoint):
        services.change_point(point.pk + 1, edit, expected_version=1, by=SYSTEM)


def test_history_of_a_point_is_append_only() -> None:
    point = make_point()
    change = point.changes.get()
    attempts = [
        lambda: PointChange.objects.update(version=9),
        lambda: PointChange.objects.all().delete(),
        change.delete,
        change.save,
    ]
    for attempt in attempts:
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            attempt()
    assert point.changes.get().version == 1


def make_scattered() -> list[Point]:
    make_regions()
    department = make_unit(kind=UnitKind.DEPARTMENT, region_code=None)
    return [
        make_point(name="a", region_code=TOWN, department_id=department.pk, type_key="集贸市场"),
        make_point(name="b", region_code=VILLAGE, type_key="主次干道"),
        make_point(name="c", region_code=SECOND_TOWN, address="文昌路"),
        make_point(name="d", region_code=OTHER_TOWN, department_id=department.pk),
        make_point(name="e", region_code=OTHER_COUNTY),
        make_point(name="f", region_code=None, lat=30.2, lon=118.5),
    ]


def test_points_for_agrees_with_the_predicate_under_every_grant() -> None:
    points = make_scattered()
    department = points[0].department
    actings = [make_acting(role) for role in Role]
    actings.append(make_acting(Role.LIAISON, unit=department))
    actings.append(make_acting(Role.LIAISON, unit=make_unit(kind=UnitKind.VILLAGE, region_code=VILLAGE)))
    actings.append(make_acting(Role.COUNTY, region_code=OTHER_COUNTY))
    seen = set()
    for acting in actings:
        names = "".join(point.name for point in selectors.points_for(acting).order_by("code"))
        assert names == "".join(point.name for point in points if acting.scope.covers(point))
        seen.add(names)
    assert seen == {"abcdef", "abc", "ab", "ad", "b", "de"}


def test_point_for_when_it_lies_in_another_county() -> None:
    points = make_scattered()
    acting = make_acting(Role.COUNTY)
    assert selectors.point_for(acting, points[0].public_id) == points[0]
    with pytest.raises(UnknownPoint):
        selectors.point_for(acting, points[3].public_id)


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (PointFilters(), "abcdef"),
        (PointFilters(region_code=COUNTY), "abc"),
        (PointFilters(region_code=TOWN), "ab"),
        (PointFilters(region_code=VILLAGE), "b"),
        (PointFilters(type_key="主次干道"), "b"),
        (PointFilters(is_without_department=True), "bcef"),
        (PointFilters(is_without_territory=True), "abcdef"),
        (PointFilters(is_unlocated=True), "abcde"),
        (PointFilters(is_retired=True), ""),
        (PointFilters(text="文昌"), "c"),
        (PointFilters(text="%"), ""),
        (PointFilters(text="P", region_code=OTHER_TOWN), "d"),
    ],
)
def test_find_points(filters: PointFilters, names: str) -> None:
    make_scattered()
    found = selectors.find_points(make_acting(Role.OFFICE), filters).order_by("code")
    assert "".join(point.name for point in found) == names


def test_point_card_says_where_and_who() -> None:
    points = make_scattered()
    card = selectors.point_card(points[1])
    assert (card.region_name, card.territory_name) == ("和安市澄溪区文昌街道学士社区", "")
    assert selectors.point_card(points[0]).department_name == points[0].department.name


def test_point_book_finds_by_code_and_by_a_name_that_is_alone() -> None:
    one, two = make_point(name="甲"), make_point(name="乙")
    make_point(name="丙")
    make_point(name="丙")
    book = selectors.PointBook()
    assert (book.find(one.code), book.find(" 乙 "), book.find("丙"), book.find("丁")) == (one, two, None, None)
