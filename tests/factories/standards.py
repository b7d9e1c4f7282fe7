"""Standards and catalogues, as small as a test needs them: made through the same verbs as everybody's."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from openpyxl import Workbook

from wenming.kernel.actors import SYSTEM
from wenming.programmes.standards import services
from wenming.programmes.standards.enums import LimitUnit
from wenming.programmes.standards.models import ProblemCatalogue, Standard

CRITERIA_HEADING = ("编码", "测评项目", "测评内容", "测评标准", "测评方法", "分值", "责任单位", "配合单位")
RULES_HEADING = ("点位类型", "考察内容", "标准编码", "判分方式", "满分", "档次", "取证方式", "责任单位", "属地负责")
TYPES_HEADING = (
    "部件或事件",
    "大类编码",
    "大类",
    "小类编码",
    "小类",
    "立案条件",
    "处置时限",
    "时限单位",
    "结案条件",
    "责任单位",
)
CRITERIA = (
    ("01-01-01", "宜居", "道路", "路面平整", "实地", "4", "市城管局", "市交通局"),
    ("01-01-02", "宜居", "道路", "盲道连续", "实地", "2.5", "", ""),
    ("02-01-01", "负面", "否决", "重大事故", "负面清单", "否决", "", ""),
)
RULES = (
    ("主次干道", "路面破损", "01-01-01", "发现一处计一处", "60", "", "拍照", "市城管局", "是"),
    ("主次干道", "盲道被占", "01-01-02", "发现一处计一处", "40", "", "拍照", "", "是"),
    ("公园", "园路破损", "01-01-01", "现状判断", "100", "", "拍照", "", "否"),
)
TYPES = (
    ("部件", "01", "公用设施", "0101", "上水井盖", "井盖丢失", "2", "紧急工作时", "补盖", "供水企业"),
    ("事件", "01", "市容环境", "0110", "暴露垃圾", "垃圾落地", "4", "工作时", "清净", "环卫单位"),
    ("事件", "01", "市容环境", "0101", "私搭乱建", "正在搭建", "48", "紧急工作时", "恢复", ""),
)
Rows = Iterable[Sequence[object]]
DAY = date(2026, 1, 1)


def as_csv(heading: Sequence[str], rows: Rows) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([heading, *rows])
    return out.getvalue().encode()


def as_xlsx(sheets: dict[str, Rows]) -> bytes:
    """`sheets`: name → all its rows, the heading among them."""
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def make_draft(*, criteria: Rows = CRITERIA, rules: Rows = RULES, edition: str = "city") -> Standard:
    draft = services.draft_standard(edition=edition, name="测评标准", by=SYSTEM)
    services.import_criteria(as_csv(CRITERIA_HEADING, criteria), into=draft, by=SYSTEM)
    services.import_field_rules(as_csv(RULES_HEADING, rules), into=draft, by=SYSTEM)
    return draft


def make_standard(*, criteria: Rows = CRITERIA, rules: Rows = RULES, edition: str = "city") -> Standard:
    """A published one."""
    draft = make_draft(criteria=criteria, rules=rules, edition=edition)
    return services.publish_standard(draft, effective_on=DAY, by=SYSTEM)


def make_catalogue_draft(*, types: Rows = TYPES) -> ProblemCatalogue:
    draft = services.draft_catalogue(name="问题类型目录", by=SYSTEM)
    services.import_problem_types(as_csv(TYPES_HEADING, types), into=draft, by=SYSTEM)
    return draft


def make_catalogue(*, types: Rows = TYPES) -> ProblemCatalogue:
    """A published one."""
    return services.publish_catalogue(make_catalogue_draft(types=types), effective_on=DAY, by=SYSTEM)


def make_values(**changes: object) -> services.TypeValues:
    """What the editor would send for E0110, but for `changes`."""
    values: dict[str, object] = {
        "name": "暴露垃圾",
        "filing_condition": "垃圾落地",
        "limit_value": 4,
        "limit_unit": LimitUnit.WORKING_HOUR,
        "close_condition": "清净",
        "lead_name": "环卫单位",
    }
    return services.TypeValues(**{**values, **changes})  # type: ignore[arg-type]
