"""Reads the tables of office workbooks: wherever the heading stands, however it is merged, whatever stands below."""

import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineWorkbook

from wenming.kernel.clock import SHANGHAI
from wenming.kernel.errors import Invalid
from wenming.kernel.workbooks import open_sheets
from wenming.outputs.exchange.errors import ValueTooLong
from wenming.outputs.exchange.layouts import Layout

HEADING_ROWS_MAX: Final = 15
_EXCEL_EPOCH: Final = datetime(1899, 12, 30, tzinfo=SHANGHAI)
_HALF_MINUTE: Final = timedelta(seconds=30)
_NUMBER: Final = re.compile(r"\d+")
_NOT_A_CASE: Final = ("合计", "小计", "总计", "注", "说明", "填表", "审核")

Cells = list[Any]


class HeadingMissing(Invalid):
    code = "exchange.heading_missing"
    message = _("{file} 里没有找到表头。表头要有这些列：{columns}。")


class NotATime(Invalid):
    code = "exchange.not_a_time"
    message = _("“{text}”不是时间。可以写 2024-03-05 14:20 或 2024年3月5日 14时20分。")


@dataclass(frozen=True, slots=True)
class Row:
    """`number` counts as the office sees it, from 1. `cells` has every column asked for, "" where there is none."""

    sheet: str
    number: int
    cells: Mapping[str, Any]

    def text(self, name: str) -> str:
        return text_of(self.cells.get(name, ""))

    def moment(self, name: str) -> datetime | None:
        return moment_of(self.cells.get(name, ""))

    def number_at(self, name: str) -> float | None:
        return number_of(self.cells.get(name, ""))


def read_rows(
    path: Path, columns: Mapping[str, Sequence[str]], *, required: Sequence[str], layout: Layout | None = None
) -> Iterator[Row]:
    """The rows under every heading of a workbook that has the `required` columns; with a `layout` those that it says.

    `columns` maps a name to the headings that mean it. Raises HeadingMissing where no sheet has one, and what
    `open_sheets` refuses.
    """
    if layout is not None:
        yield from _laid_out(path, layout, required)
        return
    meanings = {_key(heading): name for name, headings in columns.items() for heading in headings}
    is_found = False
    for sheet, rows in sheets_of(path.read_bytes()).items():
        places, first = _heading(rows, meanings, required)
        is_found = is_found or bool(places)
        for index in range(first, len(rows)):
            cells = {name: rows[index][at] if at < len(rows[index]) else "" for name, at in places.items()}
            if _is_row(rows[index], cells, required):
                yield Row(sheet, index + 1, cells)
    if not is_found:
        wanted = "、".join(columns[name][0] for name in required)
        raise HeadingMissing(file=path.name, columns=wanted)


def _laid_out(path: Path, layout: Layout, required: Sequence[str]) -> Iterator[Row]:
    for index, cells in enumerate(sheets_of(path.read_bytes()).get(layout.sheet, ())):
        named = {name: cells[at] if at < len(cells) else "" for name, at in layout.places.items()}
        if index >= layout.heading_row and _is_row(cells, named, required):
            yield Row(layout.sheet, index + 1, named)


def sheets_of(data: bytes) -> dict[str, list[Cells]]:
    """All sheets by name, with merged cells filled in. Raises what `open_sheets` refuses."""
    opened = open_sheets(data)
    merged = _merged_ranges(data)
    return {name: _spread([list(row) for row in grid], merged.get(name, ())) for name, grid in opened}


def suggest(sheets: Mapping[str, Sequence[Cells]], columns: Mapping[str, Sequence[str]]) -> Layout:
    """The heading that has most of the columns, and what its columns may mean; the first sheet's first row if none has."""
    best = Layout(next(iter(sheets), ""), 1, {})
    for sheet, rows in sheets.items():
        for index, row in enumerate(rows[:HEADING_ROWS_MAX]):
            places = meant_by(row, columns)
            if len(places) > len(best.places):
                best = Layout(sheet, index + 1, places)
    return best


