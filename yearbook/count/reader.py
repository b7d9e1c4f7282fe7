"""Finds the table in each sheet, whatever its layout, and reads its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineSheet, CalamineWorkbook

from yearbook.count.values import squeezed

# what a column is -> every header that has been seen for it, without spaces
HEADERS: dict[str, tuple[str, ...]] = {
    "id": ("编号", "案件编号", "问题编号", "工单号"),
    "found": ("发现时间", "发现日期", "来电时间"),
    "channel": ("发现渠道", "来源", "问题来源"),
    "point": ("点位编号", "点位代码", "点位号"),
    "kind": ("问题类别", "问题类型", "类别", "诉求类别"),
    "lon": ("经度", "东经", "X坐标(经度)"),
    "lat": ("纬度", "北纬", "Y坐标(纬度)"),
    "lonlat": ("经纬度",),
    "town": ("属地", "属地乡镇(街道)", "所属乡镇"),
    "department": ("主管部门", "责任部门", "主管单位", "承办部门"),
    "assigned": ("交办时间", "派发时间", "转办时间"),
    "due": ("整改时限", "办结时限", "整改期限", "办理时限"),
    "signed": ("签收时间", "签收", "接单时间"),
    "reported": ("反馈时间", "回复时间", "办结反馈时间"),
    "reviewed": ("审核时间", "核查时间", "回访审核时间"),
    "verdict": ("审核结果", "核查结论"),
    "returned": ("退回时间", "返工时间"),
    "returns": ("退回次数", "返工次数"),
    "extension": ("延期", "是否延期"),
    "closed": ("结案时间", "销号时间"),
    "state": ("状态", "办理状态", "当前状态", "工单状态"),
    "void_reason": ("作废原因", "作废说明"),
    "photo_before": ("整改前照片", "前照片", "照片(整改前)"),
    "photo_after": ("整改后照片", "后照片", "照片(整改后)"),
}
MEANING = {header: name for name, headers in HEADERS.items() for header in headers}
ENOUGH = 8  # headers known in one row (or two) before it counts as the header
SEARCHED = 12

Cells = list[object]


@dataclass(frozen=True, slots=True)
class RawRow:
    file: str
    sheet: str
    line: int  # as the office sees it, from 1
    cells: dict[str, object]


def rows_in(path: Path) -> Iterator[RawRow]:
    workbook = CalamineWorkbook.from_path(path)
    for name in workbook.sheet_names:
        yield from _rows_of(workbook.get_sheet_by_name(name), path.name)


def table(path: Path, sheet: str) -> Iterator[dict[str, object]]:
    """The rows of a plain sheet with one header row, by header."""
    cells = CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    header = [squeezed(cell) for cell in cells[0]]
    for row in cells[1:]:
        yield dict(zip(header, row, strict=False))


def _rows_of(sheet: CalamineSheet, file: str) -> Iterator[RawRow]:
    grid: list[Cells] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    _spread_merged(sheet, grid)
    columns, first = _columns(grid)
    for line in range(first, len(grid)):
        cells = {name: grid[line][at] for name, at in columns.items()}
        if _is_case(grid[line], cells):
            yield RawRow(file, sheet.name, line + 1, cells)


def _spread_merged(sheet: CalamineSheet, grid: list[Cells]) -> None:
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        for row in range(top, min(bottom + 1, len(grid))):
            for column in range(left, min(right + 1, len(grid[row]))):
                grid[row][column] = grid[top][left]


def _columns(grid: list[Cells]) -> tuple[dict[str, int], int]:
    for line in range(min(SEARCHED, len(grid))):
        known = {MEANING[squeezed(cell)]: at for at, cell in enumerate(grid[line]) if squeezed(cell) in MEANING}
        if len(known) >= ENOUGH and {"id", "found", "state"} <= known.keys():
            return known, line + 1
    return {}, len(grid)


def _is_case(row: Cells, cells: dict[str, object]) -> bool:
    opening = squeezed(row[0])
    if opening.startswith(("合计", "小计", "注", "说明", "填表")):
        return False
    return squeezed(cells["id"]) != "" and squeezed(cells["found"]) != ""
