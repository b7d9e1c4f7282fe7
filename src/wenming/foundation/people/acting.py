"""Under which grant somebody works at this moment, and how far it reaches."""

from dataclasses import dataclass

from wenming.foundation.people.enums import CITY_ROLES, DEPARTMENTS, Role, UnitKind
from wenming.foundation.people.models import Grant
from wenming.kernel.actors import Actor, ActorKind
from wenming.kernel.regions import RegionLevel, cut, level_of
from wenming.kernel.scopes import Scope


@dataclass(frozen=True, slots=True)
class Acting:
    """The person, the grant and the scope of a session. `scope` names one column of the things that are listed."""

    user_id: int
    user_name: str
    grant_id: int
    role: Role
    unit_id: int
    unit_name: str
    unit_kind: UnitKind
    scope: Scope

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.USER, str(self.user_id), self.unit_id, self.role)

    def is_any(self, *roles: Role) -> bool:
        return self.role in roles


def acting_under(grant: Grant) -> Acting:
    """Expects `user` and `unit` to be loaded with the grant."""
    return Acting(
        user_id=grant.user_id,
        user_name=grant.user.name,
        grant_id=grant.pk,
        role=Role(grant.role),
        unit_id=grant.unit_id,
        unit_name=grant.unit.name,
        unit_kind=UnitKind(grant.unit.kind),
        scope=scope_of(grant),
    )


def scope_of(grant: Grant) -> Scope:
    """The city's own roles see the city; a county its county; a liaison what his unit answers for.

    A street, town, community or village answers for its ground; a department or company for what names it as the
    department.
    """
    role, unit = Role(grant.role), grant.unit
    if role is Role.LIAISON and UnitKind(unit.kind) in DEPARTMENTS:
        return Scope("department_id", unit.pk)
    code = grant.region_code if grant.region_code is not None else unit.region_code
    if role in CITY_ROLES and (code is None or level_of(code) <= RegionLevel.CITY):
        return Scope.everything()
    if code is None:
        return Scope.nothing()
    level = level_of(code)
    if level <= RegionLevel.CITY:
        return Scope.everything() if role in (Role.INSPECTOR, *CITY_ROLES) else Scope.nothing()
    if role is Role.COUNTY:
        return Scope.region(cut(code, RegionLevel.COUNTY), RegionLevel.COUNTY)
    return Scope.region(code, level)
