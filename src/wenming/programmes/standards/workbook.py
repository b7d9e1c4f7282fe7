"""The matrix as a workbook for Excel."""

import io
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from wenming.programmes.standards.models import Standard
from wenming.programmes.standards.selectors.duties import Answer
from wenming.programmes.standards.selectors.matrix import Group

WIDTHS = (14, 26, 16, 12, 44, 20, 14, 20, 14, 24)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def plain(text: str) -> str:
    """Text that a spreadsheet never takes for a formula, also after it was saved as CSV and opened again."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def matrix_workbook(standard: Standard, groups: Iterable[Group]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("责任矩阵"))
    for letter, width in zip("ABCDEFGHIJ", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A3"
    sheet.append([_bold(sheet, plain(str(standard)))])
    heading = (
        _("点位编码"),
        _("点位"),
        _("点位类型"),
        _("标准编码"),
        _("测评标准"),
        _("属地单位"),
        _("属地依据"),
        _("主管单位"),
        _("主管依据"),
        _("缺口"),
    )
    sheet.append([_bold(sheet, text) for text in heading])
    for group in groups:
        for row in _rows(group):
            sheet.append([_text(sheet, text) for text in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _rows(group: Group) -> Iterable[tuple[str, ...]]:
    point = group.point
    if not group.cells:
        yield (point.code, point.name, point.type_key, "", "", "", "", "", "", _("点位类型不在标准里"))
    for cell in group.cells:
        territory, department = cell.answers.territory, cell.answers.department
        gaps = [
            word for answer, word in ((territory, _("没有属地单位")), (department, _("没有主管部门"))) if answer.is_gap
        ]
        criterion = cell.duty.criterion
        yield (
            point.code,
            point.name,
            point.type_key,
            criterion.code,
            criterion.text,
            *_answer(territory),
            *_answer(department),
            "；".join(gaps),
        )


def _answer(answer: Answer) -> tuple[str, str]:
    return (answer.unit.name if answer.unit else "", str(answer.source.label))


def _text(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, plain(text))
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    return cell


def _bold(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.font = Font(bold=True)
    return cell
