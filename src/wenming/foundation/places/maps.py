"""What the map island draws: outlines of regions, and points gathered into cells, both bounded."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import shapely
from django.db.models import Avg, Count, F, Min, QuerySet
from django.db.models.functions import Floor
from shapely.geometry import mapping, shape

from wenming.foundation.places.errors import BadBox
from wenming.foundation.places.locating import Box
from wenming.foundation.places.models import Boundary, BoundarySet, Point, Region
from wenming.foundation.places.selectors import points_in
from wenming.kernel.regions import RegionLevel, cut, level_of

FEATURES_MAX: Final = 1_000
KEPT_COLLECTIONS: Final = 64
# About 30 m: below what a map of a county shows.
SIMPLIFY_DEGREES: Final = 0.0003
DECIMALS: Final = 5
CELLS_MAX: Final = 1_000
CELL_PX: Final = 56
TILE_PX: Final = 256
ZOOM_MAX: Final = 20
# At the nearest zooms nothing is gathered but what stands on the same spot: there is no nearer to look.
ZOOM_APART: Final = 19
SPOT_DEGREES: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Outlines:
    """A GeoJSON FeatureCollection and the tag that changes with it."""

    tag: str
    collection: dict[str, Any]


def outlines(level: RegionLevel, within: int | None = None) -> Outlines:
    """The regions of a level, of all or of those within a region (itself included), with code, name and level."""
    newest = BoundarySet.objects.order_by("-edition").values_list("edition", "revision").first()
    if newest is None:
        return Outlines("none", {"type": "FeatureCollection", "features": []})
    return _outlines(*newest, level, within)


@lru_cache(maxsize=KEPT_COLLECTIONS)
def _outlines(edition: int, revision: UUID, level: RegionLevel, within: int | None) -> Outlines:
    names = dict(Region.objects.filter(edition=edition, level=level).values_list("code", "name"))
    codes = sorted(code for code in names if within is None or _is_within(code, level, within))[:FEATURES_MAX]
    rows = dict(Boundary.objects.filter(edition=edition, code__in=codes).values_list("code", "geometry"))
    drawn = [code for code in codes if code in rows]
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": names[code], "level": 0},
            "geometry": mapping(geometry),
        }
        for code, geometry in zip(drawn, _simple([shape(rows[code]) for code in drawn]), strict=True)
    ]
    tag = f"{revision.hex}-{level}-{within or 0}"
    return Outlines(tag, {"type": "FeatureCollection", "features": features})


def _is_within(code: int, level: RegionLevel, within: int) -> bool:
    holder = level_of(within)
    return cut(code, holder) == within if holder <= level else cut(within, level) == code


def _simple(shapes: Sequence[Any]) -> list[Any]:
    """Neighbours keep their common edge, so that no gap opens between them."""
    if not shapes:
        return []
    simple = shapely.coverage_simplify(list(shapes), SIMPLIFY_DEGREES)
    return [shapely.transform(each, lambda xy: xy.round(DECIMALS)) for each in simple]


def box_of(text: str) -> Box:
    """ "west,south,east,north" in degrees. Raises BadBox."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise BadBox from error
    if not (all(map(math.isfinite, (west, south, east, north))) and west <= east and south <= north):
        raise BadBox
    return Box(west, south, east, north)


def zoom_of(text: str) -> int:
    """Raises BadBox for what is no zoom of a map."""
    if not (text.isascii() and text.isdecimal() and int(text) <= ZOOM_MAX):
        raise BadBox
    return int(text)


def pins(points: QuerySet[Point], *, box: Box, zoom: int, url_of: Callable[[UUID], str]) -> dict[str, Any]:
    """The points in the box as a FeatureCollection: one feature for each cell of the screen, at most CELLS_MAX.

    A cell with one point is that point (key, title, sub, url), a cell with more is their number at their middle. Two
    queries, however many points there are.
    """
    cell = SPOT_DEGREES if zoom >= ZOOM_APART else 360 / 2**zoom * CELL_PX / TILE_PX
    here = points_in(points, box).annotate(row=Floor(F("lat") / cell), column=Floor(F("lon") / cell))
    cells = list(
        here.order_by()
        .values("row", "column")
        .annotate(n=Count("pk"), first=Min("pk"), mid_lat=Avg("lat"), mid_lon=Avg("lon"))
        .order_by("-n", "first")[:CELLS_MAX]
    )
    single = [each["first"] for each in cells if each["n"] == 1]
    found = {row["pk"]: row for row in Point.objects.filter(pk__in=single).values(*_PIN_COLUMNS)} if single else {}
    features = []
    for each in cells:
        about: dict[str, Any] = {"n": each["n"], "late": 0}
        point = found.get(each["first"])
        if point is not None:
            about |= {
                "key": str(point["public_id"]),
                "title": point["name"],
                "sub": "，".join(filter(None, (point["type_key"], point["address"]))),
                "tone": "todo",
                "url": url_of(point["public_id"]),
            }
        position = [round(each["mid_lon"], 6), round(each["mid_lat"], 6)]
        features.append(
            {"type": "Feature", "properties": about, "geometry": {"type": "Point", "coordinates": position}}
        )
    return {"type": "FeatureCollection", "features": features}


_PIN_COLUMNS: Final = ("pk", "public_id", "name", "type_key", "address")
