"""What the loop refuses, and what the person can do about it."""

from django.utils.translation import gettext_lazy as _

from wenming.kernel.errors import Conflict, Invalid, NotFound, Refused


class FlowError(ValueError):
    """A flow that does not hold together; raised where it is defined, with every fault found."""

    def __init__(self, flow: str, faults: list[str]) -> None:
        self.faults = faults
        super().__init__(f"flow {flow}: " + "; ".join(faults))


class ItemMissing(NotFound):
    code = "loop.item_missing"
    message = _("没有找到这一件。它可能已被合并或不在您的范围内。")


class UnknownAction(Invalid):
    code = "loop.unknown_action"
    message = _("没有“{action}”这个动作。现在可以：{possible}。")


class NotPossibleNow(Conflict):
    """params: `state`, `possible` as people read them, `state_code`, `version`."""

    code = "loop.not_possible_now"
    message = _("这一件现在是“{state}”，不能{action}。现在可以：{possible}。")


class ChangedMeanwhile(Conflict):
    """params: `state` as people read it, `state_code` and `version`: the newer state to show."""

    code = "loop.changed_meanwhile"
    message = _("同事刚改过这一件，现在是“{state}”。看看改了什么，再提交。")


class LostRace(Conflict):
    """Something outside the loop wrote the item while it was locked; nothing was saved."""

    code = "loop.lost_race"
    message = _("同一时刻有别的改动，这次没有保存。请刷新后再试。")


class KeyAlreadyUsed(Conflict):
    code = "loop.key_already_used"
    message = _("这个提交编号已经用于另一个动作。请刷新页面后再提交。")


class KeyTooLong(Invalid):
    code = "loop.key_too_long"
    message = _("提交编号最多 {most} 个字符。")


class ReasonMissing(Invalid):
    code = "loop.reason_missing"
    message = _("请写明{action}的原因。")


class ReasonUnusable(Invalid):
    code = "loop.reason_unusable"
    message = _("原因最多 {most} 个字，不能含有控制字符。")


class EvidenceMissing(Invalid):
    code = "loop.evidence_missing"
    message = _("{action}还缺：{missing}。")


class EvidenceTooLarge(Invalid):
    code = "loop.evidence_too_large"
    message = _("附带的材料说明太多。请分次提交。")


class HappenedBeforeLast(Invalid):
    code = "loop.happened_before_last"
    message = _("发生时间早于上一步（{last}）。请核对后改正。")


class HappenedInFuture(Invalid):
    code = "loop.happened_in_future"
    message = _("发生时间还没有到。请核对设备的时间。")


class NothingToExtend(Conflict):
    code = "loop.nothing_to_extend"
    message = _("“{stage}”没有正在计时的期限，不能延期。")


class ExtensionUnusable(Invalid):
    code = "loop.extension_unusable"
    message = _("请写明延长多少，单位要与原期限一致。")


class SameHands(Refused):
    code = "loop.same_hands"
    message = _("“{action}”不能由办理的人或办理单位自己做。请由别的单位来做。")


class FlowMissing(NotFound):
    code = "loop.flow_missing"
    message = _("没有这张流转表。现有：{known}。")


class DayMissing(NotFound):
    code = "loop.day_missing"
    message = _("这一天没有另行规定。")


class TooManyDays(Invalid):
    code = "loop.too_many_days"
    message = _("另行规定的日子最多 {most} 个。请先清理往年的。")


class WordsUnusable(Invalid):
    code = "loop.words_unusable"
    message = _("“{word}”不能用：最多 {most} 个字，不能和同一类里别的词一样。请换一个词。")
