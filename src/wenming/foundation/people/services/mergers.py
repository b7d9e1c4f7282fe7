"""One unit goes into another (机构合并): it is retired, what is open goes over, what is done stays where it was done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wenming.foundation.audit import services as audit
from wenming.foundation.people.enums import ADMINISTRATORS, TERRITORIES, UnitKind
from wenming.foundation.people.errors import (
    GrantsNotOfMerger,
    GrantToOneself,
    MergerInFuture,
    MergerIntoBelow,
    MergerNotInUse,
    MergerOfAdministrators,
    MergerOfKinds,
    MergerOvertaken,
    MergerTooLarge,
    MergerUndone,
)
from wenming.foundation.people.models import Grant, Unit, UnitMerger
from wenming.foundation.people.services.grants import require_place
from wenming.foundation.people.services.movers import MOVES_MAX, Mover, movers, register_mover
from wenming.kernel import clock
from wenming.kernel.actors import Actor, ActorKind
from wenming.kernel.ui.setup import Label

NOTE_CHARS_MAX: Final = 200
CHILDREN: Final = "people.children"
_OFFICES: Final = frozenset({UnitKind.OFFICE, UnitKind.SECTION, UnitKind.COUNTY_OFFICE})


@dataclass(frozen=True, slots=True)
class Going:
    """So many of one thing go over, or went."""

    label: Label
    count: int


def what_would_go(unit: Unit) -> list[Going]:
    """What is open of the unit's, for the person to see before."""
    return [
        Going(mover.labels[code], number)
        for mover in movers()
        for code, number in mover.count(unit.pk).items()
        if number
    ]


def what_went(merger: UnitMerger) -> list[Going]:
    labels = {code: label for mover in movers() for code, label in mover.labels.items()}
    return [Going(labels[code], number) for code, number in merger.counts.items() if number and code in labels]


def check_merger(unit: Unit, *, into: Unit, on: date) -> None:
    """Raises what `absorb_unit` would refuse for; reads only."""
    for each in (unit, into):
        if not each.is_active:
            raise MergerNotInUse(name=each.name, fields={"into": MergerNotInUse(name=each.name).__str__()})
    if unit.pk == into.pk or _family(unit) != _family(into):
        raise MergerOfKinds(fields={"into": MergerOfKinds.message})
    if on > clock.local(clock.now()).date():
        raise MergerInFuture(fields={"on": MergerInFuture.message})
    parents = dict(Unit.objects.values_list("pk", "parent_id"))
    above = into.parent_id
    while above is not None:
        if above == unit.pk:
            raise MergerIntoBelow(name=unit.name, into=into.name)
        above = parents[above]
    administrators = Grant.objects.filter(unit=unit, revoked_at__isnull=True, role__in=ADMINISTRATORS).count()
    if administrators:
        raise MergerOfAdministrators(name=unit.name, count=administrators)


def absorb_unit(unit: Unit, *, into: Unit, on: date, note: str, by: Actor) -> UnitMerger:
    """`unit` is out of use, and what is open of it is `into`'s. The people's grants in it hold no more; see `move_grants`.

    Raises MergerNotInUse, MergerOfKinds, MergerInFuture, MergerIntoBelow, MergerOfAdministrators, MergerTooLarge.
    """
    with transaction.atomic():
        # In one order, so that two that go into each other at once do not both go.
        locked = Unit.objects.select_for_update().filter(pk__in=[unit.pk, into.pk]).order_by("pk")
        held = {each.pk: each for each in locked}
        check_merger(held[unit.pk], into=held[into.pk], on=on)
        merger = UnitMerger(
            absorbed=held[unit.pk],
            into=held[into.pk],
            merged_on=on,
            note=note.strip()[:NOTE_CHARS_MAX],
            merged_at=clock.now(),
            merged_by_id=by.id,
        )
        for mover in movers():
            counts = mover.count(unit.pk)
            _require_bounded(mover, counts)
            merger.counts |= counts
            merger.moved[mover.key] = mover.move(merger, by)
        merger.save()
        Unit.objects.filter(pk=unit.pk).update(is_active=False, absorbed_by=into, absorbed_on=on)
        after = {"into": into.code, "on": on, "note": merger.note, **merger.counts}
        audit.record(
            by=by, action="people.absorb_unit", kind="unit", key=unit.pk, before={"code": unit.code}, after=after
        )
    return merger


