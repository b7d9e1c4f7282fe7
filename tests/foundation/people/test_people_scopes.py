"""A list and a single thing agree on what somebody may see: the filter and the predicate come from one scope."""

from typing import Any

import pytest
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import people, places
from wenming.foundation.people import permissions, selectors, services
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import Role, UnitKind
from wenming.foundation.people.errors import GrantOutOfPlace
from wenming.foundation.people.services import UnitDraft
from wenming.foundation.places.models import Point
from wenming.foundation.places.services import PointDraft, register_point
from wenming.kernel import clock
from wenming.kernel.actors import SYSTEM
from wenming.kernel.scopes import Scope
from wenming.programmes.problems import services as problems
from wenming.programmes.problems.enums import Channel
from wenming.programmes.problems.models import Problem
from wenming.programmes.problems.selectors import visible_to
from wenming.programmes.problems.services import ProblemDraft

pytestmark = pytest.mark.django_db

PLACES = [people.COUNTY, people.OTHER_COUNTY, people.TOWN, places.SECOND_TOWN, people.OTHER_TOWN, places.VILLAGE]
KINDS = list(UnitKind)


class World:
    """Things in every place, with and without a department, and a unit of every kind in every place."""

    def __init__(self) -> None:
        places.make_regions()
        self.units = services.create_units(
            [
                UnitDraft(code=f"{kind}-{code}", name=f"{kind.label}{code}", kind=kind, region_code=code)
                for kind in KINDS
                for code in (None, people.CITY, *PLACES)
            ],
            by=SYSTEM,
        )
        departments = [unit for unit in self.units if unit.kind == UnitKind.DEPARTMENT][:2]
        for code in PLACES:
            for department in (None, *departments):
                number = Point.objects.count()
                draft = PointDraft(name=f"点{number}", code=f"P{number}", region_code=code)
                point = register_point(draft, by=SYSTEM)
                Point.objects.filter(pk=point.pk).update(department=department)
                problems.file_problems(
                    [
                        ProblemDraft(
                            title=f"问题{number}",
                            channel=Channel.INSPECTOR,
                            found_at=clock.now(),
                            region_code=code,
                            department_id=department.pk if department else None,
                        )
                    ],
                    by=SYSTEM,
                )
        self.user = people.make_user()

    def acting(self, role: Role, unit: Any, region_code: int | None) -> Acting | None:
        try:
            grant = services.grant_role(self.user, role=role, unit=unit, region_code=region_code, by=SYSTEM)
        except GrantOutOfPlace:
            return None
        acting = selectors.acting_of(self.user.pk, grant.pk)
        services.revoke_grant(grant, by=SYSTEM)
        return acting


@pytest.fixture
def world() -> World:
    return World()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_list_and_predicate_agree(world: World, data: st.DataObject) -> None:
    role = data.draw(st.sampled_from(Role))
    unit = data.draw(st.sampled_from(world.units))
    acting = world.acting(role, unit, data.draw(st.sampled_from([None, people.CITY, *PLACES])))
    if acting is None:
        return
    for rows in (Problem.objects.all(), Point.objects.all()):
        listed = set(rows.filter(acting.scope.as_q()).values_list("pk", flat=True))
        covered = {thing.pk for thing in rows if acting.scope.covers(thing)}
        assert listed == covered, acting
    may = {thing.pk for thing in Problem.objects.all() if permissions.can(acting, "problems.view_problem", thing)}
    assert may == set(visible_to(acting).values_list("pk", flat=True)), acting


def test_county_sees_its_county_and_no_more(world: World) -> None:
    seen = visible_to(people.make_acting(Role.COUNTY)).values_list("county_code", flat=True)
    assert set(seen) == {people.COUNTY}


def test_liaison_of_a_street_sees_its_ground(world: World) -> None:
    seen = visible_to(people.make_acting(Role.LIAISON)).values_list("town_code", flat=True)
    assert set(seen) == {people.TOWN}


def test_liaison_of_a_department_sees_what_names_it(world: World) -> None:
    bureau = next(unit for unit in world.units if unit.kind == UnitKind.DEPARTMENT)
    seen = visible_to(people.make_acting(Role.LIAISON, unit=bureau))
    assert set(seen.values_list("department_id", flat=True)) == {bureau.pk}
    assert seen.count() == len(PLACES)


def test_county_without_a_place_sees_nothing(world: World) -> None:
    office = next(unit for unit in world.units if unit.kind == UnitKind.COUNTY_OFFICE and unit.region_code is None)
    acting = people.make_acting(Role.COUNTY, unit=office)
    # The factory gives the role the unit's own region; this unit has none.
    assert acting.scope == Scope.nothing()
    assert not visible_to(acting).exists()


def test_scope_of_everything_filters_nothing() -> None:
    assert Scope.everything().as_q() == Q()
    assert Scope.everything().covers(object())
    assert not Scope.nothing().covers(object())


def test_scope_filters_through_a_prefix() -> None:
    assert Scope("lead_id", 7).as_q("item__") == Q(item__lead_id=7)


def test_unknown_permission_is_nobodys() -> None:
    assert not permissions.can(people.make_acting(Role.ADMINISTRATOR), "problems.delete_everything")
