"""The rows of the list written to a file, row by row: memory does not grow with them."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import IO, Any, Final

from django.utils.translation import gettext as _
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from xlsxwriter import Workbook

from wenming.kernel import clock
from wenming.programmes.problems.enums import Channel, ClosedAs, Lead, State

# A cell that starts like this is a formula to somebody's spreadsheet, whatever type we give it.
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
CELL_CHARS_MAX: Final = 32_767
COLUMNS: Final = (
    "code",
    "title",
    "state",
    "channel",
    "category_name",
    "type_name",
    "point__name",
    "address",
    "territory__name",
    "department__name",
    "lead_side",
    "found_at",
    "dispatched_at",
    "reported_at",
    "reviewed_at",
    "closed_at",
    "closed_as",
    "handle_due_at",
    "rework_count",
    "extension_count",
    "description",
)
WIDTHS: Final = (18, 40, 10, 10, 14, 20, 24, 36, 18, 18, 10, 17, 17, 17, 17, 17, 14, 17, 8, 8, 50)
WORDS: Final = {"state": State, "channel": Channel, "lead_side": Lead, "closed_as": ClosedAs}
Row = tuple[Any, ...]
Cell = str | int | datetime | None


def write_xlsx(file: IO[bytes], rows: Iterable[Row], *, mark: str) -> int:
    """`rows` as COLUMNS has them, under the mark and the headings; returns how many there were."""
    count = 0
    # No row is kept once the next one begins; text stays text, whatever it looks like.
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with Workbook(file, options) as book:
        sheet = book.add_worksheet(_("问题"))
        time = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for index, width in enumerate(WIDTHS):
            sheet.set_column(index, index, width)
        sheet.freeze_panes(2, 0)
        sheet.write_string(0, 0, safe(mark)[:CELL_CHARS_MAX])
        for index, heading in enumerate(headings()):
            sheet.write_string(1, index, heading)
        for count, row in enumerate(rows, start=1):
            for index, cell in enumerate(_cells(row)):
                if isinstance(cell, datetime):
                    sheet.write_datetime(count + 1, index, cell, time)
                elif isinstance(cell, str):
                    sheet.write_string(count + 1, index, cell[:CELL_CHARS_MAX])
                elif cell is not None:
                    sheet.write_number(count + 1, index, cell)
    return count


def write_csv(file: IO[bytes], rows: Iterable[Row], *, mark: str) -> int:
    """As `write_xlsx`; with a byte order mark, by which spreadsheets know UTF-8."""
    count = 0
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow([safe(mark)])
    writer.writerow(headings())
    for row in rows:
        writer.writerow([_plain(cell) for cell in _cells(row)])
        count += 1
    # The file is its owner's: the wrapper lets go of it without closing.
    text.flush()
    text.detach()
    return count


def headings() -> Sequence[str]:
    return [
        _("编号"),
        _("问题"),
        _("状态"),
        _("来源"),
        _("大类"),
        _("类型"),
        _("点位"),
        _("地点"),
        _("属地"),
        _("主管"),
        _("牵头"),
        _("发现时间"),
        _("派遣时间"),
        _("报整改时间"),
        _("审核通过时间"),
        _("结案时间"),
        _("结案方式"),
        _("处理时限"),
        _("返工次数"),
        _("延期次数"),
        _("补充说明"),
    ]


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula, without characters that a workbook cannot hold."""
    clean = ILLEGAL_CHARACTERS_RE.sub("", text)
    return f"'{clean}" if clean.lstrip(" ").startswith(FORMULA_STARTS) else clean


def _cells(row: Row) -> Iterator[Cell]:
    for name, value in zip(COLUMNS, row, strict=True):
        if isinstance(value, datetime):
            # Spreadsheets know no zones: the clock of Shanghai, to the minute.
            yield clock.local(value).replace(tzinfo=None, second=0, microsecond=0)
        elif isinstance(value, int) or value is None:
            yield value
        else:
            yield safe(str(WORDS[name](value).label) if name in WORDS and value else value)


def _plain(cell: Cell) -> str | int | None:
    return f"{cell:%Y-%m-%d %H:%M}" if isinstance(cell, datetime) else cell
