"""In which region a position lies. The outlines are kept in memory, one set for each revision of the boundaries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import shapely
from shapely import STRtree
from shapely.geometry import shape

from wenming.foundation.places.enums import PlaceFault
from wenming.foundation.places.models import Boundary, BoundarySet
from wenming.kernel.kept import Kept
from wenming.kernel.regions import level_of

# Two: while a new set is being imported, requests still ask for the old one.
KEPT_SETS: Final = 2
# A position may be a little outside of a simplified outline.
MARGIN_DEGREES: Final = 0.02
_NEWEST: Final = Kept(lambda: BoundarySet.objects.order_by("-edition")[:1], ("edition", "revision"))


@dataclass(frozen=True, slots=True)
class Box:
    """Degrees, WGS-84."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, lat: float, lon: float, *, margin: float = 0.0) -> bool:
        return self.south - margin <= lat <= self.north + margin and self.west - margin <= lon <= self.east + margin

    def __str__(self) -> str:
        return f"{self.west},{self.south},{self.east},{self.north}"


class Locator:
    """Answers for one set of boundaries, without another query. `edition` is None where there are no boundaries."""

    def __init__(self, edition: int | None, codes: Sequence[int], outlines: Sequence[Any]) -> None:
        self.edition = edition
        # Deepest first, then by code: where outlines touch or overlap, the first of these is the answer.
        order = sorted(range(len(codes)), key=lambda n: (-level_of(codes[n]), codes[n]))
        self._codes = [codes[n] for n in order]
        self._outlines = [outlines[n] for n in order]
        shapely.prepare(self._outlines)
        self._tree = STRtree(self._outlines)
        self.box = self._bounds()

    def locate(self, lat: float | None, lon: float | None) -> int | None:
        """The deepest region whose boundary holds the position; its edge belongs to it. None for nowhere."""
        return self.locate_many([(lat, lon)])[0]

    def locate_many(self, positions: Sequence[tuple[float | None, float | None]]) -> list[int | None]:
        """One answer for each (lat, lon), in order."""
        answers: list[int | None] = [None] * len(positions)
        known = [(n, lat, lon) for n, (lat, lon) in enumerate(positions) if lat is not None and lon is not None]
        if not known or not self._codes:
            return answers
        points = shapely.points([lon for _n, _lat, lon in known], [lat for _n, lat, _lon in known])
        which, found = self._tree.query(points, predicate="intersects")
        best: dict[int, int] = {}
        for point, outline in zip(which.tolist(), found.tolist(), strict=True):
            best[point] = min(outline, best.get(point, outline))
        for point, outline in best.items():
            answers[known[point][0]] = self._codes[outline]
        return answers

    def fault_of(self, lat: float | None, lon: float | None) -> PlaceFault | None:
        """What is wrong with a position, or None. Without boundaries only the impossible is wrong."""
        if lat is None or lon is None or (lat == 0 and lon == 0):
            return PlaceFault.EMPTY
        if self._is_inside(lat, lon):
            return None
        if self._is_inside(lon, lat):
            return PlaceFault.SWAPPED
        return PlaceFault.OUTSIDE if _is_on_earth(lat, lon) else PlaceFault.OUT_OF_RANGE

    def is_plausible(self, lat: float | None, lon: float | None) -> bool:
        return self.fault_of(lat, lon) is None

    def _is_inside(self, lat: float, lon: float) -> bool:
        return _is_on_earth(lat, lon) and (self.box is None or self.box.holds(lat, lon, margin=MARGIN_DEGREES))

    def _bounds(self) -> Box | None:
        if not self._outlines:
            return None
        west, south, east, north = shapely.total_bounds(self._outlines).tolist()
        return Box(west, south, east, north)


def current() -> Locator:
    """The locator of the newest boundaries: one small query, and the outlines when their revision is new."""
    newest = _NEWEST.first()
    return _loaded(newest["edition"], newest["revision"]) if newest else _EMPTY


@lru_cache(maxsize=KEPT_SETS)
def _loaded(edition: int, revision: UUID) -> Locator:
    rows = Boundary.objects.filter(edition=edition).values_list("code", "geometry")
    codes, geometries = _unzip(rows.iterator(chunk_size=500))
    return Locator(edition, codes, [shape(geometry) for geometry in geometries])


def _unzip(rows: Iterable[tuple[int, Any]]) -> tuple[list[int], list[Any]]:
    pairs = list(rows)
    return [code for code, _geometry in pairs], [geometry for _code, geometry in pairs]


def _is_on_earth(lat: float, lon: float) -> bool:
    return -90 <= lat <= 90 and -180 <= lon <= 180


_EMPTY: Final = Locator(None, [], [])
