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


class NoLongerHandled(Gone):
    code = "residents.no_longer_handled"
    message = _("这一件经核实不再办理，所以没有进展可看。如果问题还在，请重新上报，拍清楚、写明地点。")
