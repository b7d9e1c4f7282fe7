"""What is refused about dossiers and their chain, and what to do."""

from django.utils.translation import gettext_lazy as _

from wenming.kernel.errors import Conflict, Invalid, NotFound, Refused


class DossierNotFound(NotFound):
    code = "dossiers.not_found"
    message = _("没有找到这卷整改。它可能不存在，或者不由您的岗位看。")


class NotYourDossier(Refused):
    code = "dossiers.not_yours"
    message = _("这卷整改不由您的岗位{action}。")


class TextMissing(Invalid):
    code = "dossiers.text_missing"
    message = _("请写明{what}。")


class TextTooLong(Invalid):
    code = "dossiers.text_too_long"
    message = _("文字太长：最多 {most} 个字。")


class FoundInFuture(Invalid):
    code = "dossiers.found_in_future"
    message = _("反馈日期还没有到。请核对后改正。")


class DueBeforeFound(Invalid):
    code = "dossiers.due_before_found"
    message = _("整改期限早于反馈日期。请核对后改正。")


class NotYourTurn(Refused):
    code = "dossiers.not_your_turn"
    message = _("现在轮到“{step}”签批。")


class SignedAlready(Refused):
    code = "dossiers.signed_already"
    message = _("这一轮您已经办过一步。每一步要由不同的人签批。")


class ChainOpen(Conflict):
    code = "dossiers.chain_open"
    message = _("签批还差 {left} 步，不能销号。")


class ChainComplete(Conflict):
    code = "dossiers.chain_complete"
    message = _("签批已经走完，可以销号。")


class ChainUnusable(Invalid):
    code = "dossiers.chain_unusable"
    message = _("签批链要有 1 到 {most} 步，每一步写明名称和岗位。")


class TooManyPapers(Invalid):
    code = "dossiers.too_many_papers"
    message = _("一次最多 {most} 份材料。")


class TooManyAtOnce(Invalid):
    code = "dossiers.too_many_at_once"
    message = _("一次最多 {most} 卷。请分几次做。")
