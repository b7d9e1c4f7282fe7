"""Filing a problem at the desk, and the page of a point."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import people
from tests.factories import standards as make_standards
from tests.factories.places import MIDDLE, make_city, make_point
from tests.factories.problems import Cast, make_problem
from tests.programmes.problems.desk import as_, photo, signed_in, url_of
from wenming.foundation.people.enums import Role
from wenming.kernel import clock
from wenming.programmes.problems.models import Problem
from wenming.programmes.standards import selectors as standards

pytestmark = pytest.mark.django_db


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
