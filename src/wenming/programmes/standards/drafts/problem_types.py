import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from wenming.foundation.people.selectors import name_key
from wenming.kernel.errors import Invalid
from wenming.programmes.standards.drafts.words import KINDS, Reading, choose, fitted, fitted_or_empty, limit_parts
from wenming.programmes.standards.enums import LimitUnit, TypeKind
from wenming.programmes.standards.reading import PROBLEM_TYPES, Line, Table

_TYPE_CODE = re.compile(r"^\d{4,5}[A-Z]?$")


@dataclass(frozen=True, slots=True)
class ProblemTypeDraft:
    """An empty `type_code` asks for the next local number."""

    kind: TypeKind
    category_code: str
    category: str
    type_code: str
    name: str
    filing_condition: str
    limit_value: int
    limit_unit: LimitUnit
    close_condition: str
    lead_name: str


def read_problem_types(table: Table) -> Reading[ProblemTypeDraft]:
    reading: Reading[ProblemTypeDraft] = Reading()
    seen: dict[tuple[TypeKind, str], int] = {}
    for line in table.lines:
        key = f"{line['type_code']} {line['name']}".strip()
        try:
            draft = _draft(line)
            # Without a number the name is what tells a local type from another.
            own = (draft.kind, draft.type_code or draft.name)
            if own in seen:
                raise Invalid(_("这一行和第 {row} 行的编码相同。请改成不重复的编码。"), row=seen[own])
        except Invalid as error:
            reading.reject(line, key, str(error))
            continue
        seen[own] = line.row
        reading.drafts.append((line, draft))
    return reading


def _label(name: str) -> str:
    return str(PROBLEM_TYPES.column(name).label)


def _draft(line: Line) -> ProblemTypeDraft:
    kind = choose(line["kind"] or _kind_of_sheet(line.sheet), KINDS, column=_label("kind"))
    type_code = _type_code(line["type_code"])
    category_code = _category_code(line["category_code"], type_code)
    value, unit = limit_parts(line["limit_value"], line["limit_unit"])
    return ProblemTypeDraft(
        kind=kind,
        category_code=category_code,
        category=fitted(line["category"], 40, column=_label("category")),
        type_code=type_code,
        name=fitted(line["name"], 40, column=_label("name")),
        filing_condition=fitted(line["filing_condition"], 300, column=_label("filing_condition")),
        limit_value=value,
        limit_unit=unit,
        close_condition=fitted(line["close_condition"], 300, column=_label("close_condition")),
        lead_name=fitted_or_empty(line["lead"], 100, column=_label("lead")),
    )


def _kind_of_sheet(sheet: str) -> str:
    return next((word for word in ("部件", "事件") if word in sheet), "")


def _type_code(text: str) -> str:
    """Excel turns 0101 into the number 101: three digits get their nought back."""
    code = name_key(text).upper()
    if code[:1] in ("C", "E"):
        code = code[1:]
    if len(code.rstrip("ABCDEFGH")) == 3:
        code = "0" + code
    if code and not _TYPE_CODE.match(code):
        raise Invalid(_("小类编码“{code}”不对。请写大类两位加小类两位，例如 0110。"), code=code[:20])
    return code


def _category_code(text: str, type_code: str) -> str:
    code = name_key(text).zfill(2) if text else type_code[:2]
    if len(code) != 2 or not code.isdecimal():
        raise Invalid(_("大类编码“{code}”不对。请写两位数字，例如 01。"), code=code[:20])
    if type_code and type_code[:2] != code:
        raise Invalid(_("小类编码 {type_code} 不在大类 {code} 里。请核对。"), type_code=type_code, code=code)
    return code
