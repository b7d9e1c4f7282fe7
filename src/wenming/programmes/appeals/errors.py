"""What is refused about appeals and meetings, and what to do."""

from django.utils.translation import gettext_lazy as _

from wenming.kernel.errors import Conflict, Invalid, NotFound, Refused


class AppealNotFound(NotFound):
    code = "appeals.not_found"
    message = _("没有找到这件诉求。它可能不存在，或者不在您的范围内。")


class NotYourAppeal(Refused):
    code = "appeals.not_yours"
    message = _("这件诉求不由您的岗位{action}。")


class TextMissing(Invalid):
    code = "appeals.text_missing"
    message = _("请写明{what}。")


class TextTooLong(Invalid):
    code = "appeals.text_too_long"
    message = _("文字太长：最多 {most} 个字。")


class ContactWritten(Invalid):
    """Telephone and identity numbers are the unit's to keep, not this system's."""

    code = "appeals.contact_written"
    message = _("请不要写电话号码、身份证号。怎么联系当事人，由登记的单位掌握。")


class PlaceMissing(Invalid):
    code = "appeals.place_missing"
    message = _("请写明在哪个社区（村）或街道。")


class OutOfReach(Refused):
    code = "appeals.out_of_reach"
    message = _("这个地方不在您的范围内。请那里的文明办登记。")


class RaisedInFuture(Invalid):
    code = "appeals.raised_in_future"
    message = _("反映时间还没有到。请核对后改正。")


class NobodyToAssignTo(Invalid):
    code = "appeals.nobody_to_assign_to"
    message = _("请选定办理单位，再交办。")


class WrongUnit(Invalid):
    """A street answers for its own ground, a department for the whole city."""

    code = "appeals.wrong_unit"
    message = _("{unit}管不到这个地方。请选当地的街道、社区，或者主管部门。")


class NoConsent(Conflict):
    code = "appeals.no_consent"
    message = _("当事人没有同意公开。请直接答复本人。")


class NotPublished(Conflict):
    code = "appeals.not_published"
    message = _("这件没有公开，不用撤下。")


class AlreadyPublished(Conflict):
    code = "appeals.already_published"
    message = _("这件已经公开。要改就先撤下。")


class NobodySaid(Invalid):
    code = "appeals.nobody_said"
    message = _("请选是谁说解决了：当事人，还是第二人。")


class TooManyAtOnce(Invalid):
    code = "appeals.too_many_at_once"
    message = _("一次最多 {most} 件。请分几次做。")


class NothingWritten(Invalid):
    code = "appeals.nothing_written"
    message = _("一行也没有填。请至少写一件。")


class MeetingNotFound(NotFound):
    code = "appeals.meeting_not_found"
    message = _("没有找到这次会议。它可能不存在，或者不在您的范围内。")


class NobodyAttended(Invalid):
    code = "appeals.nobody_attended"
    message = _("请写明哪些单位参加了。")
