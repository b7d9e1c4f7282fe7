from django.utils.translation import gettext_lazy as _

from wenming.foundation.throttle.errors import TooOften
from wenming.kernel.errors import Conflict, DomainError, Invalid, NotFound, Refused


class SignInFailed(DomainError):
    code = "people.sign_in_failed"
    status = 401
    message = _("用户名或密码不对。连续输错 5 次会锁定 30 分钟。")


class AccountLocked(DomainError):
    code = "people.account_locked"
    status = 429
    message = _("输错次数太多，账号已锁定。请在 {minutes} 分钟后再试，或者联系管理员。")


class SignInTooOften(TooOften):
    code = "people.sign_in_too_often"
    message = _("从这个网络登录，失败的次数太多。请在 {seconds} 秒后再试；记不清密码时请管理员重置，不要反复试。")


class NoGrant(Refused):
    code = "people.no_grant"
    message = _("这个账号还没有岗位。请联系本单位管理员授权。")


class UsernameTaken(Conflict):
    code = "people.username_taken"
    message = _("用户名 {username} 已经有人用了。请换一个。")


class UnitCodeTaken(Conflict):
    code = "people.unit_code_taken"
    message = _("单位编码 {unit_code} 已经用在“{name}”上。")


class UnknownUnit(NotFound):
    code = "people.unknown_unit"
    message = _("没有叫“{name}”的单位。请核对名称，或者先登记这个单位。")


class AmbiguousUnit(Invalid):
    code = "people.ambiguous_unit"
    message = _("叫“{name}”的单位有 {count} 个。请写全称或单位编码。")


class GrantOutOfPlace(Invalid):
    code = "people.grant_out_of_place"
    message = _("岗位“{role}”不能授给“{unit}”。")


class RightMissing(Refused):
    code = "people.right_missing"
    message = _("这把接口密钥没有“{right}”这一项。请用另一把，或者让发放的人重新发一把。")


class GrantToOneself(Refused):
    code = "people.grant_to_oneself"
    message = _("不能给自己授权。请另一位安全管理员来办。")


class OneAdministratorRole(Conflict):
    code = "people.one_administrator_role"
    message = _("“{name}”已经是{role}。系统、安全、审计三个管理岗位，一个人只能有一个。请先收回原来的岗位。")


class GrantNeedsAnother(Refused):
    code = "people.grant_needs_another"
    message = _("授权人和被授权人都不能确认。请另一位管理员来确认。")


class GrantConfirmedAlready(Conflict):
    code = "people.grant_confirmed_already"
    message = _("这项授权已经确认或者已经收回。请刷新页面。")


class UserNotThere(NotFound):
    code = "people.user_not_there"
    message = _("没有这个账号。请回到人员列表再找。")


class OwnAccount(Refused):
    code = "people.own_account"
    message = _("不能停用自己的账号，也不能给自己重置密码。请另一位管理员来办；自己的密码在“我的账号”里改。")


class WrongPassword(Invalid):
    code = "people.wrong_password"
    message = _("现在的密码不对。")


class UnitInUse(Conflict):
    code = "people.unit_in_use"
    message = _("“{name}”还有 {children} 个下级单位和 {grants} 个岗位。请先移走或收回，再撤销这个单位。")


class UnitUnderItself(Invalid):
    code = "people.unit_under_itself"
    message = _("不能把单位移到它自己的下级里。请另选上级单位。")


class UnitNotThere(NotFound):
    code = "people.unit_not_there"
    message = _("没有这个单位。请回到单位列表再找。")


class ReasonMissing(Invalid):
    code = "people.reason_missing"
    message = _("请写明为什么要导出。这条理由会留在记录里。")


class GrantNotThere(NotFound):
    code = "people.grant_not_there"
    message = _("没有这项授权。请刷新页面。")


class GroupNameTaken(Conflict):
    code = "people.group_name_taken"
    message = _("已经有一个叫“{name}”的分组。")


class MergerNotInUse(Conflict):
    code = "people.merger_not_in_use"
    message = _("“{name}”已经撤销或者并入了别的单位。请换一个在用的单位。")


class MergerOfKinds(Invalid):
    code = "people.merger_of_kinds"
    message = _("属地只能并入属地，部门和企业只能并入部门和企业，文明办只能并入文明办。请换一个单位。")


class MergerIntoBelow(Invalid):
    code = "people.merger_into_below"
    message = _("“{into}”是“{name}”的下级单位。请先把它移出来，再合并。")


class MergerInFuture(Invalid):
    code = "people.merger_in_future"
    message = _("合并的日子还没有到。请在那一天或以后来办。")


class MergerOfAdministrators(Conflict):
    code = "people.merger_of_administrators"
    message = _("“{name}”里还有 {count} 个管理岗位，合并会让他们进不来。请先授到别的单位，再合并。")


class MergerTooLarge(Conflict):
    code = "people.merger_too_large"
    message = _("要移过去的“{what}”有 {count} 项，一次最多 {most} 项。请先办结一部分，再合并。")


class MergerUndone(Conflict):
    code = "people.merger_undone"
    message = _("这次合并已经撤销。请刷新页面。")


class MergerOvertaken(Conflict):
    code = "people.merger_overtaken"
    message = _("移过去的“{what}”有 {count} 项后来又有变动，合并不能整体撤销。请逐项改派。")


class UnitMerged(Conflict):
    code = "people.unit_merged"
    message = _("“{name}”已并入别的单位，不能单独恢复。请撤销那次合并。")


class MergerNotThere(NotFound):
    code = "people.merger_not_there"
    message = _("没有这次合并。请回到单位列表再找。")


class GrantsNotOfMerger(Invalid):
    code = "people.grants_not_of_merger"
    message = _("请至少选一个还在原单位的岗位。")


class WrongCode(Invalid):
    code = "people.wrong_code"
    message = _("验证码不对，或者已经用过。请等验证器换一个新的再填；手机时间要准。")


class TooManyCodes(TooOften):
    code = "people.too_many_codes"
    message = _("验证码输错的次数太多。请在 {seconds} 秒后再试。")


class FactorThere(Conflict):
    code = "people.factor_there"
    message = _("二次验证已经开通。请刷新页面。")


class FactorMissing(Conflict):
    code = "people.factor_missing"
    message = _("这个账号没有开通二次验证。请刷新页面。")


class FactorRequired(Refused):
    code = "people.factor_required"
    message = _("管理员岗位必须用二次验证，不能关掉。换手机请先重置。")


class FactorUnreadable(Conflict):
    code = "people.factor_unreadable"
    message = _("系统密钥换过，原来的二次验证认不出了。请另一位安全管理员重置，然后重新开通。")


class OwnFactor(Refused):
    code = "people.own_factor"
    message = _("不能给自己重置二次验证。请另一位安全管理员来办。")
