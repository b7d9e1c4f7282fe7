"""A small city of two counties with two towns each, square as a chess board, and points in it."""

import json
from itertools import count
from typing import Any

from tests.factories.people import CITY, COUNTY, OTHER_COUNTY, OTHER_TOWN, TOWN
from wenming.foundation.places import services
from wenming.foundation.places.models import Point
from wenming.foundation.places.services import PointDraft, RegionRow
from wenming.kernel.actors import SYSTEM

EDITION = 2023
SECOND_TOWN = TOWN + 1000
VILLAGE = TOWN + 1

# code → (west, south, east, north): the counties side by side, the towns of the first on top of each other.
SQUARES = {
    COUNTY: (118.0, 30.0, 119.0, 31.0),
    OTHER_COUNTY: (119.0, 30.0, 120.0, 31.0),
    TOWN: (118.0, 30.0, 119.0, 30.5),
    SECOND_TOWN: (118.0, 30.5, 119.0, 31.0),
}
MIDDLE = {code: ((south + north) / 2, (west + east) / 2) for code, (west, south, east, north) in SQUARES.items()}

_numbers = count(1)


def region_rows() -> list[RegionRow]:
    table = [
        (CITY, "和安市", "市", 340000000000),
        (COUNTY, "澄溪区", "县", CITY),
        (OTHER_COUNTY, "柳浦县", "县", CITY),
        (TOWN, "文昌街道", "乡级", COUNTY),
        (SECOND_TOWN, "鼓楼街道", "乡级", COUNTY),
        (OTHER_TOWN, "柳湾镇", "乡级", OTHER_COUNTY),
        (VILLAGE, "学士社区", "村级", TOWN),
    ]
    return [RegionRow(str(code), name, level, str(parent)) for code, name, level, parent in table]


def square(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(code: int | str, geometry: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"code": code}, "geometry": geometry}


def collection(*features: dict[str, Any]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def make_regions() -> None:
    services.import_regions(region_rows(), edition=EDITION, by=SYSTEM)


def make_city() -> None:
    """Regions and outlines."""
    make_regions()
    squares = [feature(str(code), square(*sides)) for code, sides in SQUARES.items()]
    services.import_boundaries(collection(*squares), by=SYSTEM)


def make_point(*, name: str = "", region_code: int | None = TOWN, **values: Any) -> Point:
    number = next(_numbers)
    draft = PointDraft(name=name or f"路口{number}", code=f"P{number:05}", region_code=region_code, **values)
    return services.register_point(draft, by=SYSTEM)
