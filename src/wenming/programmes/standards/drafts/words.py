"""The words of cells: closed lists by all the ways they are written, numbers, codes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Generic, TypeVar

from django.utils.translation import gettext as _

from wenming.foundation.people.selectors import name_key
from wenming.kernel.errors import Invalid
from wenming.programmes.standards.enums import Effect, Evidence, LimitUnit, Method, RuleKind, TypeKind
from wenming.programmes.standards.reading import Line
from wenming.programmes.standards.results import Outcome, RowResult

MARKS_HUNDREDTHS_MAX = 1_000_000

Draft = TypeVar("Draft")
Choice = TypeVar("Choice")


@dataclass(slots=True)
class Reading(Generic[Draft]):
    """The good lines with their drafts, and a result for each bad one."""

    drafts: list[tuple[Line, Draft]] = field(default_factory=list)
    rejected: list[RowResult] = field(default_factory=list)

    def reject(self, line: Line, key: str, message: str) -> None:
        self.rejected.append(RowResult(line.sheet, line.row, key[:60], Outcome.REJECTED, message))


METHODS: Mapping[str, Method] = {
    "material": Method.MATERIAL,
    "材料": Method.MATERIAL,
    "材料审核": Method.MATERIAL,
    "网上申报": Method.MATERIAL,
    "材料申报": Method.MATERIAL,
    "field": Method.FIELD,
    "实地": Method.FIELD,
    "实地考察": Method.FIELD,
    "实地测评": Method.FIELD,
    "questionnaire": Method.QUESTIONNAIRE,
    "问卷": Method.QUESTIONNAIRE,
    "问卷调查": Method.QUESTIONNAIRE,
    "入户调查": Method.QUESTIONNAIRE,
    "negative": Method.NEGATIVE,
    "负面": Method.NEGATIVE,
    "负面清单": Method.NEGATIVE,
}
EFFECTS: Mapping[str, Effect] = {
    "否决": Effect.VETO,
    "一票否决": Effect.VETO,
    "veto": Effect.VETO,
    "前置": Effect.PRECONDITION,
    "申报前置": Effect.PRECONDITION,
    "precondition": Effect.PRECONDITION,
}
RULES: Mapping[str, RuleKind] = {
    **{kind.value: kind for kind in RuleKind},
    "现状判断": RuleKind.STATE,
    "现状": RuleKind.STATE,
    "发现一处计一处": RuleKind.PER_CASE,
    "按处": RuleKind.PER_CASE,
    "不少于几处": RuleKind.QUOTA,
    "数量": RuleKind.QUOTA,
    "限时限距计数": RuleKind.COUNT_WINDOW,
    "计数": RuleKind.COUNT_WINDOW,
    "出现即最低档": RuleKind.VETO,
    "否决": RuleKind.VETO,
    "一票否决": RuleKind.VETO,
}
EVIDENCE: Mapping[str, Evidence] = {
    **{kind.value: kind for kind in Evidence},
    "拍照": Evidence.PHOTO,
    "照片": Evidence.PHOTO,
    "计数": Evidence.COUNT,
    "询问": Evidence.ASK,
    "随访": Evidence.ASK,
}
KINDS: Mapping[str, TypeKind] = {
    **{kind.value: kind for kind in TypeKind},
    "部件": TypeKind.COMPONENT,
    "部件类": TypeKind.COMPONENT,
    "部件问题": TypeKind.COMPONENT,
    "事件": TypeKind.EVENT,
    "事件类": TypeKind.EVENT,
    "事件问题": TypeKind.EVENT,
}
UNITS: Mapping[str, LimitUnit] = {
    **{unit.value: unit for unit in LimitUnit},
    "工作时": LimitUnit.WORKING_HOUR,
    "工作小时": LimitUnit.WORKING_HOUR,
    "紧急工作时": LimitUnit.URGENT_HOUR,
    "紧急工作小时": LimitUnit.URGENT_HOUR,
    "小时": LimitUnit.URGENT_HOUR,
    "工作日": LimitUnit.WORKING_DAY,
    "自然日": LimitUnit.CALENDAR_DAY,
    "日历日": LimitUnit.CALENDAR_DAY,
    "天": LimitUnit.CALENDAR_DAY,
}
YES = frozenset({"y", "yes", "是", "1", "true", "√", "属地", "有"})
NO = frozenset({"n", "no", "否", "0", "false", "×", "无", ""})

HELPER_JOINTS = re.compile(r"[、，,；;\s]+")
_NUMBER = re.compile(r"^\d{1,7}(\.\d{1,2})?$")
_LIMIT = re.compile(r"^(\d{1,5})(?:个)?(.*)$")


def choose(text: str, meanings: Mapping[str, Choice], *, column: str) -> Choice:
    """The choice that the text names. Raises Invalid with the words that are understood."""
    key = name_key(text).lower()
    if key in meanings:
        return meanings[key]
    known = "、".join(word for word in meanings if not word.isascii())
    raise Invalid(_("“{column}”写的是“{text}”，看不懂。可以写：{known}。"), column=column, text=text[:20], known=known)


def hundredths(text: str, *, column: str) -> int:
    """12.5 or 12.5分 → 1250. Raises Invalid."""
    number = name_key(text).removesuffix("分")
    if not _NUMBER.match(number):
        raise Invalid(_("“{column}”要写数字，例如 12 或 12.5，现在是“{text}”。"), column=column, text=text[:20])
    value = int(Decimal(number) * 100)
    if value > MARKS_HUNDREDTHS_MAX:
        raise Invalid(_("“{column}”太大：{text}。请核对。"), column=column, text=text[:20])
    return value


def limit_parts(value: str, unit: str) -> tuple[int, LimitUnit]:
    """2 and 工作日, or both in one cell: 2个工作日. Raises Invalid."""
    found = _LIMIT.match(name_key(value))
    if found is None or int(found[1]) < 1 or int(found[1]) > 10_000:
        raise Invalid(_("“处置时限”要写 1 到 10000 的整数，例如 2，现在是“{text}”。"), text=value[:20])
    return int(found[1]), choose(unit or found[2], UNITS, column=_("时限单位"))


def fitted(text: str, length_max: int, *, column: str) -> str:
    """The text itself. Raises Invalid where it is empty or longer than may be kept."""
    if not text:
        raise Invalid(_("“{column}”是空的。请填写后再导入。"), column=column)
    if len(text) > length_max:
        raise Invalid(
            _("“{column}”有 {length} 个字，最多 {max} 个。请缩短。"), column=column, length=len(text), max=length_max
        )
    return text


def fitted_or_empty(text: str, length_max: int, *, column: str) -> str:
    return fitted(text, length_max, column=column) if text else ""
