"""Verbs about people and units."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from wenming.foundation.audit import services as audit
from wenming.foundation.people.enums import Role, UnitKind
from wenming.foundation.people.errors import (
    AccountLocked,
    GrantOutOfPlace,
    SignInFailed,
    UnitCodeTaken,
    UsernameTaken,
)
from wenming.foundation.people.models import Grant, Unit, UnitName, User
from wenming.foundation.people.selectors import name_key
from wenming.kernel import clock
from wenming.kernel.actors import SYSTEM, Actor, ActorKind
from wenming.kernel.errors import Invalid

FAILURES_MAX = 5
LOCK = timedelta(minutes=30)
WRITE_ROWS = 500

# Where a role may be held: a liaison answers for a unit, an office role belongs to the office.
_ROLE_KINDS: dict[Role, frozenset[UnitKind]] = {
    Role.OFFICE: frozenset({UnitKind.OFFICE, UnitKind.SECTION}),
    Role.COUNTY: frozenset({UnitKind.COUNTY_OFFICE}),
    Role.AUTHOR: frozenset({UnitKind.OFFICE, UnitKind.SECTION}),
}


@dataclass(frozen=True, slots=True)
class UnitDraft:
    code: str
    name: str
    kind: UnitKind
    parent_code: str = ""
    region_code: int | None = None


def create_units(drafts: Sequence[UnitDraft], *, by: Actor) -> list[Unit]:
    """All or none, in a fixed number of statements. Parents may stand in the same list, in any order.

    Raises UnitCodeTaken, or Invalid for an unknown parent.
    """
    codes = [draft.code for draft in drafts]
    with transaction.atomic():
        taken = Unit.objects.filter(code__in=codes).first()
        if taken is not None:
            raise UnitCodeTaken(unit_code=taken.code, name=taken.name)
        made = Unit.objects.bulk_create(
            [Unit(code=d.code, name=d.name, kind=d.kind, region_code=d.region_code) for d in drafts],
            batch_size=WRITE_ROWS,
        )
        known = {unit.code: unit for unit in made}
        outside = {d.parent_code for d in drafts if d.parent_code} - known.keys()
        known |= {unit.code: unit for unit in Unit.objects.filter(code__in=outside)}
        children = []
        for draft in drafts:
            if draft.parent_code:
                if draft.parent_code not in known:
                    raise Invalid(fields={"parent": f"{draft.code}: {draft.parent_code}"})
                known[draft.code].parent = known[draft.parent_code]
                children.append(known[draft.code])
        Unit.objects.bulk_update(children, ["parent"], batch_size=WRITE_ROWS)
        UnitName.objects.bulk_create(
            [UnitName(unit=unit, name=unit.name, key=name_key(unit.name)) for unit in made], batch_size=WRITE_ROWS
        )
        audit.record_all(
            [
                audit.Entry("people.create_unit", "unit", str(u.pk), None, {"code": u.code, "name": u.name})
                for u in made
            ],
            by=by,
        )
    return made


def create_unit(draft: UnitDraft, *, by: Actor) -> Unit:
    return create_units([draft], by=by)[0]


def rename_unit(unit: Unit, *, name: str, on: date, by: Actor) -> None:
    """The unit is called `name` from `on`; its earlier name still finds it."""
    with transaction.atomic():
        before = unit.name
        unit.names.filter(key=name_key(before)).update(valid_until_on=on)
        UnitName.objects.update_or_create(
            unit=unit, key=name_key(name), defaults={"name": name, "valid_until_on": None}
        )
        unit.name = name
        unit.save(update_fields=["name"])
        audit.record(
            by=by, action="people.rename_unit", kind="unit", key=unit.pk, before={"name": before}, after={"name": name}
        )


def add_unit_name(unit: Unit, *, name: str, until: date | None, by: Actor) -> None:
    """A name that the unit had, or an abbreviation that workbooks use for it."""
    _row, is_new = UnitName.objects.get_or_create(
        unit=unit, key=name_key(name), defaults={"name": name, "valid_until_on": until}
    )
    if is_new:
        audit.record(by=by, action="people.add_unit_name", kind="unit", key=unit.pk, after={"name": name})


@dataclass(frozen=True, slots=True)
class UserDraft:
    username: str
    name: str
    password: str


def create_users(drafts: Sequence[UserDraft], *, by: Actor) -> list[User]:
    """All or none, in a fixed number of statements. Raises UsernameTaken, or Invalid with what is wrong with a password.

    A password that several drafts share (an initial one, to be changed) is hashed once: hashing is meant to be slow.
    """
    users = [User(username=draft.username.strip(), name=draft.name.strip()) for draft in drafts]
    hashes: dict[str, str] = {}
    for user, draft in zip(users, drafts, strict=True):
        try:
            validate_password(draft.password, user)
        except ValidationError as error:
            raise Invalid(fields={"password": " ".join(error.messages)}) from error
        if draft.password not in hashes:
            hashes[draft.password] = make_password(draft.password)
        user.password = hashes[draft.password]
    names = [user.username for user in users]
    with transaction.atomic():
        taken = User.objects.filter(username__in=names).values_list("username", flat=True).first()
        twice = next((name for name, times in Counter(names).items() if times > 1), None)
        if taken or twice:
            raise UsernameTaken(username=taken or twice)
        made = User.objects.bulk_create(users, batch_size=WRITE_ROWS)
        audit.record_all(
            [audit.Entry("people.create_user", "user", str(u.pk), None, {"username": u.username}) for u in made], by=by
        )
    return made


def create_user(*, username: str, name: str, password: str, by: Actor) -> User:
    """Raises UsernameTaken, or Invalid with what is wrong with the password."""
    return create_users([UserDraft(username, name, password)], by=by)[0]


def grant_role(user: User, *, role: Role, unit: Unit, by: Actor, region_code: int | None = None) -> Grant:
    """Repeating an open grant changes nothing. Raises GrantOutOfPlace."""
    kinds = _ROLE_KINDS.get(role)
    if kinds is not None and UnitKind(unit.kind) not in kinds:
        raise GrantOutOfPlace(role=role.label, unit=unit.name)
    with transaction.atomic():
        grant, is_new = Grant.objects.get_or_create(
            user=user,
            role=role,
            unit=unit,
            revoked_at=None,
            defaults={"region_code": region_code, "granted_at": clock.now()},
        )
        if is_new:
            after = {"role": role, "unit": unit.code, "region": region_code}
            audit.record(by=by, action="people.grant_role", kind="user", key=user.pk, after=after)
    return grant


def revoke_grant(grant: Grant, *, by: Actor) -> None:
    with transaction.atomic():
        changed = Grant.objects.filter(pk=grant.pk, revoked_at__isnull=True).update(revoked_at=clock.now())
        if changed:
            before = {"role": grant.role, "unit_id": grant.unit_id}
            audit.record(by=by, action="people.revoke_grant", kind="user", key=grant.user_id, before=before)


def sign_in(*, username: str, password: str) -> User:
    """The account of whoever knows its password. Raises SignInFailed, AccountLocked.

    The failure is counted and committed before the refusal is raised, so that a refused attempt still counts; an
    unknown name costs as much time as a wrong password.
    """
    refusal: SignInFailed | AccountLocked | None = None
    with transaction.atomic():
        user = User.objects.select_for_update().filter(username=username.strip(), is_active=True).first()
        if user is None:
            make_password(password)
            raise SignInFailed
        now = clock.now()
        if user.locked_until is not None and user.locked_until > now:
            minutes = -((now - user.locked_until) // timedelta(minutes=1))
            raise AccountLocked(minutes=minutes)
        actor = Actor(ActorKind.USER, str(user.pk))
        if check_password(password, user.password):
            user.failed_sign_ins, user.locked_until, user.last_login = 0, None, now
            audit.record(by=actor, action="people.sign_in", kind="user", key=user.pk)
        else:
            refusal = _count_failure(user)
        user.save(update_fields=["failed_sign_ins", "locked_until", "last_login"])
    if refusal is not None:
        raise refusal
    return user


def _count_failure(user: User) -> SignInFailed | AccountLocked:
    user.failed_sign_ins += 1
    audit.record(by=SYSTEM, action="people.refuse_sign_in", kind="user", key=user.pk)
    if user.failed_sign_ins < FAILURES_MAX:
        return SignInFailed()
    user.failed_sign_ins, user.locked_until = 0, clock.now() + LOCK
    audit.record(by=SYSTEM, action="people.lock_account", kind="user", key=user.pk)
    return AccountLocked(minutes=LOCK // timedelta(minutes=1))


def unlock_accounts(users: Iterable[User], *, by: Actor) -> int:
    pks = [user.pk for user in users]
    with transaction.atomic():
        changed = User.objects.filter(pk__in=pks).update(locked_until=None, failed_sign_ins=F("failed_sign_ins") * 0)
        audit.record_all([audit.Entry("people.unlock", "user", str(pk)) for pk in pks], by=by)
    return changed
