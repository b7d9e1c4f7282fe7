"""The papers that an office sends, and where one stands."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    ORDER = "order", _("交办单")
    REMINDER = "reminder", _("催办函")
    SUPERVISION = "supervision", _("督办单")
    CIRCULAR = "circular", _("督查通报")
    LIST = "list", _("问题清单")


# Sent to one unit each, for chosen problems.
TO_UNITS = (Kind.ORDER, Kind.REMINDER, Kind.SUPERVISION)
# Of a period, to all.
OF_PERIODS = (Kind.CIRCULAR, Kind.LIST)


class State(TextChoices):
    DRAFT = "draft", _("起草中")
    READY = "ready", _("待签发")
    SIGNED = "signed", _("已签发")
    WITHDRAWN = "withdrawn", _("已撤回")


class Urgency(TextChoices):
    PLAIN = "plain", _("平件")
    URGENT = "urgent", _("急件")
    MOST_URGENT = "most_urgent", _("特急")


class Counting(TextChoices):
    """How issues of a circular are counted."""

    YEARLY = "yearly", _("每年从第1期起")
    RUNNING = "running", _("一直往下排")
