"""Whether a position lies in the city, and which county a unit's name means."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from yearbook.count.reader import table
from yearbook.count.values import number, squeezed

Loop = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Places:
    outline: list[Loop]
    points: dict[str, tuple[float, float]]
    county_of_unit: dict[str, str]
    counties: tuple[str, ...]
    old_names: frozenset[str]
    short_names: frozenset[str]

    def is_inside(self, lon: float, lat: float) -> bool:
        crossings = 0
        for loop in self.outline:
            for (x1, y1), (x2, y2) in pairwise(loop):
                if min(y1, y2) <= lat < max(y1, y2):
                    crossings += lon < x1 + (lat - y1) / (y2 - y1) * (x2 - x1)
        return crossings % 2 == 1

    def county(self, unit: str) -> str:
        """The county of a town as sheets write it; empty when nobody knows it."""
        return self.county_of_unit.get(self.plain(unit), "")

    def plain(self, unit: str) -> str:
        """A town's name without the county that some sheets put before it."""
        if unit not in self.county_of_unit:
            for county in self.counties:
                if unit.removeprefix(county) in self.county_of_unit:
                    return unit.removeprefix(county)
        return unit


def load(folder: Path) -> Places:
    document = json.loads((folder / "boundaries.geojson").read_text(encoding="utf-8"))
    city = next(f for f in document["features"] if f["properties"]["level"] == "市")
    outline = [
        [(float(x), float(y)) for x, y in loop] for polygon in city["geometry"]["coordinates"] for loop in polygon
    ]
    with (folder / "regions.csv").open(encoding="utf-8", newline="") as file:
        counties = {row["code"][:6]: row["name"] for row in csv.DictReader(file) if row["level"] == "县"}
    points: dict[str, tuple[float, float]] = {}
    for row in table(folder / "points.xlsx", "点位台账"):
        lon, lat = number(row["经度"]), number(row["纬度"])
        if lon is not None and lat is not None:
            points[squeezed(row["点位编号"])] = (lon, lat)
    return _with_units(folder, outline, points, counties)


def _with_units(
    folder: Path, outline: list[Loop], points: dict[str, tuple[float, float]], counties: dict[str, str]
) -> Places:
    book = folder / "units.xlsx"
    county_of = {
        squeezed(row["单位名称"]): counties.get(squeezed(row["所在区划代码"])[:6], "") for row in table(book, "单位")
    }
    old, short = set(), set()
    for row in table(book, "更名"):
        old.add(squeezed(row["原名称"]))
        county_of[squeezed(row["原名称"])] = county_of.get(squeezed(row["现名称"]), "")
    for row in table(book, "简称"):
        short.add(squeezed(row["简称"]))
        county_of[squeezed(row["简称"])] = county_of.get(squeezed(row["现名称"]), "")
    return Places(outline, points, county_of, tuple(counties.values()), frozenset(old), frozenset(short))
