"""Who answers, decisions about single points, and the matrix against a slow model of it."""

import random

import pytest
from django.db import IntegrityError, transaction

from tests.factories import standards as make
from tests.factories.people import COUNTY, OTHER_TOWN, make_acting, make_unit
from tests.factories.places import make_point
from wenming.foundation.people.enums import Role, UnitKind
from wenming.foundation.places.models import Point
from wenming.kernel.actors import SYSTEM
from wenming.programmes.standards import errors, selectors, services
from wenming.programmes.standards.models import Responsibility, Standard
from wenming.programmes.standards.selectors import MatrixFilters
from wenming.programmes.standards.services import Assignment

pytestmark = pytest.mark.django_db


def answers(standard: Standard, point: Point, code: str) -> list[tuple[str | None, str]]:
    found = selectors.who_answers([(point, selectors.criterion_for(code, standard=standard))])[0]
    return [(each.unit.name if each.unit else None, each.source.value) for each in (found.territory, found.department)]


def test_who_answers_follows_override_then_rule_then_point() -> None:
    lead = make_unit(kind=UnitKind.DEPARTMENT, name="市城管局")
    standard = make.make_standard()
    town, bureau = make_unit(name="文昌街道"), make_unit(kind=UnitKind.DEPARTMENT, name="市住建局")
    point = make_point(type_key="主次干道", territory_id=town.pk, department_id=bureau.pk)
    assert answers(standard, point, "01-01-01") == [("文昌街道", "point"), ("市城管局", "rule")]
    assert answers(standard, point, "01-01-02") == [("文昌街道", "point"), ("市住建局", "point")]
    criterion = selectors.criterion_for("01-01-01", standard=standard)
    services.assign_responsibility(Assignment(criterion, point, None, bureau), reason="现场会议定", by=SYSTEM)
    assert answers(standard, point, "01-01-01") == [("文昌街道", "point"), ("市住建局", "override")]
    services.withdraw_responsibility(criterion=criterion, point=point, by=SYSTEM)
    assert answers(standard, point, "01-01-01") == [("文昌街道", "point"), (lead.name, "rule")]


def test_who_answers_when_nobody_does() -> None:
    standard = make.make_standard()
    road, park = make_point(type_key="主次干道"), make_point(type_key="公园")
    assert answers(standard, road, "01-01-02") == [(None, "nobody"), (None, "nobody")]
    # No rule of parks asks for the territory.
    assert answers(standard, park, "01-01-01") == [(None, "not_asked"), (None, "nobody")]


def test_assign_responsibility_keeps_the_history() -> None:
    standard = make.make_standard()
    point = make_point(type_key="主次干道")
    criterion = selectors.criterion_for("01-01-01", standard=standard)
    units = [make_unit(kind=UnitKind.DEPARTMENT) for _ in range(2)]
    for unit in units:
        services.assign_responsibility(Assignment(criterion, point, None, unit), reason="会议定", by=SYSTEM)
    history = selectors.responsibility_history(point, criterion)
    assert [(row.department, row.valid_until_at is None) for row in history] == [(units[1], True), (units[0], False)]


def test_assign_responsibility_again_changes_nothing() -> None:
    standard, point = make.make_standard(), make_point(type_key="主次干道")
    criterion, unit = selectors.criterion_for("01-01-01", standard=standard), make_unit()
    assignment = Assignment(criterion, point, unit, None)
    assert services.assign_responsibility(assignment, reason="会议定", by=SYSTEM) is not None
    assert services.assign_responsibility(assignment, reason="会议定", by=SYSTEM) is None
    assert Responsibility.objects.count() == 1


def test_assign_responsibility_refuses_no_reason_and_no_unit() -> None:
    standard, point = make.make_standard(), make_point(type_key="主次干道")
    criterion = selectors.criterion_for("01-01-01", standard=standard)
    with pytest.raises(errors.NoReason):
        services.assign_responsibility(Assignment(criterion, point, make_unit(), None), reason=" ", by=SYSTEM)
    with pytest.raises(errors.NothingAssigned):
        services.assign_responsibility(Assignment(criterion, point, None, None), reason="会议定", by=SYSTEM)


def test_database_refuses_two_decisions_in_force() -> None:
    standard, point = make.make_standard(), make_point(type_key="主次干道")
    criterion = selectors.criterion_for("01-01-01", standard=standard)
    row = services.assign_responsibility(Assignment(criterion, point, make_unit(), None), reason="会议定", by=SYSTEM)
    assert row is not None
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize("size", [1, 20])
def test_assign_responsibilities_costs_the_same(size: int, django_assert_num_queries: object) -> None:
    standard = make.make_standard()
    criterion, unit = selectors.criterion_for("01-01-01", standard=standard), make_unit()
    assignments = [Assignment(criterion, make_point(type_key="主次干道"), unit, None) for _ in range(size)]
    with django_assert_num_queries(5):  # type: ignore[operator]
        services.assign_responsibilities(assignments, reason="会议定", by=SYSTEM)


