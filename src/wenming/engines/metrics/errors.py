"""What the metric engine refuses, and what it refuses to start with."""

from django.utils.translation import gettext_lazy as _

from wenming.kernel.errors import Conflict, Invalid, NotFound, Refused


class DefinitionError(ValueError):
    """A fact view, a definition or a predicate that cannot be meant: found at start, told to whoever wrote it."""


class UnknownFigure(NotFound):
    code = "metrics.unknown_figure"
    message = _("没有叫“{key}”的指标。用 wenming figures list 看全部指标。")


class UnknownDimension(Invalid):
    code = "metrics.unknown_dimension"
    message = _("“{key}”不能按“{dimension}”分组。可以用：{known}。")


class BadFilter(Invalid):
    code = "metrics.bad_filter"
    message = _("“{column}”不能这样筛选：{value}。")


class TooManyCells(Invalid):
    code = "metrics.too_many_cells"
    message = _("分组超过 {limit} 个。请缩短期间，或者少用一个维度。")


class OutOfScope(Refused):
    code = "metrics.out_of_scope"
    message = _("“{name}”不能按您的范围统计。请联系市创建科。")


class NotAllowedToDeclare(Invalid):
    code = "metrics.not_declarable"
    message = _("“{name}”由系统按明细计算，不能填报。")


class BadDeclaredValue(Invalid):
    code = "metrics.bad_value"
    message = _("“{value}”不是数值。请写阿拉伯数字，例如 932000 或 95.07。")


class DeclarationNotFound(NotFound):
    code = "metrics.declaration_not_found"
    message = _("没有找到这条填报。")


class ConfirmerIsDeclarer(Refused):
    code = "metrics.confirmer_is_declarer"
    message = _("填报人不能确认自己的填报。请换一位同事核对来源文件。")


class NoteNeeded(Invalid):
    code = "metrics.note_needed"
    message = _("请写明来源或原因，不超过 {limit} 字。")


class NotByAPerson(Refused):
    code = "metrics.not_by_a_person"
    message = _("填报和确认要由本人登录后办理。")


class DeclarationClosed(Conflict):
    code = "metrics.declaration_closed"
    message = _("这条填报已经确认或撤回。请刷新后再看。")
