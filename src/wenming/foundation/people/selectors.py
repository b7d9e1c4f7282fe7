"""Reads about people and units."""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from wenming.foundation.people.acting import Acting, acting_under
from wenming.foundation.people.enums import ADMINISTRATORS, DEPARTMENTS, TERRITORIES
from wenming.foundation.people.errors import AmbiguousUnit, MergerNotThere, UnitNotThere, UnknownUnit, UserNotThere
from wenming.foundation.people.models import (
    Grant,
    RecoveryCode,
    SecondFactor,
    Unit,
    UnitGroup,
    UnitGroupMember,
    UnitMerger,
    UnitName,
    User,
)
from wenming.kernel import clock

MERGERS_MAX: Final = 50
GRANTS_MAX: Final = 500
GROUPS_MAX: Final = 100
# What the groups are called where the office made none, as its papers print them.
TERRITORY_GROUP: Final = "属地"
DEPARTMENT_GROUP: Final = "主管部门"
REST_GROUP: Final = "其他单位"


def name_key(name: str) -> str:
    """What a unit's name is looked up by: without spaces of any width, in one width of characters."""
    return "".join(unicodedata.normalize("NFKC", name).split())


def open_grants(user_id: int) -> QuerySet[Grant]:
    """What holds now: confirmed where that is needed, not ended, not revoked, of an account and a unit in use."""
    today = clock.local(clock.now()).date()
    return (
        Grant.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today))
        .filter(user_id=user_id, effective_at__isnull=False, revoked_at__isnull=True)
        .filter(user__is_active=True, unit__is_active=True)
        .select_related("user", "unit")
        .order_by("pk")
    )


def acting_of(user_id: int, grant_id: int | None = None) -> Acting | None:
    """The session's grant, or the person's first; None for somebody without one."""
    return acting_among(list(open_grants(user_id)), grant_id)


def acting_among(grants: Sequence[Grant], grant_id: int | None = None) -> Acting | None:
    """The grant of `grant_id` where it is among `grants`, else their first."""
    chosen = next((grant for grant in grants if grant.pk == grant_id), grants[0] if grants else None)
    return acting_under(chosen) if chosen else None


def units() -> QuerySet[Unit]:
    """Units are no secret among staff: who answers for what is the point of the system."""
    return Unit.objects.filter(is_active=True).order_by("code")


class UnitBook:
    """All units by code and by any name that they have or had, read once; for imports of many rows."""

    def __init__(self) -> None:
        self._by_code = {unit.code: unit for unit in Unit.objects.all()}
        by_pk = {unit.pk: unit for unit in self._by_code.values()}
        self._by_name: dict[str, list[Unit]] = {}
        for unit_id, key in UnitName.objects.values_list("unit_id", "key"):
            self._by_name.setdefault(key, []).append(by_pk[unit_id])

    def find(self, text: str) -> Unit:
        """The unit with this code, or with this name now or earlier. Raises UnknownUnit, AmbiguousUnit."""
        if text.strip() in self._by_code:
            return self._by_code[text.strip()]
        found = self._by_name.get(name_key(text), [])
        if not found:
            raise UnknownUnit(name=text.strip())
        if len(found) > 1:
            raise AmbiguousUnit(name=text.strip(), count=len(found))
        return found[0]


def unit_by_any_name(text: str) -> Unit:
    """One unit by code or by a name that it has or had. Raises UnknownUnit, AmbiguousUnit."""
    by_code = Unit.objects.filter(code=text.strip()).first()
    if by_code is not None:
        return by_code
    found = list(Unit.objects.filter(names__key=name_key(text)).distinct()[:20])
    if not found:
        raise UnknownUnit(name=text.strip())
    if len(found) > 1:
        raise AmbiguousUnit(name=text.strip(), count=len(found))
    return found[0]


def names_of(unit_ids: Iterable[int]) -> dict[int, str]:
    return dict(Unit.objects.filter(pk__in=set(unit_ids)).values_list("pk", "name"))


