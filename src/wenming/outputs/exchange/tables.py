"""Rows of somebody else's table under the names that a mapping gives its columns, one after the other."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from wenming.foundation.people.selectors import name_key
from wenming.kernel.workbooks import open_sheets
from wenming.outputs.exchange.errors import ColumnsMissing, TableTooLarge, UnreadableTable, WrongEncoding

HEADING_ROWS_MAX: Final = 15
ROWS_MAX: Final = 2_000_000
COLUMNS_MAX: Final = 200
_WORKBOOK_STARTS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_DECORATION: Final = re.compile(r"[(（\[【].*?[)）\]】]|[*:：※]")
_ENCODINGS: Final = ("utf-8-sig", "gb18030")


@dataclass(frozen=True, slots=True)
class Line:
    """`row` counts from 1 with everything above it, as a spreadsheet does. `cells` has every field that was asked for."""

    sheet: str
    row: int
    cells: Mapping[str, Any]


class Table:
    """Opened and checked from end to end before the first row is given, so that a bad file leaves nothing behind.

    A CSV is read as a stream: its size does not matter to memory. Raises UnreadableTable, WrongEncoding,
    ColumnsMissing, TableTooLarge, and what `open_sheets` raises for a workbook.
    """

    def __init__(
        self, path: Path, columns: Mapping[str, Sequence[str]], *, required: Sequence[str], encoding: str | None = None
    ) -> None:
        self._path = path
        self._meanings = _meanings(columns)
        self._required = tuple(required)
        self._columns = columns
        with path.open("rb") as stream:
            self._is_workbook = stream.read(4).startswith(_WORKBOOK_STARTS)
        self._encoding = "" if self._is_workbook else self._checked_encoding(encoding)
        self.rows = self._count()

    def __iter__(self) -> Iterator[Line]:
        for sheet, grid in self._sheets():
            yield from self._lines(sheet, grid)

    def _count(self) -> int:
        rows = 0
        headings = 0
        for _sheet, grid in self._sheets():
            places: dict[str, int] | None = None
            for number, cells in enumerate(grid, start=1):
                if number > ROWS_MAX or len(cells) > COLUMNS_MAX:
                    raise TableTooLarge(file=self._path.name, rows_max=ROWS_MAX, columns_max=COLUMNS_MAX)
                if places is None:
                    if number > HEADING_ROWS_MAX:
                        break
                    places = self._heading(cells)
                    headings += places is not None
                elif _is_filled(cells):
                    rows += 1
        if not headings:
            wanted = "、".join("/".join(self._columns[name]) for name in self._required)
            raise ColumnsMissing(file=self._path.name, columns=wanted)
        return rows

    def _lines(self, sheet: str, grid: Iterator[Sequence[Any]]) -> Iterator[Line]:
        places: dict[str, int] | None = None
        for number, cells in enumerate(grid, start=1):
            if places is None:
                if number > HEADING_ROWS_MAX:
                    return
                places = self._heading(cells)
            elif _is_filled(cells):
                found = {name: cells[at] if at < len(cells) else "" for name, at in places.items()}
                yield Line(sheet, number, {name: found.get(name, "") for name in self._columns})

    def _heading(self, cells: Sequence[Any]) -> dict[str, int] | None:
        """The place of each field, or None where this row is not the heading. One column may serve several fields."""
        places: dict[str, tuple[int, int]] = {}
        for at, cell in enumerate(cells):
            for name, rank in self._meanings.get(_key(str(cell)), ()):
                if name not in places or rank < places[name][0]:
                    places[name] = (rank, at)
        if not set(self._required) <= places.keys():
            return None
        return {name: at for name, (_rank, at) in places.items()}

    def _sheets(self) -> Iterator[tuple[str, Iterator[Sequence[Any]]]]:
        if self._is_workbook:
            for name, grid in open_sheets(self._path.read_bytes()):
                yield name, iter(grid)
        else:
            yield "", self._csv()

    def _csv(self) -> Iterator[list[str]]:
        number = 0
        try:
            with self._path.open(encoding=self._encoding, newline="") as stream:
                sample = stream.readline(8192)
                stream.seek(0)
                for number, cells in enumerate(  # noqa: B007 - said when reading fails
                    csv.reader(stream, delimiter=max(",\t;", key=sample.count)), start=1
                ):
                    yield cells
        except csv.Error as error:
            raise UnreadableTable(file=self._path.name, row=number + 1) from error

    def _checked_encoding(self, encoding: str | None) -> str:
        tried = (encoding,) if encoding else _ENCODINGS
        for name in tried:
            try:
                with self._path.open(encoding=name, newline="") as stream:
                    while block := stream.read(1 << 20):
                        if "\x00" in block:
                            raise UnreadableTable(file=self._path.name, row=1)
            except (UnicodeDecodeError, UnicodeError):
                continue
            # A mark at the start of the file is no part of the first heading.
            return "utf-8-sig" if name.lower().replace("_", "-") in ("utf-8", "utf8") else name
        raise WrongEncoding(file=self._path.name, encoding="/".join(tried))


def _meanings(columns: Mapping[str, Sequence[str]]) -> dict[str, list[tuple[str, int]]]:
    """Heading → the fields that it may stand for, each with how much it is wanted (0 first)."""
    found: dict[str, list[tuple[str, int]]] = {}
    for name, headings in columns.items():
        for rank, heading in enumerate(headings):
            found.setdefault(_key(heading), []).append((name, rank))
    return found


def _key(text: str) -> str:
    return _DECORATION.sub("", name_key(text)).lower()


def _is_filled(cells: Sequence[Any]) -> bool:
    return any(cell != "" and cell is not None for cell in cells)
