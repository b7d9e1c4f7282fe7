"""What the pages of figures draw: cells as tables and charts, sources as badges, definitions as words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wenming.engines.metrics import evaluation, named, numbers, registry
from wenming.engines.metrics.definitions import Metric
from wenming.engines.metrics.errors import BadFilter
from wenming.engines.metrics.evaluation import Cell
from wenming.engines.metrics.factview import REGION_LEVELS
from wenming.engines.metrics.models import DeclaredFigure
from wenming.engines.metrics.named import in_language
from wenming.engines.metrics.sql import FilterValue, Question
from wenming.engines.metrics.values import FigureValue, of_declaration
from wenming.foundation.places import selectors as places
from wenming.kernel import clock
from wenming.kernel.clock import SHANGHAI, local
from wenming.kernel.periods import Period
from wenming.kernel.regions import COLUMNS, level_of
from wenming.kernel.ui.badges import COMMON, Badge
from wenming.kernel.ui.parts import Chart, Figure, Series

CHART_MONTHS_MAX: Final = 36
TABLE_CELLS_MAX: Final = 200
DIMENSION_WORDS: Final[Mapping[str, Promise]] = {
    "region": gettext_lazy("县（市、区）"),
    "county": gettext_lazy("县（市、区）"),
    "town": gettext_lazy("乡镇（街道）"),
    "village": gettext_lazy("村（社区）"),
    "unit": gettext_lazy("责任单位"),
    "type": gettext_lazy("类型"),
    "channel": gettext_lazy("来源"),
    "state": gettext_lazy("状态"),
    "ym": gettext_lazy("月份"),
}


def dimension_word(name: str) -> str:
    return str(DIMENSION_WORDS.get(name, name))


def source_badge(value: FigureValue) -> Badge:
    return COMMON[value.source.value]


def figure_url(key: str, **query: str) -> str:
    kept = {name: text for name, text in query.items() if text}
    return reverse("metrics:figure", args=[key]) + (f"?{urlencode(kept)}" if kept else "")


def shown(value: FigureValue) -> str:
    """For the eye: thousands apart, without the unit; a rate without its sign."""
    if value.exact is None:
        return numbers.DASH
    if value.named.is_universal:
        return value.display
    whole, dot, rest = value.display.removesuffix("%").partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}{dot}{rest}"


def head(value: FigureValue, metric: Metric | None) -> Figure:
    """The figure itself. Numerator and denominator stand beside a rate; a count is its own numerator."""
    is_ratio = metric is not None and metric.is_ratio
    return Figure(
        name=value.named.label,
        value=shown(value),
        unit=value.unit,
        numerator=value.numerator if is_ratio else None,
        denominator=value.denominator if is_ratio else None,
        as_of=value.as_of,
        note=target_words(metric) if metric else "",
    )


def target_words(metric: Metric) -> str:
    if metric.target is None:
        return ""
    words = {">=": _("不低于"), ">": _("高于"), "<=": _("不高于"), "<": _("低于")}
    goal = numbers.exact_text(metric.target.value * 100 if metric.unit == "%" else metric.target.value)
    return _("目标：{words} {goal}{unit}").format(words=words[metric.target.op], goal=goal, unit=metric.unit)


@dataclass(frozen=True, slots=True)
class Meaning:
    """The definition in the reader's language."""

    numerator: str
    denominator: str
    time: str
    dimensions: tuple[str, ...]


def meaning(metric: Metric) -> Meaning:
    words = metric.words
    return Meaning(
        in_language(words.numerator, words.numerator_en),
        in_language(words.denominator, words.denominator_en),
        metric.time.removesuffix("_us") + "_at",
        tuple(dimension_word(name) for name in metric.dimensions),
    )


def month_chart(asked: Question) -> Chart | None:
    """By month of the metric's own time; a month without rows is nought for a count and a gap for a rate."""
    months = list(_months(asked.period))
    if "ym" not in asked.metric.dimensions or not 1 < len(months) <= CHART_MONTHS_MAX:
        return None
    cells = {cell.by["ym"]: cell for cell in evaluation.measure(_by(asked, "ym")).rows}
    nothing = None if asked.metric.is_ratio or asked.metric.is_percentile else 0
    points = [_point(asked, cells[month]) if month in cells else nothing for month in months]
    return Chart(
        title=_("按月份"),
        categories=[month_word(month) for month in months],
        series=[Series(_("数值"), points)],
        kind="line",
        unit=asked.metric.unit,
    )


def county_chart(asked: Question) -> Chart | None:
    """By county in the order of codes: places are compared by who answers for them, not ranked."""
    if "region" not in asked.metric.dimensions:
        return None
    cells = evaluation.measure(_by(asked, "region")).rows
    if len(cells) < 2:
        return None
    names = labels(asked, "region", [cell.by["region"] for cell in cells])
    return Chart(
        title=_("按县（市、区）"),
        categories=[names[cell.by["region"]] for cell in cells],
        series=[Series(_("数值"), [_point(asked, cell) for cell in cells])],
        kind="bar",
        unit=asked.metric.unit,
    )


@dataclass(frozen=True, slots=True)
class TableRow:
    labels: tuple[str, ...]
    numerator: int | None
    denominator: int | None
    display: str
    is_hidden: bool


