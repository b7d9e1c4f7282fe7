"""Finds the heading in each sheet and gives the rows below it by the names of their columns."""

import datetime as dt
import re
from dataclasses import dataclass

from wenming.foundation.people.selectors import name_key
from wenming.kernel import workbooks
from wenming.programmes.standards.errors import HeaderNotFound
from wenming.programmes.standards.reading import limits
from wenming.programmes.standards.reading.columns import Sheet

_DECORATION = re.compile(r"[(\[【].*?[)\]】]|[*:：※]")


@dataclass(frozen=True, slots=True)
class Line:
    """`row` counts as Excel does, from 1. `cells` has every column of the table, "" where nothing stands."""

    sheet: str
    row: int
    cells: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells[name]


@dataclass(frozen=True, slots=True)
class Table:
    lines: list[Line]
    columns: frozenset[str]
    """The columns that some sheet really has."""
    skipped_sheets: list[str]
    """Sheets without this heading: notes, covers."""


def read_table(data: bytes, *, expected: Sheet) -> Table:
    """All sheets that carry the heading, in order. Raises HeaderNotFound and what `workbooks.open_sheets` raises."""
    lines: list[Line] = []
    columns: set[str] = set()
    skipped: list[str] = []
    for name, grid in workbooks.open_sheets(data, limits=limits.WORKBOOK):
        found = _heading(grid, expected)
        if found is None:
            skipped.append(name)
            continue
        top, places = found
        columns |= places.keys()
        lines += _lines(name, grid, top, places, expected)
        if len(lines) > limits.ROWS_MAX:
            raise workbooks.too_large(limits.WORKBOOK)
    if not columns:
        raise HeaderNotFound(columns="、".join(str(c.label) for c in expected.columns if c.is_required))
    return Table(lines, frozenset(columns), skipped)


def text_of(value: object) -> str:
    """What a person reads in the cell: 2.0 is "2", a text keeps its inner line breaks as spaces."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return " ".join(str(value).split())[: limits.CELL_CHARACTERS_MAX]


def heading_key(text: str) -> str:
    return _DECORATION.sub("", name_key(text)).lower()


def _heading(grid: workbooks.Grid, expected: Sheet) -> tuple[int, dict[str, int]] | None:
    """The row of the heading and the place of each column in it, or None where a required column is missing."""
    meanings: dict[str, list[str]] = {}
    for column in expected.columns:
        for word in (*column.headings, str(column.label)):
            meanings.setdefault(heading_key(word), []).append(column.name)
    required = {column.name for column in expected.columns if column.is_required}
    for number, row in enumerate(grid[: limits.HEADING_ROWS_MAX]):
        places: dict[str, int] = {}
        for index, cell in enumerate(row):
            # A word may head either of two columns (编码): the first of them that is still without a place.
            free = [name for name in meanings.get(heading_key(text_of(cell)), ()) if name not in places]
            if free:
                places[free[0]] = index
        if required <= places.keys():
            return number, places
    return None


def _lines(sheet: str, grid: workbooks.Grid, top: int, places: dict[str, int], expected: Sheet) -> list[Line]:
    above: dict[str, str] = {}
    lines: list[Line] = []
    for number, row in enumerate(grid[top + 1 :], start=top + 2):
        cells = {column.name: "" for column in expected.columns}
        for name, index in places.items():
            cells[name] = text_of(row[index]) if index < len(row) else ""
        if not any(cells.values()):
            continue
        for column in expected.columns:
            if column.is_merged:
                cells[column.name] = above[column.name] = cells[column.name] or above.get(column.name, "")
        lines.append(Line(sheet, number, cells))
    return lines
