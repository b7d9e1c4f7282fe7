"""What residents are told of a problem: plain words, units and no persons, nothing that was said inside the office."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenming.programmes.problems.enums import Action, ClosedAs, State
from wenming.programmes.problems.models import Problem

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands, for `state_badge`; `note` says what comes next."""

    label: Words
    tone: str
    icon: str
    note: Words


RECEIVED: Final = Standing(_("已收到"), "todo", "status", _("工作人员会先核实，再交给责任单位。"))
STANDINGS: Final[Mapping[str, Standing]] = {
    State.REPORTED: RECEIVED,
    State.FILED: Standing(_("已立案"), "todo", "status", _("正在安排由哪个单位处理。")),
    State.DISPATCHED: Standing(_("已交办"), "todo", "send", _("等责任单位签收。")),
    State.HANDLING: Standing(_("处理中"), "doing", "doing", _("责任单位正在处理。")),
    State.SUSPENDED: Standing(_("暂缓"), "todo", "pause", _("现在还不能处理，条件具备以后接着办。")),
    State.REPORTED_BACK: Standing(_("等待检查"), "doing", "doing", _("责任单位说已经处理好，等待检查。")),
    State.REVIEWED: Standing(_("检查通过"), "done", "done", _("处理后的照片检查通过，等待结案。")),
    State.CLOSED: Standing(_("已解决"), "done", "done", _("已经处理好并结案。")),
    State.MERGED: Standing(_("已合并"), "todo", "merge", _("和别人反映的是同一件，合在一起办理。")),
    State.VOID: Standing(_("不再办理"), "back", "close", _("经核实不再办理。")),
}
NOT_FIXED: Final = Standing(_("已说明"), "todo", "info", _("没有整改，原因见下面的说明。"))
ENDED: Final = Standing(_("已结案"), "done", "done", _("按来源单位的结果结案。"))
CLOSED_AS: Final[Mapping[str, Standing]] = {ClosedAs.EXPLAINED: NOT_FIXED, ClosedAs.TOLD: ENDED}


def standing_of(problem: Problem) -> Standing:
    if problem.state == State.CLOSED:
        return CLOSED_AS.get(problem.closed_as, STANDINGS[State.CLOSED])
    return STANDINGS[problem.state]


@dataclass(frozen=True, slots=True)
class Line:
    """`{unit}` stands for who leads from then on, or who did it."""

    icon: str
    title: Words
    # Only where the reason was written for the resident to read.
    tells_reason: bool = False


LINES: Final[Mapping[Action, Line]] = {
    Action.REPORT: Line("done", _("已收到您的上报")),
    Action.FILE: Line("done", _("已登记立案")),
    Action.ACCEPT: Line("done", _("核实属实，已立案")),
    Action.DISPATCH: Line("send", _("交给{unit}处理")),
    Action.REDISPATCH: Line("send", _("改由{unit}处理")),
    Action.SIGN: Line("hand", _("{unit}已签收")),
    Action.REPORT_BACK: Line("camera", _("{unit}报告已处理")),
    Action.SELF_HANDLE: Line("camera", _("当场处理了")),
    Action.RETURN: Line("return", _("检查没有通过，要求重新处理")),
    Action.RETURN_SELF: Line("return", _("检查没有通过，重新安排")),
    Action.PASS_REVIEW: Line("done", _("处理后的照片检查通过")),
    Action.CLOSE: Line("done", _("已结案")),
    Action.CLOSE_UNFIXED: Line("info", _("说明后结案"), tells_reason=True),
    Action.CLOSE_AS_TOLD: Line("done", _("已结案")),
    Action.SITE_PASS: Line("done", _("实地抽查合格")),
    Action.SITE_FAIL: Line("warning", _("实地抽查不合格")),
    Action.SITE_RETURN: Line("return", _("抽查后要求重新处理")),
    Action.SUSPEND: Line("pause", _("暂缓处理")),
    Action.RESUME: Line("doing", _("恢复处理")),
    Action.GRANT_EXTENSION: Line("hourglass", _("延长了处理时间")),
    Action.GRANT_HANDBACK: Line("return", _("不归原单位管，重新安排")),
    Action.CONFIRM: Line("done", _("有居民说已经解决")),
    Action.CONTEST: Line("help", _("有居民说没有真正解决，等待答复")),
    Action.ANSWER: Line("message", _("{unit}答复"), tells_reason=True),
    Action.REOPEN: Line("return", _("重新处理")),
    Action.MERGE: Line("merge", _("与相同的一件合并办理")),
    Action.UNMERGE: Line("merge", _("恢复单独办理")),
}
