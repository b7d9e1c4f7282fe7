"""What the catalogue proposes where no rule holds."""

import pytest

from tests.factories import people, standards
from tests.factories.problems import Cast, make_problem
from wenming.foundation.people.enums import UnitKind
from wenming.programmes.problems.enums import Lead
from wenming.programmes.problems.models import Problem
from wenming.programmes.problems.routing.rules import Rule
from wenming.programmes.problems.routing.suggesting import suggest, with_units
from wenming.programmes.problems.services import routing as services
from wenming.programmes.standards.models import ProblemType

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "side"),
    [(UnitKind.DEPARTMENT, Lead.DEPARTMENT), (UnitKind.OFFICE, Lead.TERRITORY), (None, Lead.TERRITORY)],
)
def test_suggest_lets_the_department_of_the_type_lead(kind: UnitKind | None, side: Lead) -> None:
    """The office hands on and never handles, so a type that names it is led by the place."""
    cast = Cast()
    unit = people.make_unit(kind=kind, region_code=people.CITY) if kind is not None else None
    row = standards.make_catalogue().types.get(name="暴露垃圾")
    ProblemType.objects.filter(pk=row.pk).update(lead=unit)
    row.refresh_from_db()
    problem = make_problem(cast, territory_id=None, department_id=None, type=row)
    found = suggest(list(with_units(Problem.objects.filter(pk=problem.pk))))[problem.pk]
    assert (found.side, found.territory, found.department) == (side, cast.street, unit)
    if unit is not None:
        assert found.department_why == "类型默认：“暴露垃圾”由它主管"


def test_suggest_keeps_the_side_that_a_rule_names_before_that_of_the_type() -> None:
    cast = Cast()
    row = standards.make_catalogue().types.get(name="暴露垃圾")
    ProblemType.objects.filter(pk=row.pk).update(lead=cast.bureau)
    row.refresh_from_db()
    rule = Rule(key="all", side=Lead.TERRITORY)
    services.put_rule(rule=rule, position=1, expected=0, by=cast.office.actor)
    services.put_draft_in_force(expected_draft=1, expected_in_force=0, note="", by=cast.office.actor)
    problem = make_problem(cast, type=row, department_id=None)
    found = suggest(list(with_units(Problem.objects.filter(pk=problem.pk))))[problem.pk]
    assert (found.lead, found.department) == (cast.street, cast.bureau)
