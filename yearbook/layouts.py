"""How each office lays out its sheet: columns, headers, titles, dates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from yearbook.plan import HOTLINE
from yearbook.rows import Row, Value


@dataclass(frozen=True, slots=True)
class Column:
    field: str
    header: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    name: str
    columns: tuple[Column, ...]
    dates: Callable[[str, datetime, int], Value]  # field, moment, running number of the row
    type_pattern: str
    titles: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    has_total: bool = False
    has_groups: bool = False
    merges_territory: bool = False
    blank_between_months: bool = False
    sheets_by_quarter: bool = False
    numbers_rows: bool = True
    extra: tuple[Column, ...] = field(default=())


def excel_dates(name: str, moment: datetime, serial: int) -> Value:
    return moment


def dashed_dates(name: str, moment: datetime, serial: int) -> Value:
    return moment.strftime("%Y-%m-%d %H:%M")


def written_dates(name: str, moment: datetime, serial: int) -> Value:
    if name == "found_at":
        return f"{moment.year}.{moment.month}.{moment.day}"
    return f"{moment.year}年{moment.month}月{moment.day}日 {moment.hour}时{moment.minute:02}分"


def mixed_dates(name: str, moment: datetime, serial: int) -> Value:
    if serial % 7 == 3:
        return moment.strftime("%Y/%m/%d %H:%M")
    if serial % 7 == 5:
        return f"{moment.year}年{moment.month}月{moment.day}日 {moment.hour}时{moment.minute:02}分"
    return moment


FIELDS = (
    "number",
    "found_at",
    "channel",
    "point",
    "place",
    "type",
    "description",
    "criterion",
    "lon",
    "lat",
    "territory",
    "department",
    "lead",
    "assigned_at",
    "due_at",
    "signed_at",
    "reported_at",
    "report_note",
    "reviewed_at",
    "review_result",
    "return_count",
    "returned_at",
    "extension",
    "closed_at",
    "state",
    "void_reason",
    "photo_before",
    "photo_after",
)
PLAIN = (
    "编号",
    "发现时间",
    "发现渠道",
    "点位编号",
    "地点",
    "问题类别",
    "问题描述",
    "对应指标",
    "经度",
    "纬度",
    "属地",
    "主管部门",
    "牵头单位",
    "交办时间",
    "整改时限",
    "签收时间",
    "反馈时间",
    "反馈说明",
    "审核时间",
    "审核结果",
    "退回次数",
    "退回时间",
    "延期",
    "结案时间",
    "状态",
    "作废原因",
    "整改前照片",
    "整改后照片",
)
SECOND = (
    "案件编号",
    "发现日期",
    "来源",
    "点位代码",
    "位置描述",
    "问题类型",
    "情况描述",
    "指标",
    "东经",
    "北纬",
    "属地乡镇（街道）",
    "责任部门",
    "牵头",
    "派发时间",
    "办结时限",
    "签收",
    "回复时间",
    "回复内容",
    "核查时间",
    "核查结论",
    "返工次数",
    "返工时间",
    "是否延期",
    "销号时间",
    "办理状态",
    "作废说明",
    "前照片",
    "后照片",
)
THIRD = (
    "问题编号",
    "发现时间",
    "问题来源",
    "点位号",
    "详细地址",
    "类别",
    "问题内容",
    "测评指标",
    "X坐标（经度）",
    "Y坐标（纬度）",
    "所属乡镇",
    "主管单位",
    "牵头单位（属地/主管）",
    "交办时间",
    "整改期限",
    "签收时间",
    "反馈时间",
    "整改情况",
    "审核时间",
    "审核结果",
    "退回次数",
    "退回时间",
    "是否延期",
    "结案时间",
    "当前状态",
    "作废原因",
    "照片（整改前）",
    "照片（整改后）",
)
GROUPS = {
    "number": "",
    "found_at": "基本情况",
    "channel": "基本情况",
    "point": "位置",
    "place": "位置",
    "type": "基本情况",
    "description": "基本情况",
    "criterion": "基本情况",
    "lon": "位置",
    "lat": "位置",
    "territory": "",
    "department": "责任单位",
    "lead": "责任单位",
    "assigned_at": "办理过程",
    "due_at": "办理过程",
    "signed_at": "办理过程",
    "reported_at": "办理过程",
    "report_note": "办理过程",
    "reviewed_at": "核查",
    "review_result": "核查",
    "return_count": "核查",
    "returned_at": "核查",
    "extension": "核查",
    "closed_at": "结果",
    "state": "结果",
    "void_reason": "结果",
    "photo_before": "照片",
    "photo_after": "照片",
}
SECOND_ORDER = (
    "territory",
    "number",
    "found_at",
    "type",
    "description",
    "criterion",
    "channel",
    "point",
    "place",
    "lon",
    "lat",
    "department",
    "lead",
    "assigned_at",
    "signed_at",
    "due_at",
    "reported_at",
    "report_note",
    "return_count",
    "returned_at",
    "extension",
    "reviewed_at",
    "review_result",
    "closed_at",
    "state",
    "void_reason",
    "photo_before",
    "photo_after",
)
THIRD_ORDER = (
    "found_at",
    "number",
    "channel",
    "territory",
    "place",
    "point",
    "description",
    "type",
    "state",
    "department",
    "lead",
    "assigned_at",
    "due_at",
    "signed_at",
    "reported_at",
    "report_note",
    "reviewed_at",
    "review_result",
    "returned_at",
    "return_count",
    "extension",
    "closed_at",
    "lon",
    "lat",
    "criterion",
    "void_reason",
    "photo_before",
    "photo_after",
)
FOURTH_ORDER = (
    "number",
    "state",
    "found_at",
    "type",
    "place",
    "point",
    "joined",
    "description",
    "territory",
    "department",
    "lead",
    "channel",
    "assigned_at",
    "due_at",
    "signed_at",
    "reported_at",
    "reviewed_at",
    "closed_at",
    "review_result",
    "report_note",
    "return_count",
    "returned_at",
    "extension",
    "criterion",
    "void_reason",
    "photo_before",
    "photo_after",
)
HOTLINE_COLUMNS = (
    Column("number", "工单号"),
    Column("found_at", "来电时间"),
    Column("channel", "来源"),
    Column("full_territory", "属地"),
    Column("place", "诉求地址"),
    Column("type", "诉求类别"),
    Column("description", "诉求内容"),
    Column("department", "承办部门"),
    Column("lead", "牵头"),
    Column("assigned_at", "转办时间"),
    Column("due_at", "办理时限"),
    Column("signed_at", "接单时间"),
    Column("reported_at", "办结反馈时间"),
    Column("report_note", "办理结果"),
    Column("return_count", "退回次数"),
    Column("returned_at", "退回时间"),
    Column("extension", "延期"),
    Column("reviewed_at", "回访审核时间"),
    Column("review_result", "审核结果"),
    Column("closed_at", "结案时间"),
    Column("state", "工单状态"),
    Column("void_reason", "作废原因"),
    Column("lon", "经度"),
    Column("lat", "纬度"),
)


def _columns(order: tuple[str, ...], headers: tuple[str, ...], joined: str = "") -> tuple[Column, ...]:
    names = dict(zip(FIELDS, headers, strict=True)) | {"joined": joined}
    return tuple(Column(name, names[name], GROUPS.get(name, "")) for name in order)


ASKING = (Column("extension_reason", "申请延期理由"), Column("handback_reason", "申请退单理由"))
A = Layout("A", _columns(FIELDS, PLAIN), excel_dates, "{code} {name}")
B = Layout(
    "B",
    _columns(SECOND_ORDER, SECOND),
    dashed_dates,
    "{name}（{code}）",
    titles=("{county}文明创建问题整改台账（{half}）", "填报单位：{county}文明办　　　　统计期间：{span}"),
    has_total=True,
    has_groups=True,
    merges_territory=True,
)
C = Layout(
    "C",
    _columns(THIRD_ORDER, THIRD),
    written_dates,
    "{kind}{code}-{name}",
    titles=("{year}年{half}{county}创建全国文明城市问题清单",),
    blank_between_months=True,
    notes=(
        "注：1.发现时间以巡查当日为准；2.经延期的，整改期限为延期后的期限。",
        "填表人：　　　　　审核人：　　　　　（盖章）",
    ),
)
D = Layout(
    "D",
    _columns(FOURTH_ORDER, PLAIN, "经纬度"),
    mixed_dates,
    "{code}{name}",
    titles=("{county}问题整改情况一览表",),
    sheets_by_quarter=True,
    has_total=True,
    numbers_rows=False,
)
E = Layout("E", HOTLINE_COLUMNS, dashed_dates, "{name}({code})", titles=("{year}年12345热线文明创建类工单",))
F = Layout(
    "F",
    _columns(THIRD_ORDER, PLAIN),
    excel_dates,
    "{code} {name}",
    titles=("补报及更正问题清单（{year}年）",),
    notes=("说明：与原台账编号相同的，为重复报送或更新办理进度。",),
)
RECENT = Layout("A+", _columns(FIELDS, PLAIN) + ASKING, excel_dates, "{code} {name}")

BY_SOURCE: dict[str, Layout] = {
    "澄溪区": A,
    "柳浦区": B,
    "南麓区": A,
    "栖岭市": C,
    "禾川县": D,
    "青坪县": B,
    "石渡县": C,
    HOTLINE: E,
}


def cell(layout: Layout, column: Column, row: Row, serial: int) -> Value:
    name = column.field
    if name == "type":
        return layout.type_pattern.format(kind=row["type_kind"], code=row["type_code"], name=row["type"])
    if name == "joined":
        return f"{row['lon']},{row['lat']}" if row["lon"] is not None else None
    if name == "full_territory":
        return f"{row['county']}{row['territory']}"
    value = row[name]
    if isinstance(value, datetime):
        return layout.dates(name, value, serial)
    return value
