"""What the API answers to a problem that is filed: who should answer for it, and what may be the same problem."""

from datetime import timedelta
from typing import Any

import pytest

from tests.config.caller import Program
from tests.factories import people, places, standards
from tests.factories.problems import Cast, bring_to, make_problem
from wenming.foundation.people.enums import Role, UnitKind
from wenming.kernel import clock
from wenming.programmes.problems import selectors
from wenming.programmes.problems.enums import Action

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    places.make_city()
    return Cast()


def draft(**more: Any) -> dict[str, Any]:
    return {"title": "井盖松动", "found_at": clock.now() - timedelta(hours=1), "address": "河滨路 1 号", **more}


def test_file_proposes_a_unit_and_names_what_may_be_the_same(cast: Cast) -> None:
    """As at the desk; the problem itself and what is closed, far, of another type or too old are no duplicates of it."""
    standards.make_catalogue()
    kinds = selectors.types_on_offer()
    (lat, lon), now = places.MIDDLE[people.TOWN], clock.now()
    here = {"lat": lat, "lon": lon, "type": kinds["E0110"]}
    near = make_problem(cast, **here, found_at=now - timedelta(days=29))
    make_problem(cast, **here, found_at=now - timedelta(days=31))
    make_problem(cast, **here | {"type": kinds["E0101"]})
    make_problem(cast, **here | {"lat": lat + 0.01})
    bring_to(cast, make_problem(cast, **here), Action.CLOSE)
    filed = Program(cast.county).post("/problems", draft(type="E0110", lat=lat, lon=lon)).json()
    assert [each["public_id"] for each in filed["possible_duplicates"]] == [str(near.public_id)]
    assert filed["proposal"] == {
        "territory_id": cast.street.pk,
        "territory_why": "位置在它的范围内",
        "department_id": None,
        "department_why": "这一类没有登记主管单位",
        "lead_side": "territory",
        "lead_id": cast.street.pk,
        "helper_ids": [],
        "rule_why": "",
    }


def test_duplicates_out_of_sight_are_not_named(cast: Cast) -> None:
    standards.make_catalogue()
    (lat, lon) = places.MIDDLE[people.TOWN]
    make_problem(cast, lat=lat, lon=lon, type=selectors.types_on_offer()["E0110"])
    stranger = people.make_acting(
        Role.COUNTY, unit=people.make_unit(kind=UnitKind.COUNTY_OFFICE, region_code=people.OTHER_COUNTY)
    )
    who = (cast.office, cast.county, stranger, people.make_acting(Role.SECURITY))
    seen = [selectors.likely_duplicates(each, type_code="E0110", lat=lat, lon=lon) for each in who]
    assert [len(rows) for rows in seen] == [1, 1, 0, 0]


def test_file_again_with_its_key_is_answered_alike(cast: Cast) -> None:
    program = Program(cast.county)
    point = places.make_point(name="河滨路口", territory_id=cast.street.pk)
    first, again = (program.post("/problems", draft(point=point.public_id), key="a-1").json() for _ in range(2))
    assert first["proposal"]["territory_why"] == "点位登记的属地单位"
    assert first == again


def test_file_costs_a_fixed_number_of_statements(cast: Cast, django_assert_num_queries: Any) -> None:
    program = Program(cast.county)
    standards.make_catalogue()
    bodies = [draft(type="E0110", point=places.make_point().public_id) for _ in range(3)]
    program.post("/problems", bodies[0])
    for body in bodies[1:]:
        with django_assert_num_queries(20):
            program.post("/problems", body, key=str(body["point"]))
