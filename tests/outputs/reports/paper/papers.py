"""Papers for the tests: a short report that has everything, and small ones to order."""

import datetime as dt
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from wenming.outputs.reports.paper.blocks import (
    AttachmentNote,
    Block,
    Body,
    Declaration,
    Document,
    Figure,
    Heading1,
    Heading2,
    Heading3,
    Recipient,
    Run,
    Signature,
    Source,
    Table,
    Text,
    Title,
    anchor_of,
    number_anchors,
)

AS_OF = "2026-11-24T08:00:00+08:00"


def make_figure(
    key: str = "problems.found",
    display: str | None = "31462件",
    *,
    period: str = "2026",
    name: str = "发现问题数",
    unit: str = "件",
    numerator: int | None = None,
    denominator: int | None = None,
    source: Source = "computed",
    occurrence: int = 1,
) -> Figure:
    return Figure(
        key=key,
        period=period,
        name=name,
        unit=unit,
        display=display,
        value=display,
        numerator=numerator,
        denominator=denominator,
        as_of=AS_OF,
        source="missing" if display is None else source,
        anchor=anchor_of(key, period, occurrence),
    )


def make_document(*runs: Run) -> Document:
    return number_anchors(Document((Title("督查工作情况"), Body(tuple(runs))), "督查工作情况"))


def make_report() -> Document:
    """A report in our own words, with each kind of block and each kind of figure."""
    return number_anchors(
        Document(
            blocks=(*_opening(), *_middle(), *_closing()),
            title="和安市文明办关于2026年度常态督查工作情况的报告",
            number="和文明办[2026]第07号",
            meta={"author": "和安市文明办", "created": "2026-11-24T00:00:00Z"},
            declarations=(Declaration("media.clicks", "2026", "市融媒体中心", "后台统计截图（11月20日）"),),
        )
    )


def _opening() -> tuple[Block, ...]:
    return (
        Title("和安市文明办关于2026年度\n常态督查工作情况的报告"),
        Recipient("市精神文明建设指导委员会"),
        Body(
            (
                Text(
                    "今年以来，市文明办以群众感受为尺子，以问题整改为抓手，把督查、交办、核查、"
                    "通报连成一条线，推动创建由集中整治转向日常管理。现将有关情况报告如下。"
                ),
            )
        ),
        Heading1("常态督查，整改更实"),
        Heading2("发现问题更加及时"),
        Body(
            (
                Text("全年通过巡查、热线、随手拍三个渠道共发现有效问题"),
                make_figure(numerator=31462),
                Text("，基层由“等督查”变为“自己找”。"),
            )
        ),
        Heading2("整改质量稳步提高"),
        Body(
            (
                Text("经照片审核，问题整改率达到"),
                make_figure(
                    "problems.rectification_rate",
                    "93.50%",
                    name="问题整改率",
                    unit="%",
                    numerator=29418,
                    denominator=31462,
                ),
                Text("，对反复出现的点位逐一会同属地和主管部门现场会商。"),
            )
        ),
    )


def _middle() -> tuple[Block, ...]:
    rows = tuple(
        (
            (Text(county),),
            (make_figure(f"problems.found.{code}", found, name=f"{county}发现问题"),),
            (make_figure(f"problems.rate.{code}", rate, name=f"{county}整改率", unit="%"),),
        )
        for code, county, found, rate in (
            ("341002", "文昌区", "8421", "94.12"),
            ("341003", "南麓区", "7306", "93.87"),
            ("341021", "禾川县", "4530", None),
        )
    )
    return (
        Heading3("压实属地责任"),
        Body((Text("街道负责兜底，社区负责发现，凡是两次返工的问题由县（市、区）文明办到场验收。"),)),
        Table(
            ("县（市、区）", "发现问题（件）", "整改率（%）"),
            rows,
            title="各县（市、区）督查整改情况",
            foot="注：数据截至2026年11月24日8时，比率保留两位小数。",
        ),
        Heading1("文明培育，好人辈出"),
        Body(
            (
                Text("“家风夜话”专栏点击量超"),
                make_figure("media.clicks", "180万", name="网络点击量", unit="次", source="declared"),
                Text("，道德积分兑换物品价值"),
                make_figure("points.value", None, name="兑换金额", unit="元"),
                Text("；全市发现问题总数"),
                make_figure(numerator=31462),
                Text("，均已交办。"),
            )
        ),
    )


def _closing() -> tuple[Block, ...]:
    return (
        Body((Text("特此报告。"),)),
        AttachmentNote(("2026年度反复点位清单", "2026年度窗口单位评议情况表")),
        Signature("和安市文明办", dt.date(2026, 11, 24)),
    )


def rewrite(path: Path, part: str, change: Callable[[str], str | None]) -> Path:
    """The same package with one part changed by its text, or left out for None."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    changed = change(parts[part].decode())
    if changed is None:
        del parts[part]
    else:
        parts[part] = changed.encode()
    out = path.with_name(f"changed-{path.name}")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out


def holder(anchor: str) -> re.Pattern[str]:
    """The bookmark of an anchor with all that it holds, in our own writing."""
    return re.compile(
        rf'<w:bookmarkStart w:id="(?P<id>\d+)" w:name="{anchor}"/>(?P<control>.*?)'
        r'<w:bookmarkEnd w:id="(?P=id)"/>',
        re.DOTALL,
    )


def part_of(path: Path, part: str) -> str:
    with zipfile.ZipFile(path) as package:
        return package.read(part).decode()
