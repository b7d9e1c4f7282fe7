from django.utils.translation import gettext_lazy as _

from wenming.kernel.errors import Conflict, Gone, Invalid, NotFound, Refused, TooMany


class ProblemNotFound(NotFound):
    code = "problems.not_found"
    message = _("没有找到这件问题。它可能不存在，或者不在您的范围内。")


class NotYourProblem(Refused):
    code = "problems.not_yours"
    message = _("这件问题不由您的岗位{action}。")


class RequestPending(Conflict):
    code = "problems.request_pending"
    message = _("这件已有“{request}”等待答复。请先答复，再做下一步。")


class NoRequestPending(Conflict):
    code = "problems.no_request_pending"
    message = _("这件没有等待答复的“{request}”。同事可能已经答复了。")


class NobodyToDispatchTo(Invalid):
    code = "problems.nobody_to_dispatch_to"
    message = _("还没有牵头单位。请选定属地或主管单位，再派遣。")


class PlaceMissing(Invalid):
    code = "problems.place_missing"
    message = _("请选点位，或者写明地点，或者在地图上标出位置。")


class TextMissing(Invalid):
    code = "problems.text_missing"
    message = _("请写明是什么问题，例如“垃圾桶满溢”。")


class TextTooLong(Invalid):
    code = "problems.text_too_long"
    message = _("文字太长：最多 {most} 个字。")


class FoundInFuture(Invalid):
    code = "problems.found_in_future"
    message = _("发现时间还没有到。请核对后改正。")


class TooManyPhotos(Invalid):
    code = "problems.too_many_photos"
    message = _("一次最多 {most} 张照片。")


class TooManyAtOnce(Invalid):
    code = "problems.too_many_at_once"
    message = _("一次最多处理 {most} 件。请分几次做。")


class LinkUnknown(NotFound):
    code = "problems.link_unknown"
    message = _("这个链接不完整。请从微信群里重新点开，或者请发来的单位再发一次。")


class LinkExpired(Gone):
    code = "problems.link_expired"
    message = _("这个链接已经失效。请向县文明办要一个新的。")


class LinkBusy(TooMany):
    code = "problems.link_busy"
    message = _("这个链接打开得太频繁。请过几分钟再试。")


class ExtensionTooLong(Invalid):
    code = "problems.extension_too_long"
    message = _("延期要写 1 到 {most} 之间的数。")
