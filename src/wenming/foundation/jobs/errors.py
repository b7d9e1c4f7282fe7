from django.utils.translation import gettext_lazy as _

from wenming.kernel.errors import Conflict, NotFound


class JobNotThere(NotFound):
    code = "jobs.not_there"
    message = _("没有找到这项任务。它可能已经过期，或者不是您交办的。")


class JobOver(Conflict):
    code = "jobs.over"
    message = _("这项任务已经结束，不能再取消。")
