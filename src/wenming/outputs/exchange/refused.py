"""The rows that were not taken, as a workbook to be corrected and taken in again: each with what to do about it."""

import io
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from xlsxwriter import Workbook

from wenming.outputs.exchange.office.sheets import Cells, sheets_of, text_of
from wenming.outputs.exchange.results import RowError

CELL_CHARS_MAX = 32_767
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def refused_workbook(data: bytes, errors: Sequence[RowError]) -> bytes:
    """Sheet, row and advice, then the row as it stood in `data`."""
    sheets = sheets_of(data)
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with Workbook(buffer, options) as book:
        page = book.add_worksheet(_("没有收的行"))
        page.freeze_panes(1, 0)
        page.set_column(0, 1, 8)
        page.set_column(2, 2, 60)
        for at, heading in enumerate((_("工作表"), _("行"), _("怎么办"), _("原来的内容"))):
            page.write_string(0, at, heading)
        for number, error in enumerate(errors, start=1):
            page.write_string(number, 0, _safe(error.sheet))
            page.write_number(number, 1, error.row)
            page.write_string(number, 2, _safe(error.message))
            for at, cell in enumerate(_row_of(sheets, error), start=3):
                page.write_string(number, at, _safe(text_of(cell)))
    return buffer.getvalue()


def _row_of(sheets: dict[str, list[Cells]], error: RowError) -> Sequence[Any]:
    rows = sheets.get(error.sheet, [])
    return rows[error.row - 1] if 0 < error.row <= len(rows) else ()


def _safe(text: str) -> str:
    """No formula to anybody's spreadsheet, and nothing that a workbook cannot hold."""
    clean = ILLEGAL_CHARACTERS_RE.sub("", text)[: CELL_CHARS_MAX - 1]
    return f"'{clean}" if clean.startswith(FORMULA_STARTS) else clean
