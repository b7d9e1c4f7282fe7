"""The invented city: regions, boundaries and where its villages lie."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from yearbook import shapes, words
from yearbook.shapes import Point, Ring

MIDDLE: Point = (118.78, 30.72)
# Where the counties' seats lie, in degrees from the middle: the districts
# small and close together, the counties wide around them.
SEATS: tuple[Point, ...] = (
    (0.00, 0.04),
    (0.25, 0.16),
    (-0.05, -0.27),
    (0.42, -0.32),
    (-0.42, 0.30),
    (-0.42, -0.15),
    (0.12, 0.48),
)


@dataclass(frozen=True, slots=True)
class Region:
    code: int
    name: str
    level: str
    parent: int


@dataclass(slots=True)
class Village:
    region: Region
    short: str
    lon: float
    lat: float


@dataclass(slots=True)
class Town:
    region: Region
    county: Region
    ring: Ring
    villages: list[Village] = field(default_factory=list)
    roads: list[str] = field(default_factory=list)
    compounds: list[str] = field(default_factory=list)

    @property
    def is_street(self) -> bool:
        return self.region.name.endswith("街道")


@dataclass(slots=True)
class World:
    city: Region
    counties: list[Region]
    towns: list[Town]
    county_rings: dict[int, Ring]
    city_ring: Ring

    def regions(self) -> list[Region]:
        listed = [self.city, *self.counties]
        listed.extend(town.region for town in self.towns)
        listed.extend(v.region for town in self.towns for v in town.villages)
        return listed

    def towns_of(self, county: int) -> list[Town]:
        return [town for town in self.towns if town.county.code == county]


def build(seed: int) -> World:
    rng = Random(f"{seed}/world")
    frame = [
        (
            MIDDLE[0] + 0.66 * math.cos(turn * math.pi / 9) * rng.uniform(0.93, 1.0),
            MIDDLE[1] + 0.60 * math.sin(turn * math.pi / 9) * rng.uniform(0.93, 1.0),
        )
        for turn in range(18)
    ]
    frame = _hull(frame)
    seats = [(MIDDLE[0] + x + rng.uniform(-0.03, 0.03), MIDDLE[1] + y + rng.uniform(-0.03, 0.03)) for x, y in SEATS]
    flat: list[Ring] = []
    for cell, (name, *_rest) in zip(shapes.cells(frame, seats), words.COUNTIES, strict=True):
        seeds = [shapes.random_inside(rng, cell) for _ in words.TOWNS[name]]
        flat.extend(shapes.relaxed(cell, seeds, 2))
    rings = shapes.Mesh(flat, str(seed)).crooked()
    return _named(rng, rings)


def _hull(points: list[Point]) -> Ring:
    def half(ordered: list[Point]) -> list[Point]:
        kept: list[Point] = []
        for p in ordered:
            while len(kept) > 1 and _turn(kept[-2], kept[-1], p) <= 0:
                kept.pop()
            kept.append(p)
        return kept[:-1]

    ordered = sorted(points)
    return half(ordered) + half(ordered[::-1])


def _turn(o: Point, a: Point, b: Point) -> float:
    return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])


def _named(rng: Random, rings: list[Ring]) -> World:
    city = Region(words.CITY_CODE, words.CITY, "市", words.PROVINCE_CODE)
    counties: list[Region] = []
    towns: list[Town] = []
    county_rings: dict[int, Ring] = {}
    remaining = iter(rings)
    for name, prefix, *_rest in words.COUNTIES:
        county = Region(prefix * 10**6, name, "县", city.code)
        counties.append(county)
        own: list[Town] = []
        serial = {"街道": 0, "镇": 99, "乡": 199}
        for town_name in words.TOWNS[name]:
            kind = "街道" if town_name.endswith("街道") else town_name[-1]
            serial[kind] += 1
            code = prefix * 10**6 + serial[kind] * 1000
            region = Region(code, town_name, "乡级", county.code)
            own.append(_furnished(rng, Town(region, county, next(remaining))))
        county_rings[county.code] = shapes.outline([town.ring for town in own])
        towns.extend(own)
    city_ring = shapes.outline([town.ring for town in towns])
    return World(city, counties, towns, county_rings, city_ring)


def _furnished(rng: Random, town: Town) -> Town:
    number = rng.randint(3, 8)
    pool = words.COMMUNITIES if town.is_street else words.VILLAGES
    for index, short in enumerate(rng.sample(pool, number)):
        is_community = town.is_street or index == 0
        first = 1 if is_community else 200
        tail = "社区居委会" if is_community else "村委会"
        lon, lat = shapes.random_inside(rng, town.ring)
        region = Region(town.region.code + first + index, short + tail, "村级", town.region.code)
        town.villages.append(Village(region, short + ("社区" if is_community else "村"), lon, lat))
    town.roads = rng.sample(words.ROADS, 6 if town.is_street else 4)
    town.compounds = rng.sample(words.COMPOUNDS, 5 if town.is_street else 2)
    return town


def write_regions(world: World, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code", "name", "level", "parent"])
        for region in world.regions():
            writer.writerow([region.code, region.name, region.level, region.parent])


def write_boundaries(world: World, path: Path) -> None:
    features = [_feature(world.city, world.city_ring)]
    features += [_feature(c, world.county_rings[c.code]) for c in world.counties]
    features += [_feature(town.region, town.ring) for town in world.towns]
    document = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def _feature(region: Region, ring: Ring) -> dict[str, Any]:
    closed = [list(p) for p in [*ring, ring[0]]]
    return {
        "type": "Feature",
        "properties": {"code": str(region.code), "name": region.name, "level": region.level},
        "geometry": {"type": "MultiPolygon", "coordinates": [[closed]]},
    }
