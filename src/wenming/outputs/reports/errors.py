"""What the report writer refuses, and what to do then."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wenming.kernel.documents.errors import PaperError
from wenming.kernel.errors import Invalid, NotFound


class PaperRefused(Invalid):
    """A refusal of the paper layer in the reader's language; `paper_code` says which."""

    code = "reports.paper"

    def __init__(self, error: PaperError) -> None:
        params: dict[str, Any] = error.params
        super().__init__(gettext(error.message), **params)
        self.paper_code = error.code


class IssueNotFound(NotFound):
    code = "reports.issue_not_found"
    message = _("文件里没有找到本系统的数字标记。请上传由本系统导出的报告，另存时保留为 .docx。")


class NoReportFile(Invalid):
    code = "reports.no_file"
    message = _("请选一份 .docx 报告再核对。")


class ReportFileTooLarge(Invalid):
    code = "reports.file_too_large"
    message = _("文件超过 {megabytes} MB。请去掉文中的大图，另存以后再上传。")
