"""What the report writer refuses, and what to do then."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wenming.kernel.documents.errors import PaperError
from wenming.kernel.errors import Conflict, Invalid, NotFound, Refused


class PaperRefused(Invalid):
    """A refusal of the paper layer in the reader's language; `paper_code` says which."""

    code = "reports.paper"

    def __init__(self, error: PaperError) -> None:
        params: dict[str, Any] = error.params
        super().__init__(gettext(error.message), **params)
        self.paper_code = error.code


class BadReportTemplate(Invalid):
    """`tag` is what the office wrote and `place` the words around it."""

    code = "reports.bad_template"
    message = _("模板里的“{tag}”用不了（{why}），在“{place}”这里。请改好以后再用。")


class NotAReportTemplate(Invalid):
    code = "reports.not_a_template"
    message = _("模板要用 Word 的 .docx 文件，里面不能有以前导出的数字标记。请换一份空白的模板。")


class IssueNotFound(NotFound):
    code = "reports.issue_not_found"
    message = _("文件里没有找到本系统的数字标记。请上传由本系统导出的报告，另存时保留为 .docx。")


class NoReportFile(Invalid):
    code = "reports.no_file"
    message = _("请选一份 .docx 报告再核对。")


class ReportFileTooLarge(Invalid):
    code = "reports.file_too_large"
    message = _("文件超过 {megabytes} MB。请去掉文中的大图，另存以后再上传。")


class NoSuchRegion(NotFound):
    code = "reports.no_such_region"
    message = _("没有找到县（市、区）或街道（乡镇）“{text}”。请写全称；重名的写 12 位区划代码。")


class IssueGone(NotFound):
    code = "reports.issue_gone"
    message = _("没有这个导出的版本。请从报告页重新选择。")


class EditionNotFound(NotFound):
    code = "reports.edition_not_found"
    message = _("没有这个签发的版本。请从报告页重新选择。")


class SignerIsDrafter(Refused):
    code = "reports.signer_is_drafter"
    message = _("起草和签发要由两个人完成。请另一位同事核对后签发。")


class AlreadySigned(Conflict):
    code = "reports.already_signed"
    message = _("这个版本已经签发。要更正，请先重新导出，再签发新的版本。")


class BuildAgain(Conflict):
    code = "reports.build_again"
    message = _("这个版本导出以后提纲、口径或申报有变化，不能照原样重做。请重新导出，再签发新的一份。")


class BecauseNeeded(Invalid):
    code = "reports.because_needed"
    message = _("{period} 已有签发的版本。请写明为什么更正（不超过 {limit} 字）。")


class NotConverted(Conflict):
    code = "reports.not_converted"
    message = _("{why} 没有转成 PDF。请先导出 Word 使用，或者在报告页“导出过的版本”里再点一次 PDF。")


class FrozenRowsDamaged(Conflict):
    code = "reports.frozen_rows_damaged"
    message = _("{name}的冻结明细与当时的摘要对不上。请用备份恢复，并告诉管理员。")
