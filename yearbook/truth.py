"""The figures of a generated year, from the cases themselves.

This is what the writer knows. `yearbook.count` must find the same in the
workbooks alone; the two share no code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from yearbook import clock
from yearbook.cases import Case

Figures = dict[str, Any]


def figures(cases: list[Case], year: int) -> Figures:
    end = clock.wall(year + 1, 1, 1)
    return _known_by(cases, year, clock.NEVER) | {"cutoff": _known_by(cases, year, end)}


def _known_by(cases: list[Case], year: int, end: datetime) -> Figures:
    in_year = [c for c in cases if c.found_at.year == year]
    found = [c for c in in_year if not c.outcome.startswith("void")]

    def passed(case: Case) -> bool:
        return case.review_result == "通过" and _before(case.life.reviewed_at, end)

    def reported(case: Case) -> bool:
        return _before(case.life.reported_at, end)

    due = [c for c in found if c.life.due_at]
    on_time = [c for c in due if reported(c) and c.life.reported_at <= c.life.due_at]  # type: ignore[operator]
    rectified = sum(map(passed, found))
    return {
        "problems.found": len(found),
        "problems.rectified": rectified,
        "problems.rectification_rate": _ratio(rectified, len(found)),
        "problems.closed": sum(c.state == "结案" and _before(c.life.closed_at, end) for c in found),
        "problems.on_time": _ratio(len(on_time), len(due)),
        "problems.reported_rate": _ratio(sum(map(reported, found)), len(found)),
        "problems.void": len(in_year) - len(found),
        "problems.unlocated": sum(map(_is_unlocated, found)),
        "by_county": _split(found, passed, lambda c: c.town.county.name),
        "by_month": _split(found, passed, lambda c: c.found_at.strftime("%Y-%m")),
        "by_type": _split(found, passed, lambda c: f"{c.fault.code} {c.fault.name}"),
        "by_channel": _split(found, passed, lambda c: c.channel),
    }


def _before(moment: datetime | None, end: datetime) -> bool:
    return moment is not None and moment < end


def _ratio(numerator: int, denominator: int) -> dict[str, Any]:
    value = f"{numerator / denominator:.10f}" if denominator else None
    return {"numerator": numerator, "denominator": denominator, "value": value}


def _is_unlocated(case: Case) -> bool:
    lost = {"coordinates_missing", "coordinates_zero", "coordinates_outside"}
    if case.lon is not None and not lost & case.marks:
        return False
    return case.spot is None or case.spot.lon is None


def _split(found: list[Case], passed: Callable[[Case], bool], key: Callable[[Case], str]) -> dict[str, dict[str, int]]:
    totals = Counter(map(key, found))
    done = Counter(key(c) for c in found if passed(c))
    return {name: {"found": totals[name], "rectified": done[name]} for name in sorted(totals)}
