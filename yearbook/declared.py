"""Declared figures: numbers that the office can only take from a source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from yearbook import words, xlsx


@dataclass(frozen=True, slots=True)
class Declared:
    key: str
    name: str
    value: str
    unit: str
    source: str
    declared_by: str
    confirmed_by: str
    lines: tuple[str, ...]


FIGURES: tuple[Declared, ...] = (
    Declared(
        "outreach.topic_reads",
        "网络文明互动话题总阅读量",
        "932000",
        "次",
        "话题阅读量统计.xlsx",
        "author02",
        "cjk01",
        ("话题平台后台导出", "合计阅读量", "932000"),
    ),
    Declared(
        "outreach.column_clicks",
        "专栏点击量",
        "2036000",
        "次",
        "专栏点击量截图说明.txt",
        "author02",
        "cjk01",
        ("“文明和安”专栏 8 期，后台统计累计点击 2036000 次。", "统计时点：{year}年12月31日。"),
    ),
    Declared(
        "organ_review.satisfaction",
        "机关作风评议满意率",
        "95.07",
        "%",
        "机关作风评议结果.txt",
        "author01",
        "cjk02",
        ("{year}年度市直机关作风评议：市文明办满意率 95.07%。", "有效票数 426 张，满意 405 张。"),
    ),
    Declared(
        "recognitions.top_ten",
        "获评“十佳”",
        "1",
        "个",
        "表彰通报一.txt",
        "author01",
        "cjk02",
        ("关于表彰{year}年度机关党建“十佳”案例的通报", "市文明办申报的案例入选“十佳”，计 1 个。"),
    ),
    Declared(
        "recognitions.outstanding_case",
        "获评优秀案例",
        "1",
        "个",
        "表彰通报二.txt",
        "author01",
        "",
        ("关于公布{year}年度优秀案例名单的通知", "市文明办申报案例入选，计 1 个。"),
    ),
    Declared(
        "learning.online_completion",
        "党员在线学习完成率",
        "100",
        "%",
        "在线学习完成情况.xlsx",
        "author01",
        "cjk03",
        ("党员在线学习平台导出", "完成率（%）", "100"),
    ),
    Declared(
        "honours.national_candidates",
        "候选全国道德模范",
        "1",
        "人",
        "候选人公示.txt",
        "cjk03",
        "cjk01",
        ("第九届全国道德模范候选人公示（节选）", "和安市推荐的 1 人列入候选名单。"),
    ),
    Declared(
        "honours.national_leifeng",
        "获评全国岗位学雷锋标兵",
        "1",
        "人",
        "标兵命名决定.txt",
        "cjk03",
        "cjk01",
        ("关于命名第九批全国岗位学雷锋标兵的决定（节选）", "和安市 1 人获评。"),
    ),
    Declared(
        "honours.most_beautiful",
        "“心动我省·最美人物”",
        "1",
        "人",
        "最美人物名单.xlsx",
        "cjk03",
        "",
        ("“心动我省·最美人物”名单", "和安市入选人数", "1"),
    ),
)


def write(folder: Path, year: int, stamp: datetime) -> None:
    """`declared.xlsx` and a source file for each figure under `sources/`."""
    sources = folder / "sources"
    sources.mkdir(exist_ok=True)
    with xlsx.Book(folder / "declared.xlsx", stamp) as book:
        sheet = book.sheet("申报数据")
        sheet.append(
            [
                "指标键",
                "名称",
                "数值",
                "单位",
                "期间",
                "来源文件",
                "申报人(用户名)",
                "确认人(用户名)",
            ]
        )
        for figure in FIGURES:
            value: float | int = float(figure.value) if "." in figure.value else int(figure.value)
            sheet.append(
                [
                    figure.key,
                    figure.name,
                    value,
                    figure.unit,
                    str(year),
                    f"sources/{figure.source}",
                    figure.declared_by,
                    figure.confirmed_by or None,
                ]
            )
    for figure in FIGURES:
        _write_source(sources / figure.source, figure, year, stamp)


def _write_source(path: Path, figure: Declared, year: int, stamp: datetime) -> None:
    lines = [line.format(year=year) for line in figure.lines]
    if path.suffix == ".txt":
        path.write_text("\n".join([words.CITY, *lines, ""]), encoding="utf-8")
        return
    title, label, value = lines
    with xlsx.Book(path, stamp) as book:
        sheet = book.sheet("导出")
        sheet.append([title])
        sheet.append(["期间", f"{year}年1月1日至12月31日"])
        sheet.append([label, int(value)])
