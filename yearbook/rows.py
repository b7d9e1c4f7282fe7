"""What one line of a sheet says of a case, before a layout prints it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from yearbook.cases import Case

Value = str | int | float | datetime | None
Row = dict[str, Value]
WIDE_SPACE = "\u3000"

# Snapshots of a case: what the sheet knew when it was written.
FINAL, HANDLING, REPORTED, FILED = "final", "handling", "reported", "filed"


@dataclass(frozen=True, slots=True)
class Line:
    case: Case
    snapshot: str = FINAL


def row_of(line: Line) -> Row:
    case = line.case
    row = _identity(case) | _course(case)
    if line.snapshot == FINAL:
        return row
    later = ["reviewed_at", "review_result", "return_count", "returned_at", "closed_at", "void_reason"]
    state = "整改中"
    if line.snapshot == HANDLING:
        later += ["reported_at", "report_note", "photo_after"]
    if line.snapshot == FILED:
        state = "待交办"
    row |= dict.fromkeys(later)
    row["state"] = state
    return row


def _identity(case: Case) -> Row:
    number: Value = case.number
    if "number_space" in case.marks:
        number = case.number + " "
    elif case.number.isdigit() and "number_text" not in case.marks:
        number = int(case.number)
    lon: Value = case.lon
    lat: Value = case.lat
    if "coordinates_text" in case.marks:
        lon, lat = f"{case.lon:.6f}", f"{case.lat:.6f}"
    return {
        "number": number,
        "found_at": case.found_at,
        "channel": case.channel,
        "point": case.spot.number if case.spot else None,
        "place": case.place,
        "type": case.fault.name,
        "type_code": case.fault.code,
        "type_kind": case.fault.kind,
        "description": case.description + (" " if "description_space" in case.marks else ""),
        "criterion": case.criterion or None,
        "lon": lon,
        "lat": lat,
        "territory": case.territory,
        "town": case.town.region.name,
        "county": case.town.county.name,
        "department": case.department,
        "lead": case.lead,
        "photo_before": case.photo_before or None,
    }


def _course(case: Case) -> Row:
    life = case.life
    pending = "申请中" if case.extension_reason else None
    return {
        "assigned_at": life.assigned_at,
        "due_at": life.due_at,
        "signed_at": life.signed_at,
        "reported_at": life.reported_at,
        "report_note": case.report_note or None,
        "reviewed_at": life.reviewed_at,
        "review_result": case.review_result or None,
        "return_count": life.return_count or None,
        "returned_at": life.returned_at,
        "extension": "是" if life.extended else pending,
        "closed_at": life.closed_at,
        "state": case.state + (" " if "state_space" in case.marks else ""),
        "void_reason": case.void_reason or None,
        "photo_after": case.photo_after or None,
        "extension_reason": case.extension_reason or None,
        "handback_reason": case.handback_reason or None,
    }
