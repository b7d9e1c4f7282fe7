from django.utils.translation import gettext_lazy as _

from wenming.kernel.errors import Conflict, DomainError, Invalid, NotFound, Refused


class SignInFailed(DomainError):
    code = "people.sign_in_failed"
    status = 401
    message = _("用户名或密码不对。连续输错 5 次会锁定 30 分钟。")


class AccountLocked(DomainError):
    code = "people.account_locked"
    status = 429
    message = _("输错次数太多，账号已锁定。请在 {minutes} 分钟后再试，或者联系管理员。")


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
