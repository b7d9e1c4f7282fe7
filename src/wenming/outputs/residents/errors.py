from django.utils.translation import gettext_lazy as _

from wenming.kernel.errors import Conflict, Gone, Invalid, NotFound


class ProofWrong(Invalid):
    code = "residents.proof_wrong"
    message = _("没有通过防刷验证，还没有提交。请再按一次“提交”；不行就重新打开这一页。")


class ProofOld(Invalid):
    code = "residents.proof_old"
    message = _("这一页打开太久了，还没有提交。内容还在，请再按一次“提交”。")


class CodeUnknown(NotFound):
    code = "residents.code_unknown"
    message = _("没有找到这个查询码。请对照回执再输一遍。")


class NothingToAsk(Conflict):
    code = "residents.nothing_to_ask"
    message = _("这一件现在没有结案，不用评价。进展见下面。")


class Withdrawn(Gone):
    code = "residents.withdrawn"
    message = _("这一件已经撤下，不再公开。您自己上报的，仍可以用查询码看进展。")


class NotShown(NotFound):
    code = "residents.not_shown"
    message = _("没有找到这一件。它可能没有公开。")


class NoLongerHandled(Gone):
    code = "residents.no_longer_handled"
    message = _("这一件经核实不再办理，所以没有进展可看。如果问题还在，请重新上报，拍清楚、写明地点。")
