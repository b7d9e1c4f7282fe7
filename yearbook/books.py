"""The problem workbooks: lines of cases printed in each office's layout."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter

from yearbook import layouts, xlsx
from yearbook.layouts import Layout
from yearbook.rows import Line, Value, row_of


@dataclass(frozen=True, slots=True)
class Sheetful:
    """One workbook to be: where, in which layout, under which title words."""

    path: Path
    layout: Layout
    words: dict[str, str]
    lines: list[Line]


def write(book_of: Sheetful, stamp: datetime) -> None:
    layout = book_of.layout
    with xlsx.Book(book_of.path, stamp) as book:
        if not layout.sheets_by_quarter:
            _fill(book.sheet("Sheet1"), layout, book_of.words, _ordered(layout, book_of.lines))
            return
        for quarter, name in enumerate(("一季度", "二季度", "三季度", "四季度"), 1):
            lines = [line for line in book_of.lines if _quarter(book_of, line) == quarter]
            if lines:
                _fill(book.sheet(name), layout, book_of.words, _ordered(layout, lines))


def _quarter(book_of: Sheetful, line: Line) -> int:
    found = line.case.found_at
    year = int(book_of.words["year"])
    if found.year < year:
        return 1
    return 4 if found.year > year else (found.month + 2) // 3


def _ordered(layout: Layout, lines: list[Line]) -> list[Line]:
    if layout.merges_territory:
        return sorted(lines, key=lambda line: (line.case.territory, line.case.found_at))
    return lines


def _fill(sheet: Any, layout: Layout, title_words: dict[str, str], lines: list[Line]) -> None:
    width = len(layout.columns) + layout.numbers_rows
    top = 1
    for title in layout.titles:
        sheet.append([title.format(**title_words)])
        sheet.merged_cells.add(f"A{top}:{get_column_letter(width)}{top}")
        top += 1
    lead = ["序号"] if layout.numbers_rows else []
    if layout.has_groups:
        top = _group_header(sheet, layout, top)
    else:
        sheet.append([*lead, *(column.header for column in layout.columns)])
        top += 1
    if layout.merges_territory:
        _merge_territories(sheet, layout, lines, top)
    for values in _printed(layout, lines):
        sheet.append(values)
    if layout.has_total:
        sheet.append(["合计", None, f"共{len(lines)}件"])
    for note in layout.notes:
        sheet.append([])
        sheet.append([note])


def _group_header(sheet: Any, layout: Layout, top: int) -> int:
    """Two header rows: groups above, names below; a column without a group spans both."""
    upper: list[str | None] = ["序号"]
    lower: list[str | None] = [None]
    sheet.merged_cells.add(f"A{top}:A{top + 1}")
    at = 2
    for group, members in groupby(layout.columns, key=lambda column: column.group):
        listed = list(members)
        if group:
            upper += [group, *[None] * (len(listed) - 1)]
            lower += [column.header for column in listed]
            if len(listed) > 1:
                last = get_column_letter(at + len(listed) - 1)
                sheet.merged_cells.add(f"{get_column_letter(at)}{top}:{last}{top}")
        else:
            for offset, column in enumerate(listed):
                letter = get_column_letter(at + offset)
                upper.append(column.header)
                lower.append(None)
                sheet.merged_cells.add(f"{letter}{top}:{letter}{top + 1}")
        at += len(listed)
    sheet.append(upper)
    sheet.append(lower)
    return top + 2


def _merge_territories(sheet: Any, layout: Layout, lines: list[Line], top: int) -> None:
    place = [column.field for column in layout.columns].index("territory")
    letter = get_column_letter(place + 1 + layout.numbers_rows)
    at = top
    for _, run in groupby(lines, key=lambda line: line.case.territory):
        length = len(list(run))
        if length > 1:
            sheet.merged_cells.add(f"{letter}{at}:{letter}{at + length - 1}")
        at += length


def _printed(layout: Layout, lines: list[Line]) -> Iterator[list[Value]]:
    month = lines[0].case.found_at.month if lines else 0
    above = None
    for serial, line in enumerate(lines, 1):
        if layout.blank_between_months and line.case.found_at.month != month:
            month = line.case.found_at.month
            yield []
        row = row_of(line)
        values: list[Value] = [serial] if layout.numbers_rows else []
        for column in layout.columns:
            value = layouts.cell(layout, column, row, serial)
            if layout.merges_territory and column.field == "territory" and value == above:
                value = None
            values.append(value)
        above = line.case.territory
        yield values
