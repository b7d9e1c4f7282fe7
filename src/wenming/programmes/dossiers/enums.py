"""The fixed words of the loop of rectification dossiers."""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenming.engines.loop.wording import ACTION, STATE, worded

FLOW_NAME = "dossiers"


class State(TextChoices):
    OPENED = "opened", _("待定措施")
    RECTIFYING = "rectifying", _("整改中")
    SUBMITTED = "submitted", _("签批中")
    CANCELLED = "cancelled", _("已销号")
    VOID = "void", _("已作废")

    @property
    def label(self) -> Promise:
        return worded(FLOW_NAME, STATE, self.value, self._label_)


OPEN_STATES = frozenset({State.OPENED, State.RECTIFYING, State.SUBMITTED})


class Action(TextChoices):
    OPEN = "open", _("立卷")
    PLAN = "plan", _("定措施")
    SUBMIT = "submit", _("报签批")
    SIGN = "sign", _("签批同意")
    RETURN = "return", _("退回整改")
    CANCEL = "cancel", _("销号")
    VOID = "void", _("作废")

    @property
    def label(self) -> Promise:
        return worded(FLOW_NAME, ACTION, self.value, self._label_)
