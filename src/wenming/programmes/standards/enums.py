"""The closed lists that a standard and a catalogue of problem types are written in."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _

from wenming.kernel import calendar


class Status(TextChoices):
    DRAFT = "draft", _("草稿")
    PUBLISHED = "published", _("已发布")


class Level(IntegerChoices):
    PROJECT = 1, _("测评项目")
    CONTENT = 2, _("测评内容")
    CRITERION = 3, _("测评标准")


class Method(TextChoices):
    MATERIAL = "material", _("材料审核")
    FIELD = "field", _("实地考察")
    QUESTIONNAIRE = "questionnaire", _("问卷调查")
    NEGATIVE = "negative", _("负面清单")


class Effect(TextChoices):
    """What a line of the negative list does, where others carry marks."""

    NONE = "", _("计分")
    VETO = "veto", _("一票否决")
    PRECONDITION = "precondition", _("申报前置")


class RuleKind(TextChoices):
    STATE = "state", _("现状判断")
    PER_CASE = "per_case", _("发现一处计一处")
    QUOTA = "quota", _("不少于几处")
    COUNT_WINDOW = "count_window", _("限时限距计数")
    VETO = "veto", _("出现即最低档")


class Evidence(TextChoices):
    PHOTO = "photo", _("拍照")
    COUNT = "count", _("计数")
    ASK = "ask", _("询问")


class TypeKind(TextChoices):
    COMPONENT = "component", _("部件")
    EVENT = "event", _("事件")


class LimitUnit(TextChoices):
    """The units of `kernel.calendar`, with the words that offices print."""

    WORKING_HOUR = calendar.LimitUnit.WORKING_HOUR.value, _("工作时")
    URGENT_HOUR = calendar.LimitUnit.URGENT_HOUR.value, _("紧急工作时")
    WORKING_DAY = calendar.LimitUnit.WORKING_DAY.value, _("工作日")
    CALENDAR_DAY = calendar.LimitUnit.CALENDAR_DAY.value, _("自然日")


TYPE_PREFIX = {TypeKind.COMPONENT: "C", TypeKind.EVENT: "E"}


class AnswerSource(TextChoices):
    """From where it is known who answers for a criterion at a point."""

    OVERRIDE = "override", _("单独指定")
    RULE = "rule", _("按标准")
    POINT = "point", _("按点位")
    NOT_ASKED = "not_asked", _("不涉及")
    NOBODY = "nobody", _("没有单位负责")
