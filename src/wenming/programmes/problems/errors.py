from django.utils.translation import gettext_lazy as _

from wenming.kernel.errors import Conflict, Gone, Invalid, NotFound, Refused, TooMany


class ProblemNotFound(NotFound):
    code = "problems.not_found"
    message = _("没有找到这件问题。它可能不存在，或者不在您的范围内。")


class NotYourProblem(Refused):
    code = "problems.not_yours"
    message = _("这件问题不由您的岗位{action}。")


class NotContested(Conflict):
    code = "problems.not_contested"
    message = _("没有等待答复的居民意见。同事可能已经答复了。")


class NotAResident(Refused):
    code = "problems.not_a_resident"
    message = _("是不是真解决了，由反映的居民来说。")


class NotForPublic(Conflict):
    code = "problems.not_for_public"
    message = _("还没有核实立案，或者已经并案、作废的，不能公开。")


class NothingPublished(Conflict):
    code = "problems.nothing_published"
    message = _("这一件没有公开着，不用撤下。")


class BadBoxes(Invalid):
    code = "problems.bad_boxes"
    message = _("遮挡的位置写得不对：每行四个 0 到 100 的数，左、上、宽、高，最多 {most} 行。")


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


class TooManyToExport(Invalid):
    code = "problems.too_many_to_export"
    message = _("一次最多导出 {most} 件。请先在清单里加一个条件，例如发现时间。")


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


class NotLate(Conflict):
    code = "problems.not_late"
    message = _("这一件没有超期，不用申请免责。")


class ExemptionAsked(Conflict):
    code = "problems.exemption_asked"
    message = _("这一件的免责申请正在等待答复，或者已经同意。")


class NoExemptionAsked(Conflict):
    code = "problems.no_exemption_asked"
    message = _("这一件没有等待答复的免责申请。同事可能已经答复了。")


class SelfHandled(Conflict):
    code = "problems.self_handled"
    message = _("这一件是当场处置的，没有责任单位。请退回派遣。")


class NotSelfHandled(Conflict):
    code = "problems.not_self_handled"
    message = _("这一件是责任单位报的整改。请退回返工。")


class NothingToMergeInto(Invalid):
    code = "problems.nothing_to_merge_into"
    message = _("请写明并入哪一件。它要在您的范围内，没有作废，也没有并入别的。")


class HasMerged(Conflict):
    code = "problems.has_merged"
    message = _("已有别的问题并入这一件。请先撤销那些并案，或者反过来并。")


class NoRecurrence(Conflict):
    code = "problems.no_recurrence"
    message = _("这一件没有记作反弹。同事可能已经改了。")


class DrawNotFound(NotFound):
    code = "problems.draw_not_found"
    message = _("没有找到这次抽查。它可能不存在，或者不在您的范围内。")


class NothingToDraw(Invalid):
    code = "problems.nothing_to_draw"
    message = _("这段时间没有审核通过、还没有实地查过的问题。请换一段时间。")


class SampleTooLarge(Invalid):
    code = "problems.sample_too_large"
    message = _("一次最多抽 {most} 件，从最多 {frame} 件里抽。请缩短时间，或者少抽一些。")


class AlreadyDrawn(Conflict):
    code = "problems.already_drawn"
    message = _("这次抽查已经抽过了，名单不能再变。要再抽请另立一次。")


class NotInSample(Refused):
    code = "problems.not_in_sample"
    message = _("实地核查只记抽中的问题。这一件不在抽查单上。")


class VisitRecorded(Conflict):
    code = "problems.visit_recorded"
    message = _("这一件的实地结果已经记过了。同事可能先到了。")


class NothingFailed(Conflict):
    code = "problems.nothing_failed"
    message = _("这个单位在这次抽查里没有不合格的，不能整批退回。")


class BatchReturned(Conflict):
    code = "problems.batch_returned"
    message = _("这个单位的这一批已经退回过了。")


class BatchChanged(Conflict):
    code = "problems.batch_changed"
    message = _("这一批现在是 {count} 件，和您看到的不一样。请核对后再退回。")


class TypeUnknown(Invalid):
    code = "problems.type_unknown"
    message = _("现行目录里没有类型 {type}。")


class PhotosUnknown(Invalid):
    code = "problems.photos_unknown"
    message = _("有照片不是用这个身份上传的，或者不存在。请先上传。")


class MomentsNotYours(Refused):
    code = "problems.moments_not_yours"
    message = _("只有带“补登”用途的密钥可以写发生时间。")


class UnitUnknown(Invalid):
    code = "problems.unit_unknown"
    message = _("有单位编号不存在。请核对后再派。")


class RuleMissing(NotFound):
    code = "problems.rule_missing"
    message = _("没有找到这条规则。同事可能已经删去，请刷新页面。")


class RuleProposesNothing(Invalid):
    code = "problems.rule_proposes_nothing"
    message = _("请至少写明属地、主管、谁牵头、配合单位中的一样。")


class TooManyRules(Invalid):
    code = "problems.too_many_rules"
    message = _("规则最多 {most} 条。请先合并或者删去用不到的。")


class NoDraftRules(Conflict):
    code = "problems.no_draft_rules"
    message = _("没有等待启用的改动。同事可能已经启用或者放弃了。")


class PhotosUnexplained(Conflict):
    """params: `count`."""

    code = "problems.photos_unexplained"
    message = _("照片有 {count} 处待说明。请写明原因，再由另一位审核人员看过；说不清的退回返工。")


class PhotosNotCompared(Conflict):
    code = "problems.photos_not_compared"
    message = _("这一件的照片还没有和较早的照片比对完。请过一分钟再审核。")


class FlagAnswered(Conflict):
    code = "problems.flag_answered"
    message = _("待说明的几处已经有变化。请看最新的情况，再写。")


class SecondLookBySame(Refused):
    code = "problems.second_look_by_same"
    message = _("写原因的人不能自己看第二遍。请另一位审核人员来看。")


class TooManyExplanations(TooMany):
    code = "problems.too_many_explanations"
    message = _("这几处已经说明过多次了。请等文明办答复。")


class ViewMissing(NotFound):
    code = "problems.view_missing"
    message = _("没有找到这个常用清单。它可能已经删去了。")


class ViewNameMissing(Invalid):
    code = "problems.view_name_missing"
    message = _("请给常用清单起个名字，最多 {most} 个字。")


class ViewNameTaken(Conflict):
    code = "problems.view_name_taken"
    message = _("已经有一个叫“{name}”的。请换个名字。")


class TooManyViews(Invalid):
    code = "problems.too_many_views"
    message = _("常用清单最多 {most} 个。请先删去用不到的。")


class TypeModelMissing(NotFound):
    code = "problems.type_model_missing"
    message = _("没有找到这个模型。请刷新后再看。")
