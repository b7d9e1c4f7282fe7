"""Verbs about units."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from wenming.foundation.audit import services as audit
from wenming.foundation.people import selectors
from wenming.foundation.people.enums import UnitKind
from wenming.foundation.people.errors import UnitCodeTaken, UnitInUse, UnitMerged, UnitUnderItself
from wenming.foundation.people.models import Unit, UnitName
from wenming.foundation.people.selectors import name_key
from wenming.kernel import clock
from wenming.kernel.actors import Actor
from wenming.kernel.errors import Invalid

WRITE_ROWS = 500


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


def move_unit(unit: Unit, *, parent: Unit | None, by: Actor) -> None:
    """Under another unit, or to the top. Raises UnitUnderItself."""
    with transaction.atomic():
        parents = dict(Unit.objects.select_for_update().values_list("pk", "parent_id"))
        above = parent.pk if parent else None
        while above is not None:
            if above == unit.pk:
                raise UnitUnderItself
            above = parents[above]
        before, after = parents[unit.pk], parent.pk if parent else None
        if before != after:
            Unit.objects.filter(pk=unit.pk).update(parent=parent)
            audit.record(
                by=by,
                action="people.move_unit",
                kind="unit",
                key=unit.pk,
                before={"parent": before},
                after={"parent": after},
            )


def change_unit(unit: Unit, *, name: str, parent: Unit | None, also: str, by: Actor) -> None:
    """Rename, move and another name in one; what is as it was changes nothing. Raises UnitUnderItself."""
    with transaction.atomic():
        if name != unit.name:
            rename_unit(unit, name=name, on=clock.local(clock.now()).date(), by=by)
        move_unit(unit, parent=parent, by=by)
        if also:
            add_unit_name(unit, name=also, until=None, by=by)


def close_unit(unit: Unit, *, by: Actor) -> None:
    """Kept for what it did, offered no more. Raises UnitInUse while anybody works in it or below it."""
    with transaction.atomic():
        Unit.objects.select_for_update().get(pk=unit.pk)
        children, grants = selectors.use_of(unit)
        if children or grants:
            raise UnitInUse(name=unit.name, children=children, grants=grants)
        if Unit.objects.filter(pk=unit.pk, is_active=True).update(is_active=False):
            audit.record(by=by, action="people.close_unit", kind="unit", key=unit.pk)


def reopen_unit(unit: Unit, *, by: Actor) -> None:
    """Raises UnitMerged."""
    with transaction.atomic():
        if Unit.objects.filter(pk=unit.pk, absorbed_by__isnull=False).exists():
            raise UnitMerged(name=unit.name)
        if Unit.objects.filter(pk=unit.pk, is_active=False).update(is_active=True):
            audit.record(by=by, action="people.reopen_unit", kind="unit", key=unit.pk)
