"""The register of points: every change leaves what was before."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from wenming.foundation.audit import services as audit
from wenming.foundation.places import locating
from wenming.foundation.places.errors import (
    PointChangedMeanwhile,
    PointCodeTaken,
    PositionNotBelieved,
    UnknownPoint,
    UnknownRegion,
)
from wenming.foundation.places.models import Point, PointChange, Region
from wenming.kernel import clock
from wenming.kernel.actors import Actor
from wenming.kernel.errors import Invalid
from wenming.kernel.regions import RegionLevel, cut

WRITE_ROWS: Final = 500
# SQLite takes some 32,000 parameters a statement.
LOOK_UP_ROWS: Final = 5_000


@dataclass(frozen=True, slots=True)
class PointDraft:
    """A point to be registered. Without a code it is numbered; without a region it is located by its position."""

    name: str
    code: str = ""
    type_key: str = ""
    address: str = ""
    lat: float | None = None
    lon: float | None = None
    region_code: int | None = None
    territory_id: int | None = None
    department_id: int | None = None


@dataclass(frozen=True, slots=True)
class PointEdit:
    """All that may be changed of a point, as it shall be. `region_code` None locates it by its position."""

    name: str
    type_key: str
    address: str
    lat: float | None
    lon: float | None
    region_code: int | None
    territory_id: int | None
    department_id: int | None
    is_active: bool = True


_PLAIN: Final = tuple(f.name for f in fields(PointEdit) if f.name != "region_code")


def edit_of(point: Point) -> PointEdit:
    """What the point is now, to be changed with `dataclasses.replace`."""
    return PointEdit(region_code=point.region_code, **{name: getattr(point, name) for name in _PLAIN})


def register_points(drafts: Sequence[PointDraft], *, by: Actor) -> list[Point]:
    """All or none, in the order given and a fixed number of statements.

    Raises PointCodeTaken, UnknownRegion, PositionNotBelieved, Invalid (a position half given, a name left out).
    """
    with transaction.atomic():
        locator = locating.current()
        regions = _regions_of(drafts, locator)
        edition = _current_edition()
        _require_known(regions, edition)
        points = []
        for draft, region, code in zip(drafts, regions, _codes(drafts, regions), strict=True):
            _check(draft.name, draft.lat, draft.lon, locator)
            values = asdict(draft) | {"code": code, "name": draft.name.strip()}
            values.pop("region_code")
            point = Point(**values)
            point.set_region(region, edition=edition)
            points.append(point)
        made = _insert(points)
        remember([(point, None) for point in made], action="places.register_point", by=by)
    return made


def register_point(draft: PointDraft, *, by: Actor) -> Point:
    return register_points([draft], by=by)[0]


def change_point(point_id: int, edit: PointEdit, *, expected_version: int, by: Actor) -> Point:
    """The point as changed; saying what it already is changes nothing.

    Raises UnknownPoint, PointChangedMeanwhile, UnknownRegion, PositionNotBelieved, Invalid.
    """
    with transaction.atomic():
        point = Point.objects.select_for_update().filter(pk=point_id).first()
        if point is None:
            raise UnknownPoint
        if point.version != expected_version:
            raise PointChangedMeanwhile(name=point.name)
        before = snapshot(point)
        locator = locating.current()
        _check(edit.name, edit.lat, edit.lon, locator)
        region = edit.region_code if edit.region_code is not None else locator.locate(edit.lat, edit.lon)
        for name in _PLAIN:
            setattr(point, name, getattr(edit, name))
        if region != point.region_code:
            edition = _current_edition()
            _require_known([region], edition)
            point.set_region(region, edition=edition)
        if snapshot(point) == before:
            return point
        point.version += 1
        point.save()
        remember([(point, before)], action="places.change_point", by=by)
    return point


def snapshot(point: Point) -> dict[str, Any]:
    """What the history keeps of a point: ids and codes, all of it plain JSON."""
    return {
        "code": point.code,
        "name": point.name,
        "type_key": point.type_key,
        "address": point.address,
        "lat": point.lat,
        "lon": point.lon,
        "region_code": point.region_code,
        "region_edition": point.region_edition,
        "territory_id": point.territory_id,
        "department_id": point.department_id,
        "is_active": point.is_active,
    }


def _regions_of(drafts: Sequence[PointDraft], locator: locating.Locator) -> list[int | None]:
    located = locator.locate_many([(draft.lat, draft.lon) for draft in drafts])
    return [
        draft.region_code if draft.region_code is not None else region
        for draft, region in zip(drafts, located, strict=True)
    ]


def _check(name: str, lat: float | None, lon: float | None, locator: locating.Locator) -> None:
    if not name.strip():
        raise Invalid(fields={"name": _("请写点位名称，例如“人民路与建设路口”。")})
    if (lat is None) != (lon is None):
        raise Invalid(fields={"lat": _("经度和纬度要一起填，或者都不填。")})
    fault = locator.fault_of(lat, lon) if lat is not None else None
    if fault is not None:
        raise PositionNotBelieved(fault=fault.label)


def _current_edition() -> int | None:
    return Region.objects.filter(is_current=True).values_list("edition", flat=True).first()


def _require_known(regions: Iterable[int | None], edition: int | None) -> None:
    """Every region is in the table; where no table has been imported yet, any code will do."""
    asked = {code for code in regions if code is not None}
    if edition is None or not asked:
        return
    known = set(Region.objects.filter(edition=edition, code__in=asked).values_list("code", flat=True))
    for code in sorted(asked - known):
        raise UnknownRegion(region_code=code)


def _codes(drafts: Sequence[PointDraft], regions: Sequence[int | None]) -> list[str]:
    """The given codes, and numbers within the county (six digits, a hyphen, five digits) for those without."""
    given = [draft.code.strip() for draft in drafts]
    doubled = next((code for code, times in Counter(filter(None, given)).items() if times > 1), None)
    if doubled is not None:
        raise PointCodeTaken(point_code=doubled)
    asked = [code for code in given if code]
    for start in range(0, len(asked), LOOK_UP_ROWS):
        taken = Point.objects.filter(code__in=asked[start : start + LOOK_UP_ROWS]).values_list("code", flat=True)
        for code in taken[:1]:
            raise PointCodeTaken(point_code=code)
    prefixes = [_prefix(region) for region in regions]
    last = _last_numbers({prefix for prefix, code in zip(prefixes, given, strict=True) if not code})
    used = set(asked)
    codes = []
    for prefix, code in zip(prefixes, given, strict=True):
        codes.append(code or _next_code(prefix, last, used))
    return codes


def _next_code(prefix: str, last: dict[str, int], used: set[str]) -> str:
    while True:
        last[prefix] += 1
        code = f"{prefix}{last[prefix]:05}"
        if code not in used:
            return code


def _prefix(region: int | None) -> str:
    return f"{cut(region, RegionLevel.COUNTY) // 10**6 if region is not None else 0:06}-"


def _last_numbers(prefixes: Iterable[str]) -> dict[str, int]:
    """The greatest number given out under each prefix: counties are few, so one look-up each."""
    last = {}
    for prefix in prefixes:
        codes = Point.objects.filter(code__startswith=prefix).order_by("-code")
        numbers = [code.removeprefix(prefix) for code in codes.values_list("code", flat=True)[:20]]
        last[prefix] = next((int(n) for n in numbers if n.isascii() and n.isdecimal()), 0)
    return last


def _insert(points: Sequence[Point]) -> list[Point]:
    try:
        with transaction.atomic():
            return Point.objects.bulk_create(points, batch_size=WRITE_ROWS)
    except IntegrityError as error:
        # Somebody took a code between our look and our write.
        taken = Point.objects.filter(code__in=[point.code for point in points[:LOOK_UP_ROWS]]).first()
        if taken is None:
            raise
        raise PointCodeTaken(point_code=taken.code) from error


def remember(changed: Sequence[tuple[Point, Mapping[str, Any] | None]], *, action: str, by: Actor) -> None:
    """A row of the history and one of the audit log for each, in two statements a batch."""
    at = clock.now()
    PointChange.objects.bulk_create(
        [
            PointChange(
                point=point,
                version=point.version,
                before=before,
                after=snapshot(point),
                changed_at=at,
                actor_kind=by.kind,
                actor_id=by.id,
                unit_id=by.unit_id,
            )
            for point, before in changed
        ],
        batch_size=WRITE_ROWS,
    )
    audit.record_all(
        [audit.Entry(action, "point", str(point.public_id), before, snapshot(point)) for point, before in changed],
        by=by,
    )
