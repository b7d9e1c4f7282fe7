"""The planned ugliness: which cases and lines get which fault of the writer's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from random import Random

from yearbook import lives, words
from yearbook.cases import Case
from yearbook.plan import HOTLINE, Totals
from yearbook.rows import FILED, FINAL, HANDLING, REPORTED, WIDE_SPACE, Line
from yearbook.units import Rename


def disfigure(seed: int, cases: list[Case], wanted: Totals) -> None:
    """Spoil coordinates, names and cells of exactly the planned numbers of cases."""
    rng = Random(f"{seed}/blemishes")
    placed = [c for c in cases if c.lon is not None and not c.outcome.startswith("void")]
    rng.shuffle(placed)
    for number, spoil in (
        (wanted.coordinates_missing, _drop),
        (wanted.coordinates_zero, _zero),
        (wanted.coordinates_swapped, _swap),
        (wanted.coordinates_outside, _outside),
    ):
        for case in placed[:number]:
            spoil(rng, case)
        del placed[:number]
    for case in placed[: wanted.numbers_as_text]:
        case.marks.add("coordinates_text")
    for case in cases:
        if case.number.isdigit() and rng.random() < 0.4:
            case.marks.add("number_text")
    short = [c for c in cases if c.territory in words.SHORT_NAMES or c.department in words.SHORT_NAMES]
    for case in rng.sample(short, min(wanted.short_names, len(short))):
        case.marks.add("short_name")
        case.territory = words.SHORT_NAMES.get(case.territory, case.territory)
        case.department = words.SHORT_NAMES.get(case.department, case.department)
    for case in rng.sample(cases, wanted.wide_spaces):
        case.marks.add("wide_space")
        case.territory = _spaced(rng, case.territory)
        case.department = _spaced(rng, case.department)
    # A number held as a number cannot carry a space.
    lettered = [c for c in cases if not c.number.isdigit()]
    for case in rng.sample(lettered, wanted.trailing_spaces):
        case.marks |= {"trailing_space", rng.choice(("number_space", "state_space", "description_space"))}


def _drop(rng: Random, case: Case) -> None:
    case.marks.add("coordinates_missing")
    case.lon = case.lat = None


def _zero(rng: Random, case: Case) -> None:
    case.marks.add("coordinates_zero")
    case.lon = case.lat = 0.0


def _swap(rng: Random, case: Case) -> None:
    case.marks.add("coordinates_swapped")
    case.lon, case.lat = case.lat, case.lon


def _outside(rng: Random, case: Case) -> None:
    case.marks.add("coordinates_outside")
    case.lon = round(rng.choice((116.4, 121.5, 120.2)) + rng.random() / 20, 6)
    case.lat = round(rng.choice((39.9, 31.2, 28.4)) + rng.random() / 20, 6)


def _spaced(rng: Random, name: str) -> str:
    at = rng.randint(1, len(name))
    return name[:at] + WIDE_SPACE + name[at:]


def lines_of(
    seed: int, year: int, cases: list[Case], wanted: Totals
) -> tuple[dict[tuple[str, int], list[Line]], list[Line], dict[str, int]]:
    """Lines by (source, half), the resubmission's lines, and how many of each kind."""
    rng = Random(f"{seed}/lines")
    county = [c for c in cases if c.book != HOTLINE]
    rng.shuffle(county)
    taken: set[str] = set()

    def pick(number: int, fits: Callable[[Case], bool]) -> list[Case]:
        chosen: list[Case] = []
        for case in county:
            if len(chosen) == number:
                break
            if case.number not in taken and fits(case):
                taken.add(case.number)
                chosen.append(case)
        return chosen

    later = pick(wanted.later_rows, lambda c: c.outcome in ("closed", "passed"))
    stale = pick(wanted.stale_rows, lambda c: c.outcome == "closed")
    voided = pick(wanted.voided_later, lambda c: c.outcome == "void")
    same = pick(wanted.repeated_rows, lambda c: not c.outcome.startswith("void"))
    twice = pick(wanted.same_rows // 2, lambda c: c.outcome in lives.REVIEWED and _half(c, year) == 1)
    hotline = [c for c in cases if c.book == HOTLINE and c.outcome in lives.REVIEWED]
    shared = rng.sample(hotline, min(len(hotline), wanted.same_rows - len(twice)))
    early = {c.number: rng.choice((HANDLING, REPORTED)) for c in later}
    early |= {c.number: FILED for c in voided}
    books: dict[tuple[str, int], list[Line]] = defaultdict(list)
    for case in cases:
        half = 0 if case.book == HOTLINE else _half(case, year)
        books[case.book, half].append(Line(case, early.get(case.number, FINAL)))
    for case in twice:
        books[case.book, 2].append(Line(case))
    for case in shared:
        books[case.town.county.name, _half(case, year)].append(Line(case))
    again = [Line(c) for c in [*later, *voided, *same]]
    again += [Line(c, rng.choice((HANDLING, REPORTED))) for c in stale]
    rng.shuffle(again)
    counts = {
        "rows_repeated_in_another_book": len(twice) + len(shared),
        "resubmitted_same": len(same),
        "resubmitted_later_state": len(later),
        "resubmitted_earlier_state": len(stale),
        "resubmitted_as_void": len(voided),
    }
    return books, again, counts


def _half(case: Case, year: int) -> int:
    if case.found_at.year != year:
        return 1 if case.found_at.year < year else 2
    return 1 if case.found_at.month <= 6 else 2


def tally(cases: list[Case], changes: list[Rename], year: int) -> dict[str, int]:
    """What the finished cases show, by kind of ugliness."""
    old = {change.old: change for change in changes}

    def old_names(case: Case) -> list[Rename]:
        plain = (n.replace(WIDE_SPACE, "") for n in (case.territory, case.department))
        return [old[name] for name in plain if name in old]

    valid = [c for c in cases if not c.outcome.startswith("void")]
    found = [c for c in valid if c.found_at.year == year]
    marks = (
        "coordinates_missing",
        "coordinates_zero",
        "coordinates_swapped",
        "coordinates_outside",
        "coordinates_text",
        "number_text",
        "short_name",
        "wide_space",
        "trailing_space",
    )
    counted = {mark: sum(mark in c.marks for c in cases) for mark in marks}
    return counted | {
        "numbers_held_as_numbers": sum(c.number.isdigit() and "number_text" not in c.marks for c in cases),
        "hotline_without_coordinates": sum(c.lon is None and "coordinates_missing" not in c.marks for c in cases),
        "void": sum(c.outcome == "void" for c in cases),
        "void_duplicate": sum(c.outcome == "void_duplicate" for c in cases),
        "carried_over": sum(c.found_at.year < year for c in valid),
        "found_next_year": sum(c.found_at.year > year for c in valid),
        "reviewed_after_year_end": sum(
            c.outcome in lives.REVIEWED and c.life.reviewed_at is not None and c.life.reviewed_at.year > year
            for c in found
        ),
        "closed_without_fixing": sum(c.outcome == "explained" for c in found),
        "reported_late": sum(
            c.life.reported_at is not None and c.life.due_at is not None and c.life.reported_at > c.life.due_at
            for c in found
        ),
        "reported_on_the_minute": sum(
            c.life.reported_at is not None and c.life.reported_at == c.life.due_at for c in found
        ),
        "returned": sum(c.life.returned_at is not None for c in found),
        "extended": sum(c.life.extended for c in found),
        "old_name_before_change": sum(any(c.found_at.date() < r.on for r in old_names(c)) for c in cases),
        "old_name_after_change": sum(any(c.found_at.date() >= r.on for r in old_names(c)) for c in cases),
    }
