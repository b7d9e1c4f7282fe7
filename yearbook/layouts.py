"""How each office lays out its sheet: columns, headers, titles, dates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from yearbook.columns import (
    FIELDS,
    FOURTH_ORDER,
    HOTLINE_COLUMNS,
    PLAIN,
    SECOND,
    SECOND_ORDER,
    THIRD,
    THIRD_ORDER,
    Column,
    columns,
)
from yearbook.plan import HOTLINE
from yearbook.rows import Row, Value


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


ASKING = (Column("extension_reason", "申请延期理由"), Column("handback_reason", "申请退单理由"))
A = Layout("A", columns(FIELDS, PLAIN), excel_dates, "{code} {name}")
B = Layout(
    "B",
    columns(SECOND_ORDER, SECOND),
    dashed_dates,
    "{name}（{code}）",
    titles=("{county}文明创建问题整改台账（{half}）", "填报单位：{county}文明办　　　　统计期间：{span}"),
    has_total=True,
    has_groups=True,
    merges_territory=True,
)
C = Layout(
    "C",
    columns(THIRD_ORDER, THIRD),
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
    columns(FOURTH_ORDER, PLAIN, "经纬度"),
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
    columns(THIRD_ORDER, PLAIN),
    excel_dates,
    "{code} {name}",
    titles=("补报及更正问题清单（{year}年）",),
    notes=("说明：与原台账编号相同的，为重复报送或更新办理进度。",),
)
RECENT = Layout("A+", columns(FIELDS, PLAIN) + ASKING, excel_dates, "{code} {name}")

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