def table(asked: Question, cells: tuple[Cell, ...]) -> list[TableRow]:
    """The cells of `--by` with words for their values; at most TABLE_CELLS_MAX."""
    cells = cells[:TABLE_CELLS_MAX]
    words = {name: labels(asked, name, [cell.by[name] for cell in cells]) for name in asked.by}
    return [
        TableRow(
            tuple(words[name][cell.by[name]] for name in asked.by),
            cell.numerator,
            cell.denominator,
            cell.display,
            cell.is_hidden,
        )
        for cell in cells
    ]


def labels(asked: Question, name: str, values: list[Any]) -> dict[Any, str]:
    """What people call the values of a dimension; one query at most."""
    column = asked.dimension(name)
    known = [value for value in dict.fromkeys(values) if value is not None]
    if name == "ym":
        words: Mapping[Any, str] = {value: month_word(value) for value in known}
    elif column in asked.view.labels:
        words = asked.view.labels[column](known)
    elif column in REGION_LEVELS.values():
        words = places.region_names(known)
    else:
        words = {}
    unplaced = _("未定位") if column in REGION_LEVELS.values() else _("未填")
    return {value: unplaced if value is None else str(words.get(value, value)) for value in {*known, *values}}


def month_word(month: int) -> str:
    return _("{year} 年 {month} 月").format(year=month // 100, month=month % 100)


def rows_provider(metric: Metric) -> registry.RowProvider | None:
    return registry.rows_of(metric.fact)


def periods(now: datetime, chosen: str) -> list[tuple[str, str]]:
    """What people look at most: this year, its parts so far, and the two years before."""
    here = local(now)
    year, month = here.year, here.month
    found = [
        f"{year}",
        f"{year}-{month:02}",
        *(f"{year}-Q{quarter}" for quarter in range(1, (month + 2) // 3 + 1)),
        f"{year}-H1",
        f"{year - 1}",
        f"{year - 2}",
    ]
    if chosen not in found:
        found.insert(0, chosen)
    return [(label, period_word(label)) for label in found]


def period_word(label: str) -> str:
    """2024 → 2024 年; 2024-H1 → 2024 年上半年; anything else is written with its first and last month."""
    period = Period.parse(label)
    first, last = local(period.start), period.end.astimezone(SHANGHAI)
    count = (last.year - first.year) * 12 + last.month - first.month
    if count == 12 and first.month == 1:
        return _("{year} 年").format(year=first.year)
    if count == 6 and first.month in (1, 7):
        half = _("上半年") if first.month == 1 else _("下半年")
        return _("{year} 年{half}").format(year=first.year, half=half)
    if count == 3 and first.month % 3 == 1:
        return _("{year} 年第 {quarter} 季度").format(year=first.year, quarter=(first.month + 2) // 3)
    months = list(_months(period))
    if len(months) == 1:
        return month_word(months[0])
    return _("{first} 至 {last}").format(first=month_word(months[0]), last=month_word(months[-1]))


def region_filter(text: str) -> dict[str, FilterValue]:
    """The rows of one region by its code; no filter for no code. Raises BadFilter for what is no code of one."""
    if not text:
        return {}
    try:
        return {COLUMNS[level_of(int(text))]: int(text)}
    except (ValueError, KeyError) as error:
        raise BadFilter(column="region", value=text) from error


def region_word(text: str) -> str:
    return places.region_names([int(text)]).get(int(text), text) if text else ""


def declared_row(declared: DeclaredFigure) -> dict[str, object]:
    known = named.find(declared.key)
    value = of_declaration(known, declared, period=declared.period, as_of=clock.now())
    return {
        "declared": declared,
        "label": known.label,
        "shown": shown(value),
        "unit": declared.unit,
        "period": period_word(declared.period),
        "badge": declared_badge(declared),
        "url": reverse("metrics:declaration", args=[declared.public_id]),
        "figure_url": figure_url(declared.key, period=declared.period),
    }


def declared_badge(declared: DeclaredFigure) -> Badge:
    if declared.withdrawn_at is not None:
        return Badge(_("已撤回"), "todo", "void")
    if declared.superseded_at is not None:
        return Badge(_("已被替换"), "todo", "repeat")
    if declared.confirmed_at is not None:
        return Badge(_("已确认"), "done", "done")
    return Badge(_("待确认"), "doing", "hourglass")


def _months(period: Period) -> Iterator[int]:
    first, end = local(period.start), local(period.end)
    for number in range(first.year * 12 + first.month - 1, end.year * 12 + end.month - 1):
        yield number // 12 * 100 + number % 12 + 1


def _by(asked: Question, name: str) -> Question:
    return Question(
        asked.metric, asked.view, asked.period, (name,), asked.as_of, asked.cutoff, asked.where, asked.scope
    )


def _point(asked: Question, cell: Cell) -> float | None:
    """As charts take numbers: rounded like the figure itself, a rate in per cent."""
    if cell.numerator is None or (asked.metric.is_ratio and not cell.denominator):
        return None
    metric = asked.metric
    exact = Fraction(cell.numerator, cell.denominator or metric.scale)
    rounded = numbers.fixed(exact * 100 if metric.unit == "%" else exact, metric.decimals, metric.rounding)
    return float(rounded) if metric.decimals else int(rounded)
