"""The filtered list as a workbook."""

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from wenming.foundation.audit import services as audit
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.kernel import clock
from wenming.programmes.problems import selectors
from wenming.programmes.problems.enums import Channel, ClosedAs, Lead, State
from wenming.programmes.problems.views import filtering

EXPORT_ROWS_MAX: Final = 20_000
CHUNK_ROWS: Final = 2_000
# A cell that starts like this is a formula to somebody's spreadsheet, whatever type we give it.
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
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


@require_safe
@staff("problems.export")
def export(request: StaffRequest) -> HttpResponse:
    """At most EXPORT_ROWS_MAX rows, newest first; the first line says who took them and when, and so does the audit."""
    acting, now = request.acting, clock.now()
    rows = filtering.rows_of(acting, request.GET).order_by(*selectors.BY_FOUND).values_list(*COLUMNS)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("问题"))
    for index, width in enumerate(WIDTHS):
        sheet.column_dimensions[chr(ord("A") + index)].width = width
    sheet.freeze_panes = "A3"
    mark = _("{unit} {name} 于 {time} 导出，内部使用，最多 {most} 行").format(
        unit=acting.unit_name, name=acting.user_name, time=f"{clock.local(now):%Y-%m-%d %H:%M}", most=EXPORT_ROWS_MAX
    )
    sheet.append([safe(mark)])
    sheet.append(headings())
    count = 0
    for row in rows[:EXPORT_ROWS_MAX].iterator(chunk_size=CHUNK_ROWS):
        sheet.append(list(_cells(row)))
        count += 1
    # Some 3 MB at the most: the sheet itself goes through a file of the writer's.
    packed = io.BytesIO()
    book.save(packed)
    asked = {name: value for name, value in request.GET.items() if value}
    audit.record(
        by=acting.actor, action="problems.export", kind="problems", key="list", after={"rows": count, "filters": asked}
    )
    name = f"{_('问题')}-{clock.local(now):%Y%m%d-%H%M}.xlsx"
    answer = HttpResponse(packed.getvalue(), content_type=TYPE)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    answer["Cache-Control"] = "private, no-store"
    return answer


def headings() -> list[str]:
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


def _cells(row: tuple[Any, ...]) -> Iterator[str | int | datetime | None]:
    for name, value in zip(COLUMNS, row, strict=True):
        if isinstance(value, datetime):
            # Spreadsheets know no zones: the clock of Shanghai, to the minute.
            yield clock.local(value).replace(tzinfo=None, second=0, microsecond=0)
        elif isinstance(value, int) or value is None:
            yield value
        else:
            yield safe(str(WORDS[name](value).label) if name in WORDS and value else value)


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula, without characters that a workbook cannot hold."""
    clean = ILLEGAL_CHARACTERS_RE.sub("", text)
    return f"'{clean}" if clean.lstrip(" ").startswith(FORMULA_STARTS) else clean
