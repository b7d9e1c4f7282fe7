from django.utils.translation import gettext_lazy as _

from wenming.kernel.errors import Conflict, Invalid, NotFound


class PaperNotFound(NotFound):
    code = "papers.not_found"
    message = _("没有找到这份公文。它可能不存在，或者不是发给您单位的。")


class NothingChosen(Invalid):
    code = "papers.nothing_chosen"
    message = _("请先选问题。只有已经派到牵头单位的问题才能出单。")


class NothingLate(NothingChosen):
    code = "papers.nothing_late"
    message = _("选的问题里没有要催的：没有超过时限，或者已经报了整改、延期、挂账。请在“超期”的问题里选。")


class TooManyProblems(Invalid):
    code = "papers.too_many_problems"
    message = _("一次最多选 {most} 件。请分几次出单。")


class NothingLeftToChase(Conflict):
    """`codes` are the problems that it would have listed."""

    code = "papers.nothing_left_to_chase"
    message = _(
        "没有可催的了：{codes} 起草以后已报整改，或者已延期、挂账、改派、结案。"
        "请撤回这份公文；以后又超期的，再另外起草。"
    )


class AnsweredSinceBuilt(Conflict):
    """`codes` are the problems that the file still lists."""

    code = "papers.answered_since_built"
    message = _(
        "文件生成以后，{codes} 已报整改，或者已延期、挂账、改派、结案。请起草人先点“重新生成”去掉这些，再签发。"
    )


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
