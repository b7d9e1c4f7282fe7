"""Who should answer for a problem, and why: proposed at dispatch, decided by the person."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from wenming.foundation.people.models import Unit
from wenming.programmes.problems.enums import Lead
from wenming.programmes.problems.models import Problem
from wenming.programmes.problems.routing.routes import Directory, Route, Router, Told
from wenming.programmes.problems.routing.rules import Case, reason
from wenming.programmes.problems.routing.state import rules_in_force


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`side` is None where nobody can be proposed; `rule_why` is empty where no rule holds."""

    territory: Unit | None
    territory_why: str
    department: Unit | None
    department_why: str
    side: Lead | None
    helpers: tuple[Unit, ...] = ()
    rule_why: str = ""

    @property
    def lead(self) -> Unit | None:
        return self.territory if self.side == Lead.TERRITORY else self.department


def with_units(rows: QuerySet[Problem]) -> QuerySet[Problem]:
    """Loads what `suggest` reads, and the units that a line of a list shows."""
    return rows.select_related("territory", "department", "lead", "type", "point")


def suggest(problems: Sequence[Problem]) -> dict[int, Suggestion]:
    """By primary key; two statements: the rules that hold, and the units that they and the register lead to."""
    rules = rules_in_force()
    cases = {problem.pk: Case.of(problem) for problem in problems}
    told = {problem.pk: _told(problem) for problem in problems}
    directory = Directory(cases.values(), rules, told.values())
    router = Router(rules, directory)
    return {pk: _suggestion(router.route(case, told[pk]), directory) for pk, case in cases.items()}


def _told(problem: Problem) -> Told:
    side = Lead(problem.lead_side) if problem.lead_side else None
    return Told(problem.territory_id, problem.department_id, side)


def _suggestion(route: Route, directory: Directory) -> Suggestion:
    units = directory.units
    return Suggestion(
        territory=units[route.territory_id] if route.territory_id is not None else None,
        territory_why=route.territory_why,
        department=units[route.department_id] if route.department_id is not None else None,
        department_why=route.department_why,
        side=route.side,
        helpers=tuple(units[each] for each in route.helper_ids),
        rule_why=reason(route.rule_number, route.rule) if route.rule is not None else "",
    )
