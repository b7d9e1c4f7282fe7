import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from wenming.foundation.people.selectors import name_key
from wenming.kernel.errors import Invalid
from wenming.programmes.standards.drafts.words import (
    EVIDENCE,
    NO,
    RULES,
    YES,
    Reading,
    choose,
    fitted,
    fitted_or_empty,
    hundredths,
)
from wenming.programmes.standards.enums import Evidence, RuleKind
from wenming.programmes.standards.reading import FIELD_RULES, Line, Table

GRADES = frozenset({"A", "B", "C", "C#"})
DEFAULT_CUTOFFS = {
    RuleKind.PER_CASE: "0=A;1=B;2=C;3+=C#",
    RuleKind.STATE: "符合=A;基本符合=B;不符合=C#",
    RuleKind.VETO: "any=C#",
}
_STEPS = re.compile(r"[;；]")
# How far, how long or how many are looked at: these stand before the grades.
_FRAMES = ("window", "ask")


@dataclass(frozen=True, slots=True)
class FieldRuleDraft:
    point_type: str
    item: str
    criterion_code: str
    rule: RuleKind
    full_marks_hundredths: int
    cutoffs: str
    evidence: Evidence
    lead_name: str
    is_territory_answerable: bool


def read_field_rules(table: Table) -> Reading[FieldRuleDraft]:
    reading: Reading[FieldRuleDraft] = Reading()
    seen: dict[tuple[str, str], int] = {}
    for line in table.lines:
        key = f"{line['point_type']} {line['item']}".strip()
        try:
            draft = _draft(line)
            own = (draft.point_type, draft.item)
            if own in seen:
                raise Invalid(_("这一项和第 {row} 行重复。请删去一行。"), row=seen[own])
        except Invalid as error:
            reading.reject(line, key, str(error))
            continue
        seen[own] = line.row
        reading.drafts.append((line, draft))
    return reading


def _label(name: str) -> str:
    return str(FIELD_RULES.column(name).label)


def _draft(line: Line) -> FieldRuleDraft:
    rule = choose(line["rule"], RULES, column=_label("rule"))
    return FieldRuleDraft(
        point_type=fitted(line["point_type"], 40, column=_label("point_type")),
        item=fitted(line["item"], 200, column=_label("item")),
        criterion_code=name_key(line["criterion"]),
        rule=rule,
        full_marks_hundredths=hundredths(line["full_marks"], column=_label("full_marks")),
        cutoffs=_cutoffs(line["cutoffs"] or DEFAULT_CUTOFFS.get(rule, "")),
        evidence=choose(line["evidence"] or "拍照", EVIDENCE, column=_label("evidence")),
        lead_name=fitted_or_empty(line["lead"], 100, column=_label("lead")),
        is_territory_answerable=_is_yes(line["territory"]),
    )


def _is_yes(text: str) -> bool:
    word = name_key(text).lower()
    if word not in YES | NO:
        raise Invalid(_("“属地负责”请写“是”或“否”，现在是“{text}”。"), text=text[:20])
    return word in YES


def _cutoffs(text: str) -> str:
    """ "0=A;1=B;3+=C#", perhaps with window=500m before it. Raises Invalid where no grade is in it."""
    fitted(text, 200, column=_label("cutoffs"))
    steps = [step.strip() for step in _STEPS.split(text) if step.strip()]
    grades = 0
    for step in steps:
        value, equals, grade = step.rpartition("=")
        if not equals or value in _FRAMES:
            continue
        if grade not in GRADES:
            raise Invalid(_("档次“{step}”看不懂。请写成“数量=等级”，等级用 A、B、C、C#。"), step=step[:30])
        grades += 1
    if not grades:
        raise Invalid(_("“档次”里没有等级。请写成 0=A;1=B;2=C;3+=C# 这样。"))
    return ";".join(steps)
