"""The fixed words of the problem loop."""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenming.engines.loop.wording import ACTION, STATE, worded

FLOW_NAME = "problems"


class Channel(TextChoices):
    """How a problem came in."""

    INSPECTOR = "inspector", _("督查员")
    DESK = "desk", _("科室登记")
    RESIDENT = "resident", _("居民上报")
    HOTLINE = "hotline", _("热线转办")
    IMPORT = "import", _("表格导入")
    ASSESSMENT = "assessment", _("实地测评")
    SELF_CHECK = "self_check", _("单位自查")


class State(TextChoices):
    REPORTED = "reported", _("待核实")
    FILED = "filed", _("待派遣")
    DISPATCHED = "dispatched", _("待签收")
    HANDLING = "handling", _("处理中")
    SUSPENDED = "suspended", _("挂账")
    REPORTED_BACK = "reported_back", _("待审核")
    REVIEWED = "reviewed", _("待结案")
    CLOSED = "closed", _("已结案")
    MERGED = "merged", _("已并案")
    VOID = "void", _("已作废")

    @property
    def label(self) -> Promise:
        return worded(FLOW_NAME, STATE, self.value, self._label_)


OPEN_STATES = frozenset(
    {
        State.REPORTED,
        State.FILED,
        State.DISPATCHED,
        State.HANDLING,
        State.SUSPENDED,
        State.REPORTED_BACK,
        State.REVIEWED,
    }
)


# The unit has it, its clock runs, and it has not said yet that it is done.
AWAITED_STATES = frozenset({State.DISPATCHED, State.HANDLING})


class ClosedAs(TextChoices):
    """Closing does not claim that a thing was fixed unless it was."""

    FIXED = "fixed", _("已整改")
    EXPLAINED = "explained", _("已说明，未整改")
    TOLD = "told", _("按来源结案")


class PendingRequest(TextChoices):
    """What a unit has asked for and the handling waits for."""

    EXTENSION = "extension", _("申请延期")
    HANDBACK = "handback", _("申请退单")


class Lead(TextChoices):
    """Which of the two answerable units leads."""

    TERRITORY = "territory", _("属地牵头")
    DEPARTMENT = "department", _("主管牵头")


class PhotoMoment(TextChoices):
    BEFORE = "before", _("整改前")
    AFTER = "after", _("整改后")
    SITE = "site", _("实地核查")
    VOICE = "voice", _("居民反映")


class FlagKind(TextChoices):
    """What is asked about a photo; the words say what was measured and nothing of anybody."""

    EARLIER = "earlier", _("与较早照片相似")
    BEFORE = "before", _("与整改前照片相似")
    TIME = "time", _("拍摄早于派遣")
    PLACE = "place", _("拍摄位置较远")


class FlagPart(TextChoices):
    """TOLD is the unit's own explanation; a reason and a second look settle a flag."""

    TOLD = "told", _("单位说明")
    REASON = "reason", _("原因")
    LOOK = "look", _("第二人查看")


class Verdict(TextChoices):
    ACCEPTED = "accepted", _("可以通过")
    NOT_ACCEPTED = "not_accepted", _("还说不清")


class SiteResult(TextChoices):
    """What a visit to the place found."""

    PASSED = "passed", _("实地合格")
    FAILED = "failed", _("实地不合格")


class Action(TextChoices):
    FILE = "file", _("登记")
    REPORT = "report", _("上报")
    ACCEPT = "accept", _("核实立案")
    DISPATCH = "dispatch", _("派遣")
    REDISPATCH = "redispatch", _("改派")
    SIGN = "sign", _("签收")
    REPORT_BACK = "report_back", _("报已整改")
    SELF_HANDLE = "self_handle", _("当场处置")
    PASS_REVIEW = "pass_review", _("审核通过")
    RETURN = "return", _("退回返工")
    RETURN_SELF = "return_self", _("退回派遣")
    CLOSE = "close", _("结案")
    SITE_PASS = "site_pass", _("实地合格")
    SITE_FAIL = "site_fail", _("实地不合格")
    SITE_RETURN = "site_return", _("抽查退回")
    CLOSE_UNFIXED = "close_unfixed", _("说明后结案")
    CLOSE_AS_TOLD = "close_as_told", _("按来源结案")
    ASK_EXTENSION = "ask_extension", _("申请延期")
    GRANT_EXTENSION = "grant_extension", _("同意延期")
    REFUSE_EXTENSION = "refuse_extension", _("不同意延期")
    ASK_HANDBACK = "ask_handback", _("申请退单")
    GRANT_HANDBACK = "grant_handback", _("同意退单")
    REFUSE_HANDBACK = "refuse_handback", _("不同意退单")
    SUSPEND = "suspend", _("挂账")
    RESUME = "resume", _("恢复处理")
    ASK_EXEMPTION = "ask_exemption", _("申请免责")
    GRANT_EXEMPTION = "grant_exemption", _("同意免责")
    REFUSE_EXEMPTION = "refuse_exemption", _("不同意免责")
    SPLIT = "split", _("拆分")
    MERGE = "merge", _("并案")
    UNMERGE = "unmerge", _("撤销并案")
    UNLINK = "unlink", _("不算反弹")
    REMIND = "remind", _("催办")
    HAND_OVER = "hand_over", _("单位合并移交")
    CONFIRM = "confirm", _("居民说已解决")
    CONTEST = "contest", _("居民说没解决")
    ANSWER = "answer", _("答复居民")
    REOPEN = "reopen", _("重新处理")
    VOID = "void", _("作废")

    @property
    def label(self) -> Promise:
        return worded(FLOW_NAME, ACTION, self.value, self._label_)
