from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
from shapely.geometry import Polygon, shape
from shapely.ops import unary_union

from yearbook import points, shapes, world
from yearbook.write import Year

Written = Callable[[int], tuple[Path, Year]]


def polygons(folder: Path) -> dict[str, dict[str, Polygon]]:
    document = json.loads((folder / "boundaries.geojson").read_text(encoding="utf-8"))
    levels: dict[str, dict[str, Polygon]] = defaultdict(dict)
    for feature in document["features"]:
        levels[feature["properties"]["level"]][feature["properties"]["code"]] = shape(feature["geometry"])
    return levels


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_boundaries_tile_their_parents(written: Written, seed: int) -> None:
    levels = polygons(written(seed)[0])
    city = next(iter(levels["市"].values()))
    assert all(polygon.is_valid for level in levels.values() for polygon in level.values())
    for code, county in levels["县"].items():
        towns = [polygon for town, polygon in levels["乡级"].items() if town[:6] == code[:6]]
        assert sum(town.area for town in towns) == pytest.approx(county.area, rel=1e-9)
        assert unary_union(towns).symmetric_difference(county).area < 1e-9
    assert sum(county.area for county in levels["县"].values()) == pytest.approx(city.area, rel=1e-9)


def test_boundaries_lie_where_the_city_was_invented(written: Written) -> None:
    west, south, east, north = next(iter(polygons(written(1)[0])["市"].values())).bounds
    assert west > 118
    assert east < 119.5
    assert south > 30
    assert north < 31.5


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_points_lie_in_their_town(written: Written, seed: int) -> None:
    for spot in written(seed)[1].spots:
        assert shapes.contains(spot.town.ring, spot.true_lon, spot.true_lat)
        assert spot.region // 1000 == spot.town.region.code // 1000


def test_points_cover_every_kind_and_have_gaps(written: Written) -> None:
    whole = written(1)[1]
    assert {spot.kind for spot in whole.spots} == {kind.name for kind in points.KINDS}
    assert len(points.KINDS) == 28
    assert len({spot.number for spot in whole.spots}) == len(whole.spots)
    assert sum(spot.lon is None for spot in whole.spots) >= 4
    assert sum(not spot.department for spot in whole.spots) >= 6


def test_cases_lie_in_their_town(written: Written) -> None:
    for case in written(1)[1].cases:
        assert shapes.contains(case.town.ring, case.true_lon, case.true_lat)


def test_regions_form_a_tree_of_four_levels(written: Written) -> None:
    with (written(1)[0] / "regions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    codes = {row["code"]: row["level"] for row in rows}
    above = {"县": "市", "乡级": "县", "村级": "乡级"}
    assert len(codes) == len(rows)
    assert [row["code"] for row in rows if row["level"] == "市"] == ["349900000000"]
    assert all(codes[row["parent"]] == above[row["level"]] for row in rows if row["level"] in above)
    for level, low, high in (("县", 4, 11), ("乡级", 3, 8)):
        for code in (row["code"] for row in rows if row["level"] == level):
            assert low <= sum(row["parent"] == code for row in rows) <= high


def test_outline_refuses_cells_apart() -> None:
    square = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
    with pytest.raises(ValueError, match="one piece"):
        shapes.outline([square, [(x + 5, y) for x, y in square]])


def test_world_is_the_same_for_one_seed() -> None:
    assert world.build(8).city_ring == world.build(8).city_ring
