"""The figures of the year that the workbooks are about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from yearbook.count import appeals, places
from yearbook.count.merge import PASSED, Reading, merged
from yearbook.count.places import Places
from yearbook.count.reader import RawRow, rows_in
from yearbook.count.values import NEVER, wall

Counted = dict[str, Any]


def count(folder: Path) -> Counted:
    """Counts `folder/problems/*.xlsx`; the year is the one most cases were found in."""
    known = places.load(folder)
    cases = merged(_all_rows(folder / "problems"))
    year = Counter(c.found.year for c in cases if c.file != "recent.xlsx").most_common(1)[0][0]
    whole = _figures(cases, known, year, NEVER)
    end = wall(year + 1, 1, 1)
    return {
        "period": str(year),
        **whole,
        **appeals.count(folder, year),
        "cutoff": {"at": f"{end.isoformat()}+08:00", **_figures(cases, known, year, end)},
        "seen": _seen(cases, known, year),
    }


def text(counted: Counted) -> str:
    lines = [f"period {counted['period']}"]
    for name, value in counted.items():
        if name.startswith(("problems.", "appeals.")):
            shown = value
            if isinstance(value, dict):
                shown = " = ".join([f"{value['numerator']}/{value['denominator']}", *value.get("value", "").split()])
            lines.append(f"{name:32} {shown}")
    return "\n".join(lines)


def _all_rows(folder: Path) -> Iterator[RawRow]:
    for path in sorted(folder.glob("*.xlsx"), key=lambda p: p.name):
        yield from rows_in(path)


def _figures(cases: list[Reading], known: Places, year: int, end: datetime) -> Counted:
    in_year = [c for c in cases if c.found.year == year]
    found = [c for c in in_year if not c.is_void]

    def at(case: Reading, name: str) -> datetime | None:
        moment = case.times[name]
        return moment if moment is not None and moment < end else None

    def is_rectified(case: Reading) -> bool:
        return case.verdict in PASSED and at(case, "reviewed") is not None

    on_time = with_due = 0
    for case in found:
        if case.due is not None:
            with_due += 1
            reported = at(case, "reported")
            on_time += reported is not None and reported <= case.due
    rectified = sum(1 for c in found if is_rectified(c))
    return {
        "problems.found": len(found),
        "problems.rectified": rectified,
        "problems.rectification_rate": _share(rectified, len(found)),
        "problems.closed": sum(1 for c in found if c.state == "结案" and at(c, "closed")),
        "problems.on_time": _share(on_time, with_due),
        "problems.reported_rate": _share(sum(1 for c in found if at(c, "reported")), len(found)),
        "problems.void": len(in_year) - len(found),
        "problems.unlocated": sum(1 for c in found if not _is_located(c, known)),
        "by_county": _groups(found, is_rectified, lambda c: known.county(c.town)),
        "by_month": _groups(found, is_rectified, lambda c: f"{c.found:%Y-%m}"),
        "by_type": _groups(found, is_rectified, lambda c: c.kind),
        "by_channel": _groups(found, is_rectified, lambda c: c.channel),
    }


def _share(numerator: int, denominator: int) -> Counted:
    value = format(numerator / denominator, ".10f") if denominator else None
    return {"numerator": numerator, "denominator": denominator, "value": value}


def _groups(found: list[Reading], is_rectified: Callable[[Reading], bool], key: Callable[[Reading], str]) -> Counted:
    groups: dict[str, dict[str, int]] = {}
    for case in found:
        group = groups.setdefault(key(case), {"found": 0, "rectified": 0})
        group["found"] += 1
        group["rectified"] += is_rectified(case)
    return dict(sorted(groups.items()))


def _position(case: Reading, known: Places) -> str:
    """How good the row's own coordinates are."""
    if case.lon is None or case.lat is None:
        return "missing"
    if case.lon == 0 and case.lat == 0:
        return "zero"
    if known.is_inside(case.lon, case.lat):
        return "good"
    return "swapped" if known.is_inside(case.lat, case.lon) else "outside"


def _is_located(case: Reading, known: Places) -> bool:
    return _position(case, known) in ("good", "swapped") or case.point in known.points


def _seen(cases: list[Reading], known: Places, year: int) -> Counted:
    """What the reader met on the way, to set beside what was planned."""
    recent = "recent.xlsx"
    cases = [c for c in cases if c.file != recent]
    valid = [c for c in cases if not c.is_void]
    found = [c for c in valid if c.found.year == year]
    positions = Counter(_position(c, known) for c in valid)
    after = [c for c in found if c.verdict in PASSED and (c.times["reviewed"] or c.found).year > year]
    return {
        "rows": sum(1 + len(c.others) for c in cases),
        "rows_beyond_the_first": sum(len(c.others) for c in cases),
        "coordinates_missing": positions["missing"],
        "coordinates_zero": positions["zero"],
        "coordinates_swapped": positions["swapped"],
        "coordinates_outside": positions["outside"],
        "wide_space": sum(c.spaced for c in cases),
        "short_name": sum(bool({known.plain(c.town), c.department} & known.short_names) for c in cases),
        "old_name": sum(bool({known.plain(c.town), c.department} & known.old_names) for c in cases),
        "unknown_territory": sum(not known.county(c.town) for c in cases),
        "void": sum(c.is_void and "重复" not in c.void_reason for c in cases),
        "void_duplicate": sum(c.is_void and "重复" in c.void_reason for c in cases),
        "carried_over": sum(c.found.year < year for c in valid),
        "found_next_year": sum(c.found.year > year for c in valid),
        "reviewed_after_year_end": len(after),
        "reported_late": sum(_is_late(c) for c in found),
        "reported_on_the_minute": sum(c.due is not None and c.times["reported"] == c.due for c in found),
    }


def _is_late(case: Reading) -> bool:
    reported = case.times["reported"]
    return reported is not None and case.due is not None and reported > case.due