def use_of(unit: Unit) -> tuple[int, int]:
    """How many units in use stand directly below it, and how many grants in it are open."""
    children = Unit.objects.filter(parent=unit, is_active=True).count()
    return children, Grant.objects.filter(unit=unit, revoked_at__isnull=True).count()


def user_by_pk(pk: int) -> User:
    """Raises UserNotThere."""
    user = User.objects.filter(pk=pk).first()
    if user is None:
        raise UserNotThere
    return user


def user_by_name(username: str) -> User:
    """Raises UserNotThere."""
    user = User.objects.filter(username=username).first()
    if user is None:
        raise UserNotThere
    return user


def unit_by_pk(pk: int) -> Unit:
    """Raises UnitNotThere."""
    unit = Unit.objects.select_related("parent", "absorbed_by").filter(pk=pk).first()
    if unit is None:
        raise UnitNotThere
    return unit


def merger_by_pk(pk: int) -> UnitMerger:
    """With its two units. Raises MergerNotThere."""
    merger = UnitMerger.objects.select_related("absorbed", "into").filter(pk=pk).first()
    if merger is None:
        raise MergerNotThere
    return merger


def merger_of(unit: Unit) -> UnitMerger | None:
    """The merger in force by which the unit went into another."""
    return UnitMerger.objects.select_related("absorbed", "into").filter(absorbed=unit, undone_at__isnull=True).first()


def taken_in_by(unit: Unit) -> QuerySet[UnitMerger]:
    """The mergers in force by which others went into the unit, the latest first."""
    rows = UnitMerger.objects.filter(into=unit, undone_at__isnull=True).select_related("absorbed")
    return rows.order_by("-merged_on", "-pk")[:MERGERS_MAX]


def mergers_with_grants() -> QuerySet[UnitMerger]:
    """The mergers in force whose people wait for their roles to be moved, the oldest first."""
    waiting = Grant.objects.filter(unit=OuterRef("absorbed"), revoked_at__isnull=True)
    rows = UnitMerger.objects.filter(Exists(waiting), undone_at__isnull=True).select_related("absorbed", "into")
    return rows.order_by("merged_on", "pk")[:MERGERS_MAX]


def left_behind(unit: Unit) -> QuerySet[Grant]:
    """The grants that are open in a unit out of use: they hold no more, and wait to be moved or revoked."""
    rows = Grant.objects.filter(unit=unit, revoked_at__isnull=True).select_related("user")
    return rows.order_by("user__username", "pk")[:GRANTS_MAX]


def heirs(unit_ids: Iterable[int]) -> dict[int, int]:
    """For each of these units that was merged into another: the unit in which its work lies today; one statement."""
    into = dict(Unit.objects.filter(absorbed_by__isnull=False).values_list("pk", "absorbed_by_id"))
    found = {}
    for unit_id in unit_ids:
        last = unit_id
        while (above := into.get(last)) is not None:
            last = above
        if last != unit_id:
            found[unit_id] = last
    return found


def with_absorbed(unit_id: int) -> list[int]:
    """The unit and every one whose work lies in it today, since it was merged into it; one statement."""
    taken: dict[int, list[int]] = {}
    for pk, into in Unit.objects.filter(absorbed_by__isnull=False).order_by("pk").values_list("pk", "absorbed_by_id"):
        taken.setdefault(into or 0, []).append(pk)
    found = [unit_id]
    for one in found:
        found += taken.get(one, [])
    return found


