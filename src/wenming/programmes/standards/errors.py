from django.utils.translation import gettext_lazy as _

from wenming.kernel.errors import Conflict, Invalid, NotFound, TooLarge
from wenming.kernel.workbooks.errors import HostileWorkbook, NoSuchFileKind, UnreadableWorkbook, WorkbookTooLarge

__all__ = [
    "AmbiguousType",
    "DraftIsOpen",
    "HeaderNotFound",
    "HostileWorkbook",
    "MatrixTooLarge",
    "NoCatalogue",
    "NoLocalCodeLeft",
    "NoReason",
    "NoStandard",
    "NoSuchFileKind",
    "NothingAssigned",
    "NothingToPublish",
    "ResponsibilityChanged",
    "TypeChanged",
    "TypeIsThere",
    "TypeNameTaken",
    "TypeRetired",
    "UnknownCriterion",
    "UnknownType",
    "UnreadableWorkbook",
    "VersionIsPublished",
    "WorkbookTooLarge",
]


class NoCatalogue(NotFound):
    code = "standards.no_catalogue"
    message = _("还没有发布问题类型目录。请先导入并发布一版。")


class NoStandard(NotFound):
    code = "standards.no_standard"
    message = _("还没有发布测评标准。请先导入并发布一版。")


class UnknownType(NotFound):
    code = "standards.unknown_type"
    message = _("目录里没有“{text}”这个问题类型。请写小类名称或编码，例如 E0110 暴露垃圾。")


class AmbiguousType(Invalid):
    code = "standards.ambiguous_type"
    message = _("“{text}”对得上 {count} 个问题类型：{names}。请写编码。")


class UnknownCriterion(NotFound):
    code = "standards.unknown_criterion"
    message = _("标准里没有编码为“{text}”的条目。")


class VersionIsPublished(Conflict):
    code = "standards.version_is_published"
    message = _("{name}已经发布，不能再改。请先开一个新版本的草稿。")


class NothingToPublish(Invalid):
    code = "standards.nothing_to_publish"
    message = _("{name}还是空的。请先导入内容，再发布。")


class NoLocalCodeLeft(Conflict):
    code = "standards.no_local_code_left"
    message = _("“{category}”类的本地编码已经用完。")


class HeaderNotFound(Invalid):
    code = "standards.header_not_found"
    message = _("没有找到表头。第一行要有这些列：{columns}。")


class NoReason(Invalid):
    code = "standards.no_reason"
    message = _("请写明为什么这样定，例如依据哪次会议或哪份文件。")


class NothingAssigned(Invalid):
    code = "standards.nothing_assigned"
    message = _("属地和主管至少选一个。都不选时，请用“恢复按规则”。")


class MatrixTooLarge(TooLarge):
    code = "standards.matrix_too_large"
    message = _("一次最多导出 {max} 个点位。请先按县区或点位类型筛选。")


class ResponsibilityChanged(Conflict):
    code = "standards.responsibility_changed"
    message = _("同事刚改过这一项。请看看现在的责任单位，再决定要不要改。")


class TypeChanged(Conflict):
    code = "standards.type_changed"
    message = _("同事刚改过“{name}”。看看和现在相比会改什么，再保存。")


class TypeRetired(Conflict):
    code = "standards.type_retired"
    message = _("{code} 在草稿里已经停用。先恢复它，再修改。")


class TypeIsThere(Conflict):
    code = "standards.type_is_there"
    message = _("“{name}”没有停用，不用恢复。")


class TypeNameTaken(Invalid):
    code = "standards.type_name_taken"
    message = _("同一大类里已经有叫这个名称的小类。请换一个名称。")


class DraftIsOpen(Conflict):
    code = "standards.draft_is_open"
    message = _("还有一版草稿没发布。先发布或者放弃它，再恢复旧版。")
