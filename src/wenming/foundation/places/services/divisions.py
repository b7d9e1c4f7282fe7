"""What the office itself changes of the table of divisions: a name, a new town or village, one that is no more.

A code is never changed and no row is deleted: what was filed under it stays where it was filed. Every state is kept as a
revision and can be taken back.
"""

from typing import Any, Final

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from wenming.foundation.places import selectors
from wenming.foundation.places.errors import (
    RegionCodeTaken,
    RegionCodeUnfit,
    RegionNameUnfit,
    RegionNotEdited,
)
from wenming.foundation.places.models import Region
from wenming.foundation.revisions import selectors as revisions
from wenming.foundation.revisions import services as saving
from wenming.foundation.revisions.errors import RevisionMissing, RevisionStale
from wenming.kernel.actors import Actor
from wenming.kernel.regions import RegionLevel, cut, level_of

KIND: Final = "places.region"
NAME_CHARS_MAX: Final = 100
FULL_NAME_CHARS_MAX: Final = 300
EDITED: Final = frozenset({RegionLevel.COUNTY, RegionLevel.TOWN, RegionLevel.VILLAGE})
ADDED: Final = frozenset({RegionLevel.TOWN, RegionLevel.VILLAGE})


def change_region(code: int, *, name: str, is_retired: bool, note: str, expected: int, by: Actor) -> Region:
    """The region of the current edition as changed. `expected` is the revision that the person saw, 0 for none.

    A new name shows wherever the region is named from now on, also below it; papers that were issued keep theirs.
    Raises UnknownRegion, RegionNotEdited, RegionNameUnfit, RevisionStale.
    """
    with transaction.atomic():
        region = _locked(code)
        key = key_of(region)
        held = revisions.current(KIND, key)
        if (held.number if held else 0) != expected:
            raise RevisionStale(number=held.number if held else 0)
        if held is None:
            saving.save(kind=KIND, key=key, body=_body(region), by=by, expected=0)
        _write(region, name, is_retired=is_retired)
        saving.save(kind=KIND, key=key, body=_body(region), note=note, by=by)
    return region


def restore_region(code: int, number: int, *, expected: int, by: Actor) -> Region:
    """Raises UnknownRegion, RevisionMissing, RevisionStale."""
    with transaction.atomic():
        region = _locked(code)
        former = revisions.history(KIND, key_of(region)).filter(number=number).first()
        if former is None:
            raise RevisionMissing(number=number)
        _write(region, former.body["name"], is_retired=former.body["is_retired"])
        saving.restore(kind=KIND, key=key_of(region), number=number, expected=expected, by=by)
    return region


def add_region(parent_code: int, *, code: int, name: str, by: Actor) -> Region:
    """A town below a county or a village below a town, in the current edition; it has no outline until one is imported.

    Raises UnknownRegion, RegionCodeUnfit, RegionCodeTaken, RegionNameUnfit.
    """
    with transaction.atomic():
        parent = _locked(parent_code)
        _check_code(parent, code)
        if Region.objects.filter(edition=parent.edition, code=code).exists():
            raise RegionCodeTaken(region_code=code, fields={"code": RegionCodeTaken(region_code=code).__str__()})
        full_name = parent.full_name + _fit(name, parent.full_name)
        region = Region.objects.create(
            code=code,
            edition=parent.edition,
            name=name.strip(),
            level=level_of(code),
            parent_code=parent.code,
            full_name=full_name,
        )
        saving.save(kind=KIND, key=key_of(region), body=_body(region), by=by, expected=0)
    return region


def _locked(code: int) -> Region:
    edition = selectors.region(code).edition
    return Region.objects.select_for_update(no_key=True).get(code=code, edition=edition)


def _write(region: Region, name: str, *, is_retired: bool) -> None:
    """Two statements at most: itself, and the names of all that lies below it."""
    if RegionLevel(region.level) not in EDITED:
        raise RegionNotEdited
    before = region.full_name
    above = before.removesuffix(region.name)
    region.name, region.full_name, region.is_retired = name.strip(), above + _fit(name, above), is_retired
    region.save(update_fields=["name", "full_name", "is_retired"])
    if region.full_name != before:
        below = Region.objects.filter(
            edition=region.edition, code__gt=region.code, code__lt=region.code + _span(RegionLevel(region.level))
        )
        tail = Substr(F("full_name"), len(before) + 1)
        below.filter(full_name__startswith=before).update(full_name=Concat(Value(region.full_name), tail))


def _span(level: RegionLevel) -> int:
    """How many codes a region of `level` holds."""
    return {RegionLevel.COUNTY: 10**6, RegionLevel.TOWN: 10**3, RegionLevel.VILLAGE: 1}[level]


def _fit(name: str, above: str) -> str:
    """Raises RegionNameUnfit."""
    clean = name.strip()
    if not clean or len(clean) > NAME_CHARS_MAX or len(above + clean) > FULL_NAME_CHARS_MAX or not clean.isprintable():
        raise RegionNameUnfit(most=NAME_CHARS_MAX, fields={"name": RegionNameUnfit(most=NAME_CHARS_MAX).__str__()})
    return clean


def _check_code(parent: Region, code: int) -> None:
    """Raises RegionCodeUnfit for a code that does not lie right below the parent's."""
    level = RegionLevel(parent.level)
    try:
        own = level_of(code)
    except ValueError:
        own = None
    is_below = own is not None and own == level + 1 and own in ADDED and cut(code, level) == parent.code
    if not is_below:
        raise RegionCodeUnfit(parent=parent.code, fields={"code": RegionCodeUnfit(parent=parent.code).__str__()})


def key_of(region: Region) -> str:
    """The revisions' key of a region: its edition and code."""
    return f"{region.edition}:{region.code}"


def _body(region: Region) -> dict[str, Any]:
    return {"name": region.name, "is_retired": region.is_retired}
