"""Writes one year of the office's workbooks into a folder."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from yearbook import appeals, blemishes, books, clock, declared, layouts, photos, points, recent, truth, units, world
from yearbook.books import Sheetful
from yearbook.cases import Case, Composer
from yearbook.plan import HOTLINE, Totals, slots, totals
from yearbook.rows import Line
from yearbook.words import COUNTIES

HALVES = {1: ("上半年", "1月1日至6月30日"), 2: ("下半年", "7月1日至12月31日"), 0: ("全年", "1月1日至12月31日")}


@dataclass(frozen=True, slots=True)
class Parameters:
    year: int
    seed: int
    scale: float
    today: date | None = None


class UnsuitableToday(ValueError):
    """`today` lies before the reported year's books are closed."""


@dataclass(slots=True)
class Year:
    """What the writer knows of the year that it wrote."""

    parameters: Parameters
    wanted: Totals
    city: world.World
    spots: list[points.Spot]
    cases: list[Case]
    living: list[Case]
    planned: dict[str, int]

    def figures(self) -> truth.Figures:
        return truth.figures([*self.cases, *self.living], self.parameters.year)


def looking(day: date) -> datetime:
    """The moment at which the living cases are looked at."""
    return clock.wall(day.year, day.month, day.day, 9)


def write(folder: Path, parameters: Parameters) -> Year:
    """Writes everything; the same parameters give the same bytes."""
    year = parameters.year
    if parameters.today and parameters.today < date(year + 1, 2, 1):
        raise UnsuitableToday(f"today must be 1 February {year + 1} or later")
    stamp = clock.wall(year + 1, 1, 20, 9)
    folder.mkdir(parents=True, exist_ok=True)
    city = world.build(parameters.seed)
    spots = points.points_of(parameters.seed, city, parameters.scale)
    _write_registers(folder, parameters, city, spots, stamp)
    changes = units.renames(year)
    wanted = totals(parameters.scale)
    composer = Composer(parameters.seed, year, city, spots, changes)
    cases = composer.compose(slots(parameters.seed, year, wanted))
    living: list[Case] = []
    if parameters.today:
        moment = looking(parameters.today)
        living = recent.living_cases(parameters.seed, composer, moment)
    shown = photos.choose(parameters.seed, cases, living, wanted)
    blemishes.disfigure(parameters.seed, cases, wanted)
    planned = blemishes.tally(cases, changes, year)
    lines, again, line_counts = blemishes.lines_of(parameters.seed, year, cases, wanted)
    planned |= line_counts
    planned |= photos.draw(parameters.seed, folder / "photos", shown)
    _write_problems(folder / "problems", parameters, lines, again, living)
    whole = Year(parameters, wanted, city, spots, cases, living, planned)
    _write_manifest(folder, whole)
    return whole


def _write_registers(
    folder: Path, parameters: Parameters, city: world.World, spots: list[points.Spot], stamp: datetime
) -> None:
    world.write_regions(city, folder / "regions.csv")
    world.write_boundaries(city, folder / "boundaries.geojson")
    units.write_units(city, parameters.year, folder / "units.xlsx", stamp)
    units.write_people(parameters.seed, city, folder / "people.xlsx", stamp)
    points.write_points(spots, folder / "points.xlsx", stamp)
    declared.write(folder, parameters.year, stamp)
    appeals.write(
        folder / "appeals.xlsx",
        stamp,
        seed=parameters.seed,
        year=parameters.year,
        world=city,
        scale=parameters.scale,
    )


def _write_problems(
    folder: Path,
    parameters: Parameters,
    lines: dict[tuple[str, int], list[Line]],
    again: list[Line],
    living: list[Case],
) -> None:
    folder.mkdir(exist_ok=True)
    year = parameters.year
    stamp = clock.wall(year + 1, 1, 20, 9)
    serial = 0
    for county, *_rest in COUNTIES:
        for half in (1, 2):
            serial += 1
            name, span = HALVES[half]
            words = {"county": county, "half": name, "span": f"{year}年{span}", "year": str(year)}
            path = folder / f"{serial:02}{county}{year}年{name}问题台账.xlsx"
            books.write(Sheetful(path, layouts.BY_SOURCE[county], words, lines.get((county, half), [])), stamp)
    words = {"year": str(year), "county": "和安市", "half": "全年", "span": ""}
    path = folder / f"15市民热线{year}年工单.xlsx"
    books.write(Sheetful(path, layouts.E, words, lines.get((HOTLINE, 0), [])), stamp)
    books.write(Sheetful(folder / f"16补报{year}年.xlsx", layouts.F, words, again), stamp)
    if parameters.today:
        stamp = looking(parameters.today)
        alive = [Line(case) for case in living]
        books.write(Sheetful(folder / "recent.xlsx", layouts.RECENT, words, alive), stamp)


def _write_manifest(folder: Path, whole: Year) -> None:
    parameters = asdict(whole.parameters)
    parameters["today"] = whole.parameters.today.isoformat() if whole.parameters.today else None
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "MANIFEST.json")
    document: dict[str, Any] = {
        "format": 1,
        "parameters": parameters,
        "planned": whole.planned,
        "files": {p.relative_to(folder).as_posix(): _sha256(p) for p in files},
    }
    text = json.dumps(document, ensure_ascii=False, indent=1)
    (folder / "MANIFEST.json").write_text(text + "\n", encoding="utf-8")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
