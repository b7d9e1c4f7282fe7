"""Who should answer for a problem, and why: proposed at dispatch, decided by the person."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from wenming.foundation.people.enums import UnitKind
from wenming.foundation.people.models import Unit
from wenming.foundation.people.selectors import units
from wenming.programmes.problems.enums import Lead
from wenming.programmes.problems.models import Problem

GROUND_UNITS = (UnitKind.STREET, UnitKind.TOWN)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`side` is None where nobody can be proposed."""

    territory: Unit | None
    territory_why: str
    department: Unit | None
    department_why: str
    side: Lead | None

    @property
    def lead(self) -> Unit | None:
        return self.territory if self.side == Lead.TERRITORY else self.department


def with_units(rows: QuerySet[Problem]) -> QuerySet[Problem]:
    """Loads what `suggest` reads."""
    return rows.select_related(
        "territory", "department", "lead", "type", "type__lead", "point", "point__territory", "point__department"
    )


def suggest(problems: Sequence[Problem]) -> dict[int, Suggestion]:
    """By primary key; one statement for the streets and towns that the positions lie in."""
    codes = {problem.town_code for problem in problems if problem.town_code is not None}
    found = units().filter(kind__in=GROUND_UNITS, region_code__in=codes)
    grounds = {unit.region_code: unit for unit in found} if codes else {}
    return {problem.pk: _suggestion(problem, grounds.get(problem.town_code)) for problem in problems}


def _suggestion(problem: Problem, ground: Unit | None) -> Suggestion:
    territory, territory_why = _territory(problem, ground)
    department, department_why = _department(problem)
    side: Lead | None = Lead(problem.lead_side) if problem.lead_side else None
    if side is None and territory is not None:
        side = Lead.TERRITORY
    elif side is None and department is not None:
        side = Lead.DEPARTMENT
    return Suggestion(territory, territory_why, department, department_why, side)


def _territory(problem: Problem, ground: Unit | None) -> tuple[Unit | None, str]:
    point = problem.point
    chosen = problem.territory
    if point is not None and point.territory is not None and chosen in (None, point.territory):
        return point.territory, _("点位登记的属地单位")
    if ground is not None and chosen in (None, ground):
        return ground, _("位置在它的范围内")
    if chosen is not None:
        return chosen, _("登记时选定")
    return None, _("没有位置，请选定属地")


def _department(problem: Problem) -> tuple[Unit | None, str]:
    point, kind = problem.point, problem.type
    chosen = problem.department
    if point is not None and point.department is not None and chosen in (None, point.department):
        return point.department, _("点位登记的主管单位")
    if kind is not None and kind.lead is not None and chosen in (None, kind.lead):
        return kind.lead, _("“{type}”由它主管").format(type=kind.name)
    if chosen is not None:
        return chosen, _("登记时选定")
    return None, _("这一类没有登记主管单位")