def _scatter(dice: random.Random, standard: Standard) -> None:
    """Points of known and unknown types, some without units, some with decisions."""
    towns = [make_unit() for _ in range(2)]
    bureaus = [make_unit(kind=UnitKind.DEPARTMENT) for _ in range(2)]
    criteria = list(selectors.criteria(standard, level=3))  # type: ignore[arg-type]
    for _ in range(12):
        town, bureau = dice.choice([*towns, None]), dice.choice([*bureaus, None, None])
        point = make_point(
            type_key=dice.choice(["主次干道", "公园", "车站"]),
            territory_id=town.pk if town else None,
            department_id=bureau.pk if bureau else None,
        )
        for criterion in dice.sample(criteria, dice.randint(0, 2)):
            units = dice.choice([(towns[0], None), (None, bureaus[0]), (towns[1], bureaus[1])])
            services.assign_responsibility(Assignment(criterion, point, *units), reason="会议定", by=SYSTEM)
            if dice.random() < 0.3:
                services.withdraw_responsibility(criterion=criterion, point=point, by=SYSTEM)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("project", ["", "01", "02"])
def test_matrix_counts_the_gaps_that_its_rows_show(seed: int, project: str) -> None:
    if seed % 2:
        make_unit(kind=UnitKind.DEPARTMENT, name="市城管局")
    standard = make.make_standard()
    _scatter(random.Random(seed), standard)
    acting = make_acting(Role.OFFICE)
    shown = selectors.matrix_groups(acting, standard=standard, filters=MatrixFilters(project_code=project))
    everything = selectors.responsibility_matrix(acting, standard=standard, filters=MatrixFilters(project_code=project))
    gaps = selectors.responsibility_matrix(
        acting, standard=standard, filters=MatrixFilters(project_code=project, is_gaps_only=True)
    )
    no_territory = {g.point.pk for g in shown if any(c.answers.territory.is_gap for c in g.cells)}
    no_department = {g.point.pk for g in shown if any(c.answers.department.is_gap for c in g.cells)}
    assert everything.gaps.without_territory == len(no_territory)
    assert everything.gaps.without_department == len(no_department)
    assert everything.gaps.without_type == Point.objects.filter(type_key="车站").count()
    assert {group.point.pk for group in gaps.groups} == no_territory | no_department
    assert all(cell.answers.is_gap for group in gaps.groups for cell in group.cells)


def test_matrix_shows_a_county_its_own_points() -> None:
    standard = make.make_standard()
    mine = make_point(type_key="主次干道")
    make_point(type_key="主次干道", region_code=OTHER_TOWN)
    acting = make_acting(Role.COUNTY, region_code=COUNTY)
    found = selectors.responsibility_matrix(acting, standard=standard, filters=MatrixFilters())
    assert [group.point for group in found.groups] == [mine]
    assert found.gaps.points == 1


def test_matrix_of_a_unit_shows_what_it_answers_for() -> None:
    lead = make_unit(kind=UnitKind.DEPARTMENT, name="市城管局")
    standard = make.make_standard()
    road, park = make_point(type_key="主次干道"), make_point(type_key="公园")
    make_point(type_key="车站")
    found = selectors.responsibility_matrix(
        make_acting(Role.OFFICE), standard=standard, filters=MatrixFilters(unit_id=lead.pk)
    )
    rows = [(group.point, [cell.duty.criterion.code for cell in group.cells]) for group in found.groups]
    assert rows == [(road, ["01-01-01"]), (park, ["01-01-01"])]


@pytest.mark.parametrize("size", [1, 3])
def test_matrix_costs_the_same_for_more_points(size: int, django_assert_num_queries: object) -> None:
    standard, acting = make.make_standard(), make_acting(Role.OFFICE)
    for _ in range(size):
        make_point(type_key="主次干道", territory_id=make_unit().pk)
    with django_assert_num_queries(4):  # type: ignore[operator]
        found = selectors.responsibility_matrix(acting, standard=standard, filters=MatrixFilters())
        names = [
            cell.answers.territory.unit.name for g in found.groups for cell in g.cells if cell.answers.territory.unit
        ]
    assert len(names) == 2 * size
