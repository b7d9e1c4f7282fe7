from django.utils.translation import gettext_lazy as _

from wenming.kernel.errors import Conflict, Invalid, NotFound


class PaperNotFound(NotFound):
    code = "papers.not_found"
    message = _("没有找到这份公文。它可能不存在，或者不是发给您单位的。")


class NothingChosen(Invalid):
    code = "papers.nothing_chosen"
    message = _("请先选问题。只有已经派到牵头单位的问题才能出单。")


class TooManyProblems(Invalid):
    code = "papers.too_many_problems"
    message = _("一次最多选 {most} 件。请分几次出单。")


class WrongState(Conflict):
    code = "papers.wrong_state"
    message = _("这份公文现在是“{state}”，不能做这一步。请刷新页面看看。")


class OwnDraft(Conflict):
    code = "papers.own_draft"
    message = _("自己起草的公文要由另一个人签发。")


class NotBuilt(Conflict):
    code = "papers.not_built"
    message = _("文件还没有生成好。等进度走完再签发。")


class NotYours(NotFound):
    code = "papers.not_yours"
    message = _("只有收文单位可以签收。")


class ReasonMissing(Invalid):
    code = "papers.reason_missing"
    message = _("请写明撤回的原因。")


class NameMissing(Invalid):
    code = "papers.name_missing"
    message = _("请写签收人的姓名。")


class NameTooLong(Invalid):
    code = "papers.name_too_long"
    message = _("姓名最多 {most} 个字。")


class BadTemplate(Invalid):
    """`tag` is what the office wrote and `place` the words around it."""

    code = "papers.bad_template"
    message = _("模板里的“{tag}”用不了（{why}），在“{place}”这里。请改好以后再上传。")


class NotATemplate(Invalid):
    code = "papers.not_a_template"
    message = _("模板要用 Word 的 .docx 文件。请另存为 .docx 再上传。")


class TemplateNotThere(NotFound):
    code = "papers.template_not_there"
    message = _("没有找到这一版模板。")


class NoPdf(NotFound):
    code = "papers.no_pdf"
    message = _("这份公文没有 PDF。请下载 Word 文件。")
