"""A table of standings as a workbook: points, and for each rate its two counts."""

from io import BytesIO
from typing import Final

from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from wenming.engines.metrics import named
from wenming.outputs.standings.definitions import Definition
from wenming.outputs.standings.enums import Along
from wenming.outputs.standings.selectors import Group, Row

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAME_WIDTH: Final = 30
NUMBER_WIDTH: Final = 12
FIXED: Final = 5


def write(definition: Definition, groups: list[Group], *, mark: str) -> bytes:
    """Rates and points are numbers with a format, so that they can be reckoned with."""
    out = BytesIO()
    options = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False, "in_memory": True}
    with Workbook(out, options) as book:
        sheet = book.add_worksheet(_("综合评价"))
        rate, points = book.add_format({"num_format": "0.00%"}), book.add_format({"num_format": "0.0"})
        bold = book.add_format({"bold": True})
        sheet.set_column(0, 1, NAME_WIDTH)
        sheet.set_column(2, FIXED + 3 * len(definition.indicators), NUMBER_WIDTH)
        sheet.freeze_panes(2, 0)
        sheet.write_string(0, 0, mark)
        for index, heading in enumerate(_headings(definition)):
            sheet.write_string(1, index, heading, bold)
        line = 1
        for group in groups:
            for row in group.rows:
                line += 1
                sheet.write_string(line, 0, group.name)
                sheet.write_string(line, 1, row.name)
                for column, value in enumerate((row.place, row.before), start=2):
                    if value is not None:
                        sheet.write_number(line, column, value)
                if row.score.points is not None:
                    sheet.write_number(line, 4, float(row.score.points), points)
                for column, (number, style) in enumerate(_counts(row, rate), start=FIXED):
                    if number is not None:
                        sheet.write_number(line, column, number, style)
    return out.getvalue()


def _headings(definition: Definition) -> list[str]:
    labels = [named.find(each.figure).label for each in definition.indicators]
    parts = [
        text
        for label in labels
        for text in (label, _("{name} 分子").format(name=label), _("{name} 分母").format(name=label))
    ]
    return [_("分组"), str(Along(definition.along).label), _("位次"), _("上期位次"), _("得分"), *parts]


def _counts(row: Row, rate: object) -> list[tuple[float | None, object]]:
    return [
        cell
        for counts in row.score.counts
        for cell in (
            (None if counts.rate is None else float(counts.rate), rate),
            (counts.numerator, None),
            (counts.denominator, None),
        )
    ]
