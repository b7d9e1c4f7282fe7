"""What can be told, in which state a subscription is, and what may go wrong on the way."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from wenming.programmes.problems.enums import Action


class HookKind(TextChoices):
    FILED = "problem.filed", _("登记、立案")
    DISPATCHED = "problem.dispatched", _("派遣、改派")
    SIGNED = "problem.signed", _("签收")
    REPORTED = "problem.reported", _("报已整改")
    REVIEWED = "problem.reviewed", _("审核、核查")
    CLOSED = "problem.closed", _("结案")
    ASKED = "problem.asked", _("申请和批复")
    RESIDENT = "problem.resident", _("居民反馈")
    REMINDED = "problem.reminded", _("催办")
    CHANGED = "problem.changed", _("拆分、并案、作废")


ACTIONS: Final[dict[HookKind, tuple[Action, ...]]] = {
    HookKind.FILED: (Action.FILE, Action.REPORT, Action.ACCEPT),
    HookKind.DISPATCHED: (Action.DISPATCH, Action.REDISPATCH, Action.HAND_OVER),
    HookKind.SIGNED: (Action.SIGN,),
    HookKind.REPORTED: (Action.REPORT_BACK, Action.SELF_HANDLE),
    HookKind.REVIEWED: (
        *(Action.PASS_REVIEW, Action.RETURN, Action.RETURN_SELF),
        *(Action.SITE_PASS, Action.SITE_FAIL, Action.SITE_RETURN),
    ),
    HookKind.CLOSED: (Action.CLOSE, Action.CLOSE_UNFIXED, Action.CLOSE_AS_TOLD),
    HookKind.ASKED: (
        *(Action.ASK_EXTENSION, Action.GRANT_EXTENSION, Action.REFUSE_EXTENSION),
        *(Action.ASK_HANDBACK, Action.GRANT_HANDBACK, Action.REFUSE_HANDBACK),
        *(Action.ASK_EXEMPTION, Action.GRANT_EXEMPTION, Action.REFUSE_EXEMPTION),
        *(Action.SUSPEND, Action.RESUME),
    ),
    HookKind.RESIDENT: (Action.CONFIRM, Action.CONTEST, Action.ANSWER, Action.REOPEN),
    HookKind.REMINDED: (Action.REMIND,),
    HookKind.CHANGED: (Action.SPLIT, Action.MERGE, Action.UNMERGE, Action.UNLINK, Action.VOID),
}
KIND_OF: Final = {action.value: kind for kind, actions in ACTIONS.items() for action in actions}


class HookState(TextChoices):
    ON = "on", _("推送中")
    PAUSED = "paused", _("已暂停")
    STOPPED = "stopped", _("已停：对方一直没有收")


class Fault(TextChoices):
    """Why the last try was none. What the other side wrote is not kept: it may hold anything."""

    ADDRESS = "address", _("这个地址不允许推送")
    UNRESOLVED = "unresolved", _("域名解析不了")
    CONNECTION = "connection", _("连接不上或者中断")
    TIMEOUT = "timeout", _("对方没有及时回答")
    CERTIFICATE = "certificate", _("对方的证书不可信")
    ANSWER = "answer", _("对方的回答不是 2xx")
    SECRET = "secret", _("签名密钥打不开，请删掉这个推送再建一个")
