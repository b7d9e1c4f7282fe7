"""Changing the catalogue on screen. Whatever is changed goes into the draft of the next version, which holds nothing until
it is published; what was filed under an earlier version keeps the type of that version."""

from dataclasses import asdict, dataclass

from django.db import transaction

from wenming.foundation.audit import services as audit
from wenming.foundation.people.errors import AmbiguousUnit, UnknownUnit
from wenming.foundation.people.models import Unit
from wenming.foundation.people.selectors import heirs, name_key, unit_by_any_name, unit_by_pk
from wenming.kernel.actors import Actor
from wenming.programmes.standards.enums import LimitUnit, TypeKind
from wenming.programmes.standards.errors import (
    DraftIsOpen,
    TypeChanged,
    TypeIsThere,
    TypeNameTaken,
    TypeRetired,
    UnknownType,
    VersionIsPublished,
)
from wenming.programmes.standards.models import ProblemCatalogue, ProblemType
from wenming.programmes.standards.models.catalogue import code_of
from wenming.programmes.standards.selectors.catalogues import next_local_code
from wenming.programmes.standards.selectors.editing import draft_in_work, fields_of, seen_of
from wenming.programmes.standards.services.versions import copy_of_catalogue, draft_catalogue


@dataclass(frozen=True, slots=True)
class TypeValues:
    """What the office words itself. A lead that no unit is called is kept as it is written."""

    name: str
    filing_condition: str
    limit_value: int
    limit_unit: LimitUnit
    close_condition: str
    lead_name: str = ""


@transaction.atomic
def add_type(*, kind: TypeKind, category_code: str, category: str, values: TypeValues, by: Actor) -> ProblemType:
    """A local extension, numbered down from 99 within its category. Raises TypeNameTaken, NoLocalCodeLeft."""
    draft = _open_draft(by=by)
    type_code = next_local_code(kind=kind, category_code=category_code)
    row = ProblemType(
        catalogue=draft,
        code=code_of(kind, type_code),
        kind=kind,
        category_code=category_code,
        category=category,
        type_code=type_code,
        position=_next_position(draft),
    )
    _put(row, values)
    _check_name(row)
    row.save()
    audit.record(by=by, action="standards.add_type", kind="problem_type", key=row.code, after=fields_of(row))
    return row


@transaction.atomic
def change_type(code: str, *, values: TypeValues, seen: str, by: Actor) -> ProblemType:
    """Changes a type in the draft. `seen` is `selectors.seen_of` what the person looked at; unchanged values write nothing.

    Raises TypeRetired, TypeChanged, TypeNameTaken.
    """
    draft = _open_draft(by=by)
    row = _row(draft, code)
    if seen_of(row) != seen:
        raise TypeChanged(name=row.name)
    before = fields_of(row)
    _put(row, values)
    after = fields_of(row)
    if after == before:
        return row
    _check_name(row)
    row.save()
    changed = {name for name in after if after[name] != before[name]}
    audit.record(
        by=by,
        action="standards.change_type",
        kind="problem_type",
        key=code,
        before={name: before[name] for name in sorted(changed)},
        after={name: after[name] for name in sorted(changed)},
    )
    return row


@transaction.atomic
def retire_type(code: str, *, by: Actor) -> ProblemCatalogue:
    """The next version offers it no more; every version before goes on holding it. Answers the draft.

    Raises TypeRetired.
    """
    draft = _open_draft(by=by)
    row = _row(draft, code)
    before = fields_of(row)
    row.delete()
    audit.record(by=by, action="standards.retire_type", kind="problem_type", key=code, before=before)
    return draft


@transaction.atomic
def bring_back_type(code: str, *, by: Actor) -> ProblemType:
    """A retired type, as it last was, under the number that it had. Raises TypeIsThere, TypeNameTaken, UnknownType."""
    draft = _open_draft(by=by)
    last = ProblemType.objects.filter(code=code).select_related("lead").order_by("-catalogue__version").first()
    if last is None:
        raise UnknownType(text=code[:20])
    if last.catalogue_id == draft.pk:
        raise TypeIsThere(name=last.name)
    fields = {name: getattr(last, name) for name in ("code", "kind", "type_code", "lead")}
    row = ProblemType(catalogue=draft, position=_next_position(draft), **fields, **fields_of(last))
    _check_name(row)
    row.save()
    audit.record(by=by, action="standards.bring_back_type", kind="problem_type", key=code, after=fields_of(row))
    return row


@transaction.atomic
def restore_catalogue(former: ProblemCatalogue, *, by: Actor) -> ProblemCatalogue:
    """A draft with the content of an earlier version, to be looked at and published. Raises DraftIsOpen."""
    if draft_in_work() is not None:
        raise DraftIsOpen
    draft = copy_of_catalogue(former, name=former.name)
    after = {"version": draft.version, "from": former.version}
    audit.record(by=by, action="standards.restore_catalogue", kind="catalogue", key=draft.pk, after=after)
    return draft


@transaction.atomic
def discard_catalogue(catalogue: ProblemCatalogue, *, by: Actor) -> None:
    """Throws a draft away, which nothing was ever filed under. Raises VersionIsPublished."""
    draft = ProblemCatalogue.objects.select_for_update().get(pk=catalogue.pk)
    if draft.is_published:
        raise VersionIsPublished(name=str(draft))
    before = {"version": draft.version, "types": draft.types.count()}
    audit.record(by=by, action="standards.discard_catalogue", kind="catalogue", key=draft.pk, before=before)
    draft.delete()


def _open_draft(*, by: Actor) -> ProblemCatalogue:
    """The draft, locked, so that two editors come one after the other."""
    return ProblemCatalogue.objects.select_for_update().get(pk=draft_catalogue(name="", by=by).pk)


def _row(draft: ProblemCatalogue, code: str) -> ProblemType:
    row = ProblemType.objects.filter(catalogue=draft, code=code).first()
    if row is None:
        raise TypeRetired(code=code[:20])
    return row


def _put(row: ProblemType, values: TypeValues) -> None:
    for name, value in asdict(values).items():
        setattr(row, name, value)
    row.lead = default_department(values.lead_name)


def default_department(name: str) -> Unit | None:
    """Whom the name in the catalogue means: a unit in use, or the one that a merged unit went into; None for nobody."""
    try:
        found = unit_by_any_name(name) if name else None
    except (UnknownUnit, AmbiguousUnit):
        return None
    if found is None or found.is_active:
        return found
    heir = heirs([found.pk]).get(found.pk)
    return unit_by_pk(heir) if heir is not None else None


def _check_name(row: ProblemType) -> None:
    """Two types of one name could not be told apart in a workbook."""
    others = ProblemType.objects.filter(catalogue_id=row.catalogue_id, kind=row.kind, category_code=row.category_code)
    for code, name in others.exclude(code=row.code).values_list("code", "name"):
        if name_key(name) == name_key(row.name):
            raise TypeNameTaken(name=row.name, code=code, fields={"name": TypeNameTaken.message})


def _next_position(draft: ProblemCatalogue) -> int:
    last = draft.types.order_by("-position").values_list("position", flat=True).first()
    return (last or 0) + 1
