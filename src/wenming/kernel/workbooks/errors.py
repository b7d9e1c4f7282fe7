from django.utils.translation import gettext_lazy as _

from wenming.kernel.errors import DomainError, Invalid, TooLarge


class UnreadableWorkbook(Invalid):
    code = "workbooks.unreadable"
    message = _("这个文件打不开。请用 Excel 另存为 .xlsx，或者存成 UTF-8 的 .csv，再导入。")


class HostileWorkbook(Invalid):
    code = "workbooks.hostile"
    message = _("这个工作簿的内部结构不正常，没有打开。请在 Excel 里复制内容到一个新工作簿，再导入。")


class WorkbookTooLarge(TooLarge):
    code = "workbooks.too_large"
    message = _("这个文件太大：最多 {rows_max} 行、{megabytes_max} MB。请分成几份再导入。")


class NoSuchFileKind(DomainError):
    code = "workbooks.no_such_file_kind"
    message = _("只认 .xlsx 和 .csv。旧的 .xls 请先在 Excel 里另存为 .xlsx。")
