"""Whom the rules propose for each of many problems, with one load of the rules and one of the units."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _

from wenming.foundation.people.enums import DEPARTMENTS, UnitKind
from wenming.foundation.people.models import Unit
from wenming.foundation.people.selectors import units
from wenming.kernel.kept import KeptModels
from wenming.programmes.problems.enums import Lead
from wenming.programmes.problems.routing.rules import Case, Matcher, Rule, WordIndex, reason

GROUND_UNITS: Final = (UnitKind.STREET, UnitKind.TOWN)
# No unit has this key, and no town this code.
NOBODY: Final = 0
_UNITS: Final = KeptModels(
    lambda pks, towns: units().filter(Q(pk__in=pks) | Q(kind__in=GROUND_UNITS, region_code__in=towns)),
    (list[int], list[int]),
)


@dataclass(frozen=True, slots=True)
class Told:
    """The units that a person or a source named when the problem came in."""

    territory_id: int | None = None
    department_id: int | None = None
    side: Lead | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """`side` is None where nobody can be proposed, `rule` where no rule holds; `rule_number` counts from one."""

    territory_id: int | None
    territory_why: str
    department_id: int | None
    department_why: str
    side: Lead | None
    helper_ids: tuple[int, ...] = ()
    rule: Rule | None = None
    rule_number: int = 0

    @property
    def lead_id(self) -> int | None:
        return self.territory_id if self.side == Lead.TERRITORY else self.department_id


class Directory:
    """The units in use that these cases and rules may lead to; one statement."""

    def __init__(self, cases: Iterable[Case], rules: Iterable[Rule], told: Iterable[Told] = ()) -> None:
        towns: set[int] = set()
        named: set[int | None] = set()
        for case in cases:
            if case.town_code is not None:
                towns.add(case.town_code)
            named |= {case.type_lead_id, case.point_territory_id, case.point_department_id}
        for each in told:
            named |= {each.territory_id, each.department_id}
        for rule in rules:
            named |= set(rule.unit_ids)
        wanted = {unit for unit in named if unit is not None}
        found = _UNITS.all([*wanted] or [NOBODY], [*towns] or [NOBODY]) if wanted or towns else []
        self.units: Mapping[int, Unit] = {unit.pk: unit for unit in found}
        grounds = [unit for unit in found if unit.kind in GROUND_UNITS and unit.region_code is not None]
        self._grounds = {unit.region_code: unit.pk for unit in reversed(grounds)}

    def in_use(self, unit_id: int | None) -> int | None:
        return unit_id if unit_id in self.units else None

    def ground(self, town_code: int | None) -> int | None:
        return self._grounds.get(town_code) if town_code is not None else None


class Router:
    """The first rule that is on, names only units in use and holds decides; what it leaves open is as without rules."""

    def __init__(self, rules: Sequence[Rule], directory: Directory) -> None:
        self._directory = directory
        self._ready = [
            (number, Matcher(rule))
            for number, rule in enumerate(rules, start=1)
            if rule.is_on and all(unit in directory.units for unit in rule.unit_ids)
        ]
        self._words = WordIndex({word for _number, each in self._ready for word in each.words})

    def route(self, case: Case, told: Told = Told()) -> Route:
        words = self._words.found_in(case.text)
        found = next(((number, each.rule) for number, each in self._ready if each.holds(case, words)), None)
        number, rule = found if found is not None else (0, None)
        why = reason(number, rule) if rule is not None else ""
        territory = (rule.territory_id, why) if rule and rule.territory_id else self._territory(case, told)
        department = (rule.department_id, why) if rule and rule.department_id else self._department(case, told)
        side = (rule.side if rule else None) or told.side or self._side(case, territory[0], department[0])
        helpers = rule.helper_ids if rule else ()
        return Route(*territory, *department, side, helpers, rule, number)

    def _side(self, case: Case, territory_id: int | None, department_id: int | None) -> Lead | None:
        """Where the type names a department of its own the department leads, else the place; who is there, else."""
        by_type = self._directory.units.get(case.type_lead_id) if case.type_lead_id is not None else None
        leads_by_type = by_type is not None and UnitKind(by_type.kind) in DEPARTMENTS
        if department_id is not None and (leads_by_type or territory_id is None):
            return Lead.DEPARTMENT
        return Lead.TERRITORY if territory_id is not None else None

    def _territory(self, case: Case, told: Told) -> tuple[int | None, str]:
        registered = self._directory.in_use(case.point_territory_id)
        ground = self._directory.ground(case.town_code)
        chosen = self._directory.in_use(told.territory_id)
        if registered is not None and chosen in (None, registered):
            return registered, _("点位登记的属地单位")
        if ground is not None and chosen in (None, ground):
            return ground, _("位置在它的范围内")
        if chosen is not None:
            return chosen, _("登记时选定")
        return None, _("没有位置，请选定属地")

    def _department(self, case: Case, told: Told) -> tuple[int | None, str]:
        registered = self._directory.in_use(case.point_department_id)
        by_type = self._directory.in_use(case.type_lead_id)
        chosen = self._directory.in_use(told.department_id)
        if registered is not None and chosen in (None, registered):
            return registered, _("点位登记的主管单位")
        if by_type is not None and chosen in (None, by_type):
            return by_type, _("类型默认：“{type}”由它主管").format(type=case.type_name)
        if chosen is not None:
            return chosen, _("登记时选定")
        return None, _("这一类没有登记主管单位")