def meant_by(heading: Cells, columns: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Where each column stands by its heading; a heading that only contains a known one counts after those that are one."""
    keys = [_key(text_of(cell)) for cell in heading]
    places: dict[str, int] = {}
    for is_meant in (str.__eq__, _contains):
        for name, headings in columns.items():
            known = [_key(each) for each in headings]
            free = (at for at, key in enumerate(keys) if at not in places.values())
            found = next((at for at in free if any(is_meant(keys[at], each) for each in known)), None)
            if name not in places and found is not None:
                places[name] = found
    return places


def _contains(key: str, known: str) -> bool:
    return len(known) > 2 and known in key


def _merged_ranges(data: bytes) -> dict[str, Sequence[tuple[tuple[int, int], tuple[int, int]]]]:
    if not data.startswith(b"PK"):
        return {}
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).merged_cell_ranges or () for name in book.sheet_names}


def _spread(rows: list[Cells], ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> list[Cells]:
    """A merged cell stands for each of the cells that it covers."""
    for (top, left), (bottom, right) in ranges:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        value = rows[top][left]
        for row in rows[top : bottom + 1]:
            for column in range(left, min(right + 1, len(row))):
                row[column] = value
    return rows


def _heading(rows: list[Cells], meanings: Mapping[str, str], required: Sequence[str]) -> tuple[dict[str, int], int]:
    """Where each column is, and the first row below the heading; the lowest row of a heading of several counts."""
    for index, row in enumerate(rows[:HEADING_ROWS_MAX]):
        places: dict[str, int] = {}
        for at, cell in enumerate(row):
            name = meanings.get(_key(text_of(cell)))
            if name is not None:
                places.setdefault(name, at)
        if all(name in places for name in required):
            return places, index + 1
    return {}, len(rows)


def _is_row(row: Cells, cells: Mapping[str, Any], required: Sequence[str]) -> bool:
    opening = text_of(row[0]) if row else ""
    if opening.startswith(_NOT_A_CASE) and not all(text_of(cells[name]) for name in required):
        return False
    return any(text_of(cells[name]) for name in required)


def check_lengths(row: Row, columns: Mapping[str, Sequence[str]], most: Mapping[str, int]) -> None:
    """Raises ValueTooLong: nothing is cut without a word."""
    for name, chars in most.items():
        length = len(row.text(name))
        if length > chars:
            raise ValueTooLong(column=columns[name][0], length=length, most=chars)


def _key(heading: str) -> str:
    return "".join(unicodedata.normalize("NFKC", heading).split())


def text_of(cell: Any) -> str:
    """What stands in the cell, without spaces around it; a whole number without its point."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).replace("\u3000", " ").strip()


def number_of(cell: Any) -> float | None:
    try:
        return float(unicodedata.normalize("NFKC", text_of(cell)))
    except ValueError:
        return None


def moment_of(cell: Any) -> datetime | None:
    """An aware time to the minute, read as Asia/Shanghai; None for an empty cell. Raises NotATime."""
    if isinstance(cell, datetime):
        aware = cell if cell.tzinfo else cell.replace(tzinfo=SHANGHAI)
        return (aware + _HALF_MINUTE).replace(second=0, microsecond=0)
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day, tzinfo=SHANGHAI)
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _from_serial(float(cell))
    text = unicodedata.normalize("NFKC", text_of(cell))
    if not text:
        return None
    parts = [int(digits) for digits in _NUMBER.findall(text)]
    try:
        year, month, day, *rest = parts
        hour, minute, *_seconds = (*rest, 0, 0)
        return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)
    except (ValueError, OverflowError) as error:
        raise NotATime(text=text[:40]) from error


def _from_serial(days: float) -> datetime | None:
    """Excel counts days from the end of 1899. Raises NotATime."""
    try:
        return moment_of(_EXCEL_EPOCH + timedelta(days=days))
    except (ValueError, OverflowError) as error:
        raise NotATime(text=f"{days:g}") from error
