"""The fixed words of the loop of appeals."""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenming.engines.loop.wording import ACTION, STATE, worded

FLOW_NAME = "appeals"


class Source(TextChoices):
    """Where a resident said it."""

    VISIT = "visit", _("入户走访")
    MEETING = "meeting", _("征求意见会")
    SURVEY = "survey", _("问卷调查")
    PHONE = "phone", _("来电")


class State(TextChoices):
    RAISED = "raised", _("待交办")
    ASSIGNED = "assigned", _("待签收")
    HANDLING = "handling", _("办理中")
    ANSWERED = "answered", _("待确认")
    SOLVED = "solved", _("已解决")
    UNSOLVED = "unsolved", _("未解决")
    CLOSED = "closed", _("已办结")
    VOID = "void", _("已作废")

    @property
    def label(self) -> Promise:
        return worded(FLOW_NAME, STATE, self.value, self._label_)


OPEN_STATES = frozenset({State.RAISED, State.ASSIGNED, State.HANDLING, State.ANSWERED, State.SOLVED, State.UNSOLVED})


class ClosedAs(TextChoices):
    SOLVED = "solved", _("已解决")
    EXPLAINED = "explained", _("已说明，未解决")


class SaidBy(TextChoices):
    """Who says that it is solved; never who handled it."""

    RESIDENT = "resident", _("当事人说解决了")
    SECOND = "second", _("第二人看过，解决了")


class Action(TextChoices):
    RAISE = "raise", _("登记诉求")
    ASSIGN = "assign", _("交办")
    SIGN = "sign", _("签收")
    HAND_BACK = "hand_back", _("退回交办")
    ANSWER = "answer", _("答复")
    SAY_SOLVED = "say_solved", _("确认已解决")
    SAY_UNSOLVED = "say_unsolved", _("没有解决")
    REOPEN = "reopen", _("重新办理")
    CLOSE = "close", _("办结")
    CLOSE_UNSOLVED = "close_unsolved", _("说明后办结")
    PUBLISH = "publish", _("公开答复")
    UNPUBLISH = "unpublish", _("撤下公开")
    HAND_OVER = "hand_over", _("单位合并移交")
    VOID = "void", _("作废")

    @property
    def label(self) -> Promise:
        return worded(FLOW_NAME, ACTION, self.value, self._label_)
