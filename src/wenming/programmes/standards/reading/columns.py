"""Which columns each workbook has, and the words that offices head them with."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Column:
    """`is_merged`: cells left empty below a merged cell take its value."""

    name: str
    label: Promise
    headings: tuple[str, ...]
    is_required: bool = False
    is_merged: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


_LEAD = Column(
    "lead",
    _("责任单位"),
    ("lead_department", "lead", "责任单位", "责任部门", "牵头单位", "牵头部门", "主管部门", "主责单位", "处置单位"),
)

CRITERIA = Sheet(
    (
        Column("code", _("编码"), ("code", "编码", "编号", "序号", "指标编码", "标准编号", "代码")),
        Column(
            "level1",
            _("测评项目"),
            ("level1", "测评项目", "一级指标", "项目", "指标名称", "一级", "测评类别"),
            is_required=True,
            is_merged=True,
        ),
        Column(
            "level2",
            _("测评内容"),
            ("level2", "测评内容", "二级指标", "内容", "二级", "考核内容"),
            is_required=True,
            is_merged=True,
        ),
        Column(
            "text",
            _("测评标准"),
            ("criterion", "text", "测评标准", "三级指标", "标准", "具体标准", "测评要求", "工作标准", "标准要求"),
            is_required=True,
        ),
        Column("method", _("测评方法"), ("method", "测评方法", "测评方式", "考核方式", "方法", "方式")),
        Column("marks", _("分值"), ("marks", "分值", "分数", "标准分", "权重分", "满分")),
        _LEAD,
        Column(
            "helpers",
            _("配合单位"),
            ("helpers", "helping_departments", "配合单位", "协助单位", "配合部门", "责任配合单位"),
        ),
    )
)

PROBLEM_TYPES = Sheet(
    (
        Column("kind", _("部件或事件"), ("kind", "类别", "部件事件", "问题类别", "案件类别", "类型"), is_merged=True),
        Column("category_code", _("大类编码"), ("category_code", "大类编码", "大类代码", "大类号"), is_merged=True),
        Column(
            "category",
            _("大类"),
            ("category", "大类", "大类名称", "问题大类", "案件大类"),
            is_required=True,
            is_merged=True,
        ),
        Column("type_code", _("小类编码"), ("type_code", "小类编码", "小类代码", "编码", "代码", "小类号")),
        Column(
            "name",
            _("小类"),
            ("type", "name", "小类", "小类名称", "问题小类", "案件小类", "问题类型", "名称"),
            is_required=True,
        ),
        Column(
            "filing_condition",
            _("立案条件"),
            ("filing_condition", "立案条件", "立案情形", "立案标准", "情形"),
            is_required=True,
        ),
        Column(
            "limit_value",
            _("处置时限"),
            ("limit_value", "处置时限", "时限", "办理时限", "处理时限", "结案时限", "处置期限"),
            is_required=True,
        ),
        Column("limit_unit", _("时限单位"), ("limit_unit", "时限单位", "单位", "计时单位")),
        Column(
            "close_condition",
            _("结案条件"),
            ("close_condition", "结案条件", "结案要求", "结案标准", "结案规范"),
            is_required=True,
        ),
        _LEAD,
    )
)

FIELD_RULES = Sheet(
    (
        Column(
            "point_type",
            _("点位类型"),
            ("point_type", "点位类型", "点位类别", "点位", "考察点位", "实地点位"),
            is_required=True,
            is_merged=True,
        ),
        Column(
            "item",
            _("考察内容"),
            ("item", "考察内容", "检查内容", "检查项", "测评内容", "测评标准", "检查要点"),
            is_required=True,
        ),
        Column("criterion", _("标准编码"), ("criterion", "criterion_code", "标准编码", "对应标准", "指标编码")),
        Column("rule", _("判分方式"), ("rule", "判分方式", "计分方式", "规则", "评分方式"), is_required=True),
        Column(
            "full_marks",
            _("满分"),
            ("full_marks", "满分", "分值", "标准分", "分数"),
            is_required=True,
        ),
        Column("cutoffs", _("档次"), ("cutoffs", "档次", "分档", "评分标准", "等级划分")),
        Column("evidence", _("取证方式"), ("evidence", "取证方式", "取证", "佐证", "方式")),
        _LEAD,
        Column(
            "territory",
            _("属地负责"),
            ("territory_answerable", "属地负责", "属地责任", "是否属地", "属地"),
        ),
    )
)
