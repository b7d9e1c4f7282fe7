"""What the book of appeals says of a year: what was raised, what somebody else confirmed as solved, who came to the meeting."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from yearbook.count.values import moment, squeezed


def count(folder: Path, year: int) -> dict[str, Any]:
    """Nothing where there is no such book."""
    path = folder / "appeals.xlsx"
    if not path.is_file():
        return {}
    book = CalamineWorkbook.from_path(path)
    kinds = _kinds(folder / "units.xlsx")
    raised = [row for row in _rows(book, "群众诉求") if (at := moment(row["反映时间"])) and at.year == year]
    solved = [row for row in raised if _is_solved(row)]
    in_year = [row for row in _rows(book, "群众诉求") if _is_solved(row) and _year(row["确认时间"]) == year]
    came = {squeezed(row["参加单位"]) for row in _rows(book, "签到") if _year(row["会议日期"]) == year}
    return {
        "appeals.raised": len(raised),
        "appeals.solved": len(in_year),
        "appeals.solved_rate": {"numerator": len(solved), "denominator": len(raised)},
        "appeals.meetings": len({moment(row["日期"]) for row in _rows(book, "征求意见会")}),
        "appeals.meeting_streets": sum(kinds.get(name) == "街道" for name in came),
        "appeals.meeting_communities": sum(kinds.get(name) == "社区" for name in came),
        "appeals.meeting_units": len(came),
    }


def _is_solved(row: dict[str, Any]) -> bool:
    """Somebody said so, and it was not the unit that handled it."""
    return squeezed(row["谁说解决"]) != "" and squeezed(row["确认单位"]) not in ("", squeezed(row["办理单位"]))


def _year(cell: object) -> int:
    at = moment(cell)
    return at.year if at is not None else 0


def _kinds(path: Path) -> dict[str, str]:
    rows = _rows(CalamineWorkbook.from_path(path), "单位")
    return {squeezed(row["单位名称"]): squeezed(row["类型"]) for row in rows}


def _rows(book: CalamineWorkbook, sheet: str) -> Iterator[dict[str, Any]]:
    heading, *rows = book.get_sheet_by_name(sheet).to_python()
    names = [squeezed(cell) for cell in heading]
    for row in rows:
        yield dict(zip(names, row, strict=False))
