"""Reads about regions and points."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from django.db.models import Q, QuerySet

from wenming.foundation.people.acting import Acting
from wenming.foundation.places import locating
from wenming.foundation.places.enums import PlaceFault
from wenming.foundation.places.errors import UnknownPoint, UnknownRegion
from wenming.foundation.places.locating import Box, Locator
from wenming.foundation.places.models import Point, PointChange, Region
from wenming.kernel.kept import Kept, KeptModels
from wenming.kernel.regions import COLUMNS, RegionLevel, level_of

HISTORY_ROWS_MAX = 200
_CURRENT = Kept(lambda: Region.objects.filter(is_current=True).order_by("pk")[:1], ("edition",))

__all__ = ["Box", "Locator", "PlaceFault"]


def current_edition() -> int | None:
    """The edition of the newest table of divisions; None before any was imported."""
    found = _CURRENT.first()
    return found["edition"] if found else None


def regions() -> QuerySet[Region]:
    return Region.objects.filter(is_current=True).order_by("code")


def region(code: int) -> Region:
    """A region of the current edition. Raises UnknownRegion."""
    found = Region.objects.filter(is_current=True, code=code).first()
    if found is None:
        raise UnknownRegion(region_code=code)
    return found


def children(code: int | None) -> QuerySet[Region]:
    """The regions right below `code`; below None the top of the table (the city)."""
    if code is None:
        return regions().filter(level=RegionLevel.CITY)
    return regions().filter(parent_code=code)


def region_names(codes: Sequence[int | None]) -> dict[int, str]:
    """Current names by code, for the codes of one page of rows."""
    asked = {code for code in codes if code is not None}
    return dict(regions().filter(code__in=asked).values_list("code", "name"))


@dataclass(frozen=True, slots=True)
class RegionNode:
    code: int
    name: str
    level: RegionLevel
    children: tuple["RegionNode", ...]


def region_tree(deepest: RegionLevel = RegionLevel.TOWN) -> tuple[RegionNode, ...]:
    """The current regions that can be chosen as a tree, down to a level, in one query."""
    rows = list(regions().filter(level__lte=deepest, is_retired=False).order_by("-level", "code"))
    known = {row.code for row in rows}
    below: dict[int | None, list[RegionNode]] = {}
    for row in rows:
        node = RegionNode(row.code, row.name, RegionLevel(row.level), tuple(below.get(row.code, ())))
        below.setdefault(row.parent_code if row.parent_code in known else None, []).append(node)
    return tuple(below.get(None, ()))


def locator() -> Locator:
    """Locates any number of positions after one query; for imports and loops."""
    return locating.current()


def locate(lat: float | None, lon: float | None) -> int | None:
    """The deepest region whose boundary holds the WGS-84 position, or None."""
    return locating.current().locate(lat, lon)


def locate_many(positions: Sequence[tuple[float | None, float | None]]) -> list[int | None]:
    return locating.current().locate_many(positions)


def place_fault(lat: float | None, lon: float | None) -> PlaceFault | None:
    """Why a position is not believed (empty, swapped, outside …), or None."""
    return locating.current().fault_of(lat, lon)


def is_plausible(lat: float | None, lon: float | None) -> bool:
    return place_fault(lat, lon) is None


def points_for(acting: Acting) -> QuerySet[Point]:
    """The points that a session may see: agrees with `acting.scope.covers(point)` row by row."""
    return Point.objects.filter(acting.scope.as_q())


def point_for(acting: Acting, public_id: UUID | str) -> Point:
    """One visible point with its units. Raises UnknownPoint, also for one out of sight."""
    scope, found = acting.scope, None
    if not scope.is_nothing:
        value = () if scope.is_everything else (scope.value or 0,)
        found = _point_within(scope.column).first(UUID(str(public_id)), *value)
    if found is None:
        raise UnknownPoint
    return found


@cache
def _point_within(column: str) -> KeptModels[Point]:
    rows = Point.objects.select_related("territory", "department")
    if not column:
        return KeptModels(lambda public_id: rows.filter(public_id=public_id), (UUID,))
    return KeptModels(lambda public_id, value: rows.filter(public_id=public_id, **{column: value}), (UUID, int))


@dataclass(frozen=True, slots=True)
class PointFilters:
    """What a list of points is narrowed to. `text` is found in the name, the address or at the start of the code."""

    text: str = ""
    type_key: str = ""
    region_code: int | None = None
    territory_id: int | None = None
    department_id: int | None = None
    is_without_territory: bool = False
    is_without_department: bool = False
    is_unlocated: bool = False
    is_retired: bool = False

    def as_q(self) -> Q:
        q = Q(is_active=not self.is_retired)
        if self.type_key:
            q &= Q(type_key=self.type_key)
        if self.region_code is not None:
            column = COLUMNS.get(level_of(self.region_code))
            q &= Q(**{column: self.region_code}) if column else Q()
        if self.territory_id is not None:
            q &= Q(territory_id=self.territory_id)
        if self.department_id is not None:
            q &= Q(department_id=self.department_id)
        if self.is_without_territory:
            q &= Q(territory_id__isnull=True)
        if self.is_without_department:
            q &= Q(department_id__isnull=True)
        if self.is_unlocated:
            q &= Q(lat__isnull=True)
        if self.text:
            q &= Q(name__icontains=self.text) | Q(address__icontains=self.text) | Q(code__startswith=self.text)
        return q


def find_points(acting: Acting, filters: PointFilters) -> QuerySet[Point]:
    """Visible points within the filters; order and page them with `kernel.paging`, order ("code",)."""
    return points_for(acting).filter(filters.as_q())


def points_in(queryset: QuerySet[Point], box: Box) -> QuerySet[Point]:
    return queryset.filter(lat__gte=box.south, lat__lte=box.north, lon__gte=box.west, lon__lte=box.east)


def point_types(acting: Acting) -> list[str]:
    """The kinds of points that are in use, for a filter."""
    keys = points_for(acting).exclude(type_key="").order_by("type_key").values_list("type_key", flat=True)
    return list(keys.distinct()[:200])


@dataclass(frozen=True, slots=True)
class PointCard:
    """A point as a card shows it; `region_name` is the full name of the deepest region that is known."""

    point: Point
    region_name: str
    territory_name: str
    department_name: str


def point_card(point: Point) -> PointCard:
    """One query for the region, and one more for each unit that was not loaded with the point."""
    code = point.region_code
    name = regions().filter(code=code).values_list("full_name", flat=True).first() if code is not None else None
    return PointCard(
        point,
        name or "",
        point.territory.name if point.territory else "",
        point.department.name if point.department else "",
    )


def point_history(point: Point) -> list[PointChange]:
    """Newest first, bounded."""
    return list(PointChange.objects.filter(point=point).order_by("-version")[:HISTORY_ROWS_MAX])


class PointBook:
    """All points by code and by name, read once; for imports of many rows."""

    def __init__(self) -> None:
        self._by_code: dict[str, Point] = {}
        self._by_name: dict[str, list[Point]] = {}
        for point in Point.objects.filter(is_active=True).iterator():
            self._by_code[point.code] = point
            self._by_name.setdefault(point.name, []).append(point)

    def find(self, text: str) -> Point | None:
        """The point with this code, or the only one with this name; None where there is none or more than one."""
        wanted = text.strip()
        if wanted in self._by_code:
            return self._by_code[wanted]
        found = self._by_name.get(wanted, [])
        return found[0] if len(found) == 1 else None