def find_users(*, text: str = "", state: str = "") -> QuerySet[User]:
    """`state` is locked, off, waiting (for a confirmation), merged (a unit that is no more) or empty. With the grants that are not revoked."""
    open_ones = Grant.objects.filter(revoked_at__isnull=True).select_related("unit").order_by("pk")
    rows = User.objects.prefetch_related(Prefetch("grants", queryset=open_ones, to_attr="open_ones"))
    if text:
        rows = rows.filter(Q(username__icontains=text) | Q(name__icontains=text))
    if state == "locked":
        rows = rows.filter(locked_until__gt=clock.now())
    elif state == "off":
        rows = rows.filter(is_active=False)
    elif state == "merged":
        behind = Grant.objects.filter(user=OuterRef("pk"), revoked_at__isnull=True, unit__absorbed_by__isnull=False)
        rows = rows.filter(Exists(behind))
    elif state == "waiting":
        waiting = Grant.objects.filter(user=OuterRef("pk"), revoked_at__isnull=True, effective_at__isnull=True)
        rows = rows.filter(Exists(waiting))
    return rows


def find_units(
    *, text: str = "", kind: str = "", parent_id: int | None = None, is_active: bool = True
) -> QuerySet[Unit]:
    """By a part of the code or of any name that the unit has or had."""
    rows = Unit.objects.filter(is_active=is_active).select_related("parent", "absorbed_by")
    if text:
        named = UnitName.objects.filter(unit=OuterRef("pk"), key__contains=name_key(text))
        rows = rows.filter(Q(code__icontains=text) | Exists(named))
    if kind:
        rows = rows.filter(kind=kind)
    return rows.filter(parent_id=parent_id) if parent_id is not None else rows


def user_names(ids: Iterable[str]) -> dict[str, str]:
    """The names behind the ids that the audit log holds; one statement."""
    wanted = {int(each) for each in ids if each.isascii() and each.isdecimal()}
    return {str(pk): name for pk, name in User.objects.filter(pk__in=wanted).values_list("pk", "name")}


def actor_id_of(text: str) -> str:
    """The id that the log holds for a user name; what is no user name is taken for an id itself."""
    pk = User.objects.filter(username=text).values_list("pk", flat=True).first()
    return text if pk is None else str(pk)


def is_administrator(user: User) -> bool:
    """Under any grant that holds now, whichever the session works under."""
    return open_grants(user.pk).filter(role__in=sorted(ADMINISTRATORS)).exists()


def factor_of(user: User) -> SecondFactor | None:
    return SecondFactor.objects.filter(user=user).first()


def recovery_codes_left(user: User) -> int:
    return RecoveryCode.objects.filter(user=user, used_at__isnull=True).count()


def grants_of(user: User) -> QuerySet[Grant]:
    """All that the person has or had, the open ones first."""
    rows = Grant.objects.filter(user=user).select_related("unit", "granted_by", "confirmed_by")
    return rows.order_by(F("revoked_at").desc(nulls_first=True), "-pk")


def group_rows() -> list[dict[str, Any]]:
    """Three statements: each group with its units, at most GROUPS_MAX."""
    groups = UnitGroup.objects.prefetch_related("members__unit").order_by("position", "pk")[:GROUPS_MAX]
    return [{"group": group, "units": [member.unit for member in group.members.all()]} for group in groups]


def groups_of(units: Sequence[int]) -> list[tuple[str, list[int]]]:
    """The office's own groups, or territories and departments where it made none; what is in none comes last."""
    members = UnitGroupMember.objects.order_by("group__position", "group_id", "pk")
    pairs = list(members.values_list("group__name", "unit_id"))
    if not pairs:
        kinds = dict(Unit.objects.filter(pk__in=units).values_list("pk", "kind"))
        pairs = [(TERRITORY_GROUP, unit) for unit in units if kinds.get(unit) in TERRITORIES]
        pairs += [(DEPARTMENT_GROUP, unit) for unit in units if kinds.get(unit) in DEPARTMENTS]
    found: dict[str, list[int]] = {}
    for name, unit in pairs:
        found.setdefault(name, []).append(unit)
    grouped = {unit for each in found.values() for unit in each}
    rest = [unit for unit in units if unit not in grouped]
    return [*found.items(), *([(REST_GROUP, rest)] if rest else [])]
