"""Units and people, as few as a test needs."""

from datetime import date
from itertools import count

from wenming.foundation.people import selectors, services
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import Role, UnitKind
from wenming.foundation.people.models import Unit, UnitMerger, User
from wenming.foundation.people.services import UnitDraft
from wenming.kernel.actors import SYSTEM

PASSWORD = "plum-and-bamboo-7"
CITY = 349900000000
COUNTY = 349901000000
TOWN = 349901001000
OTHER_COUNTY = 349902000000
OTHER_TOWN = 349902001000

_numbers = count(1)


def make_unit(*, kind: UnitKind = UnitKind.STREET, region_code: int | None = TOWN, name: str = "") -> Unit:
    number = next(_numbers)
    draft = UnitDraft(code=f"U{number:05}", name=name or f"{kind.label}{number}", kind=kind, region_code=region_code)
    return services.create_unit(draft, by=SYSTEM)


def make_merger() -> UnitMerger:
    """Of two departments that hold nothing."""
    old, new = (make_unit(kind=UnitKind.DEPARTMENT, region_code=CITY) for _ in range(2))
    return services.absorb_unit(old, into=new, on=date(2024, 3, 1), note="", by=SYSTEM)


def make_user(*, username: str = "") -> User:
    number = next(_numbers)
    return services.create_user(
        username=username or f"user{number}", name=f"用户{number}", password=PASSWORD, by=SYSTEM
    )


_HOME = {
    Role.ADMINISTRATOR: (UnitKind.OFFICE, CITY),
    Role.SECURITY: (UnitKind.OFFICE, CITY),
    Role.AUDITOR: (UnitKind.OFFICE, CITY),
    Role.OFFICE: (UnitKind.OFFICE, CITY),
    Role.LEADER: (UnitKind.OFFICE, CITY),
    Role.AUTHOR: (UnitKind.OFFICE, CITY),
    Role.INSPECTOR: (UnitKind.COMPANY, CITY),
    Role.COUNTY: (UnitKind.COUNTY_OFFICE, COUNTY),
    Role.LIAISON: (UnitKind.STREET, TOWN),
}


def make_acting(
    role: Role, *, unit: Unit | None = None, region_code: int | None = None, user: User | None = None
) -> Acting:
    """Somebody at work under `role`; in a unit of his own unless one is given."""
    kind, home = _HOME[role]
    if unit is None:
        unit = make_unit(kind=kind, region_code=region_code or home)
    user = user or make_user()
    grant = services.grant_role(user, role=role, unit=unit, region_code=region_code or unit.region_code, by=SYSTEM)
    acting = selectors.acting_of(user.pk, grant.pk)
    assert acting is not None
    return acting
