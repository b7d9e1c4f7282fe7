"""Verbs about grants. The three administrators are kept apart, and nobody makes one alone."""

from datetime import date

from django.db import transaction

from wenming.foundation.audit import services as audit
from wenming.foundation.people.enums import ADMINISTRATORS, Role, UnitKind
from wenming.foundation.people.errors import (
    GrantConfirmedAlready,
    GrantNeedsAnother,
    GrantOutOfPlace,
    GrantToOneself,
    OneAdministratorRole,
)
from wenming.foundation.people.models import Grant, Unit, User
from wenming.kernel import clock
from wenming.kernel.actors import Actor, ActorKind

# Where a role may be held: a liaison answers for a unit, an office role belongs to the office.
_ROLE_KINDS: dict[Role, frozenset[UnitKind]] = {
    Role.OFFICE: frozenset({UnitKind.OFFICE, UnitKind.SECTION}),
    Role.COUNTY: frozenset({UnitKind.COUNTY_OFFICE}),
    Role.AUTHOR: frozenset({UnitKind.OFFICE, UnitKind.SECTION}),
    Role.SECURITY: frozenset({UnitKind.OFFICE, UnitKind.SECTION}),
    Role.AUDITOR: frozenset({UnitKind.OFFICE, UnitKind.SECTION}),
}


def grant_role(
    user: User,
    *,
    role: Role,
    unit: Unit,
    by: Actor,
    region_code: int | None = None,
    ends_on: date | None = None,
) -> Grant:
    """Repeating an open grant changes nothing. `ends_on` is the last day on which it holds.

    An administrator's role that a person gives holds only when another person has confirmed it; one that the
    installation gives (from its command line) holds at once.
    Raises GrantOutOfPlace, GrantToOneself, OneAdministratorRole.
    """
    require_place(role, unit)
    granter = _person(by)
    if granter == user.pk:
        raise GrantToOneself
    now = clock.now()
    waits = role in ADMINISTRATORS and granter is not None
    with transaction.atomic():
        # Whoever grants to the same person at the same moment waits here.
        User.objects.select_for_update().get(pk=user.pk)
        if role in ADMINISTRATORS:
            _require_no_other(user, role, unit)
        grant, is_new = Grant.objects.get_or_create(
            user=user,
            role=role,
            unit=unit,
            revoked_at=None,
            defaults={
                "region_code": region_code,
                "granted_at": now,
                "granted_by_id": granter,
                "effective_at": None if waits else now,
                "ends_on": ends_on,
            },
        )
        if is_new:
            after = {"role": role, "unit": unit.code, "region": region_code, "ends_on": ends_on, "waits": waits}
            audit.record(by=by, action="people.grant_role", kind="user", key=user.pk, after=after)
    return grant


def require_place(role: str, unit: Unit) -> None:
    """Raises GrantOutOfPlace where a role cannot be held in that kind of unit."""
    kinds = _ROLE_KINDS.get(Role(role))
    if kinds is not None and UnitKind(unit.kind) not in kinds:
        raise GrantOutOfPlace(role=Role(role).label, unit=unit.name)


def confirm_grant(grant: Grant, *, by: Actor) -> None:
    """The second pair of eyes on an administrator's role. Raises GrantNeedsAnother, GrantConfirmedAlready."""
    person = _person(by)
    if person is None or person in (grant.user_id, grant.granted_by_id):
        raise GrantNeedsAnother
    waiting = Grant.objects.filter(pk=grant.pk, revoked_at__isnull=True, effective_at__isnull=True)
    with transaction.atomic():
        if not waiting.update(effective_at=clock.now(), confirmed_by_id=person):
            raise GrantConfirmedAlready
        after = {"role": grant.role, "unit_id": grant.unit_id}
        audit.record(by=by, action="people.confirm_grant", kind="user", key=grant.user_id, after=after)


def revoke_grant(grant: Grant, *, by: Actor) -> None:
    with transaction.atomic():
        changed = Grant.objects.filter(pk=grant.pk, revoked_at__isnull=True).update(revoked_at=clock.now())
        if changed:
            before = {"role": grant.role, "unit_id": grant.unit_id}
            audit.record(by=by, action="people.revoke_grant", kind="user", key=grant.user_id, before=before)


def _require_no_other(user: User, role: Role, unit: Unit) -> None:
    held = Grant.objects.filter(user=user, role__in=ADMINISTRATORS, revoked_at__isnull=True)
    other = held.exclude(role=role, unit=unit).first()
    if other is not None:
        raise OneAdministratorRole(name=user.name, role=Role(other.role).label)


def _person(by: Actor) -> int | None:
    return int(by.id) if by.kind is ActorKind.USER else None
