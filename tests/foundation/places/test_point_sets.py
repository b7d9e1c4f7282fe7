"""Many points changed in one request, and changes taken back: by one button for one point, by one for all of them."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.people import COUNTY, OTHER_TOWN, TOWN, make_acting, make_unit, make_user
from tests.factories.places import make_point, make_regions
from wenming.foundation.audit.models import AuditRecord
from wenming.foundation.people.enums import Role, UnitKind
from wenming.foundation.places import selectors, services
from wenming.foundation.places.errors import PointOutOfReach, TooManyPoints
from wenming.foundation.places.models import Point, PointChange
from wenming.foundation.places.services import PointChanges
from wenming.kernel.actors import SYSTEM

pytestmark = pytest.mark.django_db


def signed_in(client: Client, role: Role = Role.OFFICE, **grant: Any) -> Client:
    user = make_user()
    make_acting(role, user=user, **grant)
    client.force_login(user)
    return client


def states(*points: Point) -> list[tuple[str, int | None, bool, int]]:
    rows = {row.pk: row for row in Point.objects.filter(pk__in=[point.pk for point in points])}
    found = [rows[point.pk] for point in points]
    return [(row.type_key, row.department_id, row.is_active, row.version) for row in found]


def test_change_points_sets_what_is_named_and_leaves_the_rest() -> None:
    bureau = make_unit(kind=UnitKind.DEPARTMENT)
    first, second = make_point(type_key="公园"), make_point(type_key="车站")
    services.change_points([first.pk, second.pk], PointChanges(department_id=bureau.pk), by=SYSTEM)
    assert states(first, second) == [("公园", bureau.pk, True, 2), ("车站", bureau.pk, True, 2)]
    assert AuditRecord.objects.filter(action="places.change_point").count() == 2


def test_change_points_leaves_those_that_are_so_already() -> None:
    first, second = make_point(type_key="公园"), make_point(type_key="车站")
    made = services.change_points([first.pk, second.pk], PointChanges(type_key="公园"), by=SYSTEM)
    assert ([point.pk for point in made], states(first)) == ([second.pk], [("公园", None, True, 1)])


@pytest.mark.parametrize("count", [1, 3])
def test_change_points_costs_the_same_for_more(count: int, django_assert_num_queries: Any) -> None:
    points = [make_point() for _ in range(count)]
    # two of the transaction; the points; their update, their history, the audit
    with django_assert_num_queries(6):
        services.change_points([point.pk for point in points], PointChanges(is_active=False), by=SYSTEM)


def test_change_of_too_many_points_is_refused() -> None:
    with pytest.raises(TooManyPoints):
        services.change_points(range(services.POINTS_MAX + 1), PointChanges(type_key="公园"), by=SYSTEM)


def test_restore_points_skips_what_changed_since_and_keeps_the_history() -> None:
    scope = make_acting(Role.OFFICE).scope
    first, second = make_point(type_key="公园"), make_point(type_key="车站")
    services.change_points([first.pk, second.pk], PointChanges(type_key="广场"), by=SYSTEM)
    services.change_points([second.pk], PointChanges(is_active=False), by=SYSTEM)
    done = services.restore_points({first.pk: (2, 1), second.pk: (2, 1)}, within=scope, by=SYSTEM)
    assert ([p.pk for p in done.points], [p.pk for p in done.skipped]) == ([first.pk], [second.pk])
    assert states(first, second) == [("公园", None, True, 3), ("广场", None, False, 3)]
    assert [row.version for row in PointChange.objects.filter(point=first).order_by("version")] == [1, 2, 3]


def test_restore_points_never_leads_out_of_the_scope() -> None:
    make_regions()
    county = make_acting(Role.COUNTY, region_code=COUNTY)
    point = make_point(region_code=OTHER_TOWN)
    edit = services.edit_of(point)
    moved = services.change_point(
        point.pk, services.PointEdit(**{**_fields(edit), "region_code": TOWN}), expected_version=1, by=SYSTEM
    )
    with pytest.raises(PointOutOfReach):
        services.restore_points({moved.pk: (2, 1)}, within=county.scope, by=county.actor)
    assert Point.objects.get(pk=point.pk).town_code == TOWN


def _fields(edit: services.PointEdit) -> dict[str, Any]:
    return {name: getattr(edit, name) for name in services.PointEdit.__dataclass_fields__}


def test_bulk_previews_saves_and_is_taken_back(client: Client) -> None:
    first, second = make_point(type_key="公园"), make_point(type_key="车站")
    signed_in(client)
    url, posted = reverse("places:bulk"), {"point": [str(first.public_id), str(second.public_id)], "type_key": "公园"}
    preview = client.post(url, {**posted, "preview": "1"})
    assert (preview.context["would_change"], states(second)) == (1, [("车站", None, True, 1)])
    done = client.post(url, {**posted, "save": "1"})
    assert ([p.pk for p in done.context["made"]], done.context["unchanged"]) == ([second.pk], 1)
    client.post(reverse("places:undo_bulk"), {"made": [f"{p.public_id}:{p.version}" for p in done.context["made"]]})
    assert states(first, second) == [("公园", None, True, 1), ("车站", None, True, 3)]


def test_bulk_retires_and_reopens(client: Client) -> None:
    point = make_point()
    signed_in(client)
    for state, is_active in (("retire", False), ("reopen", True)):
        client.post(reverse("places:bulk"), {"point": str(point.public_id), "state": state, "save": "1"})
        assert Point.objects.get(pk=point.pk).is_active is is_active


def test_bulk_leaves_points_of_another_county(client: Client) -> None:
    make_regions()
    other = make_point(region_code=OTHER_TOWN, type_key="车站")
    signed_in(client, Role.COUNTY, region_code=COUNTY)
    posted = {"point": [str(other.public_id), "no-uuid"], "type_key": "公园", "save": "1"}
    assert client.post(reverse("places:bulk"), posted).context["made"] == []
    client.post(reverse("places:undo_bulk"), {"made": [f"{other.public_id}:1", "x", "y:z"]})
    assert states(other) == [("车站", None, True, 1)]


def test_restore_one_through_its_button(client: Client) -> None:
    bureau = make_unit(kind=UnitKind.DEPARTMENT, name="市城管局")
    point = make_point(type_key="公园")
    services.change_points([point.pk], PointChanges(type_key="广场", department_id=bureau.pk), by=SYSTEM)
    signed_in(client)
    kept = client.get(reverse("places:change", args=[point.public_id])).context["kept"]
    shown = [(each["row"].version, [(str(label), b, a) for label, b, a in each["changes"]]) for each in kept]
    assert shown == [(2, [("点位类型", "公园", "广场"), ("主管单位", "—", "市城管局")]), (1, [])]
    url = reverse("places:restore", args=[point.public_id])
    assert client.post(url, {"number": "1", "expected": "1"}).status_code == 409
    assert client.post(url, {"number": "1", "expected": "2"}).status_code == 302
    assert states(point) == [("公园", None, True, 3)]
    assert selectors.point_history(point)[0].version == 3


@pytest.mark.parametrize("role", [Role.LIAISON, Role.INSPECTOR, Role.LEADER])
def test_bulk_is_not_for_everybody(client: Client, role: Role) -> None:
    make_point()
    signed_in(client, role)
    assert client.post(reverse("places:bulk")).status_code == 403
    assert "data-row-all" not in client.get(reverse("places:points")).content.decode()