def undo_merger(merger: UnitMerger, *, by: Actor) -> None:
    """As before, as long as nothing of what went over was changed since; grants that were moved stay moved.

    Raises MergerUndone, MergerNotInUse where the other unit is itself out of use by now, MergerOvertaken.
    """
    with transaction.atomic():
        held = UnitMerger.objects.select_for_update().select_related("absorbed", "into").get(pk=merger.pk)
        if held.undone_at is not None:
            raise MergerUndone
        if not held.into.is_active:
            raise MergerNotInUse(name=held.into.name)
        Unit.objects.filter(pk=held.absorbed_id).update(is_active=True, absorbed_by=None, absorbed_on=None)
        for mover in reversed(movers()):
            if mover.key in held.moved:
                mover.undo(held, held.moved[mover.key], by)
        held.undone_at, held.undone_by_id = clock.now(), by.id
        held.save(update_fields=["undone_at", "undone_by_id"])
        before = {"into": held.into.code, "on": held.merged_on}
        audit.record(by=by, action="people.undo_merger", kind="unit", key=held.absorbed_id, before=before)


def move_grants(merger: UnitMerger, grant_ids: Sequence[int], *, by: Actor) -> int:
    """The same roles in the unit that took the other in, all or none; answers how many. Whoever has one there keeps that.

    Raises MergerUndone, GrantsNotOfMerger, GrantToOneself, GrantOutOfPlace.
    """
    granter = int(by.id) if by.kind is ActorKind.USER else None
    with transaction.atomic():
        held = UnitMerger.objects.select_for_update().select_related("into").get(pk=merger.pk)
        if held.undone_at is not None:
            raise MergerUndone
        waiting = Grant.objects.select_for_update().filter(unit_id=held.absorbed_id, revoked_at__isnull=True)
        grants = list(waiting.filter(pk__in=grant_ids).order_by("pk"))
        if not grants or len(grants) != len(set(grant_ids)):
            raise GrantsNotOfMerger
        for grant in grants:
            if grant.user_id == granter:
                raise GrantToOneself
            require_place(grant.role, held.into)
        now = clock.now()
        there = Grant.objects.filter(
            unit=held.into, revoked_at__isnull=True, user__in=[each.user_id for each in grants]
        )
        has = set(there.values_list("user_id", "role"))
        Grant.objects.filter(pk__in=[each.pk for each in grants]).update(revoked_at=now)
        Grant.objects.bulk_create(
            [
                Grant(
                    user_id=each.user_id,
                    role=each.role,
                    unit=held.into,
                    region_code=each.region_code,
                    granted_at=now,
                    granted_by_id=granter,
                    effective_at=now,
                    ends_on=each.ends_on,
                )
                for each in grants
                if (each.user_id, each.role) not in has
            ]
        )
        audit.record_all([_moved(each, held) for each in grants], by=by)
    return len(grants)


def _moved(grant: Grant, merger: UnitMerger) -> audit.Entry:
    before, after = {"role": grant.role, "unit_id": grant.unit_id}, {"role": grant.role, "unit_id": merger.into_id}
    return audit.Entry("people.move_grant", "user", str(grant.user_id), before, after)


def _family(unit: Unit) -> str:
    kind = UnitKind(unit.kind)
    if kind in TERRITORIES:
        return "territory"
    return "office" if kind in _OFFICES else "department"


def _require_bounded(mover: Mover, counts: Mapping[str, int]) -> None:
    for code, number in counts.items():
        if number > MOVES_MAX:
            raise MergerTooLarge(what=mover.labels[code], count=number, most=MOVES_MAX)


# The units below -----------------------------------------------------------------------------------------------------


def _count_children(unit_id: int) -> dict[str, int]:
    return {CHILDREN: Unit.objects.filter(parent_id=unit_id, is_active=True).count()}


def _move_children(merger: UnitMerger, _by: Actor) -> list[int]:
    below = Unit.objects.filter(parent_id=merger.absorbed_id, is_active=True)
    moved = list(below.order_by("pk").values_list("pk", flat=True))
    Unit.objects.filter(pk__in=moved).update(parent_id=merger.into_id)
    return moved


def _undo_children(merger: UnitMerger, moved: Any, _by: Actor) -> None:
    back = Unit.objects.filter(pk__in=moved, parent_id=merger.into_id, is_active=True)
    lost = len(moved) - back.update(parent_id=merger.absorbed_id)
    if lost:
        raise MergerOvertaken(what=CHILD_LABEL, count=lost)


CHILD_LABEL: Final = _("下级单位")
register_mover(
    Mover(
        key=CHILDREN,
        order=0,
        labels={CHILDREN: CHILD_LABEL},
        count=_count_children,
        move=_move_children,
        undo=_undo_children,
    )
)
