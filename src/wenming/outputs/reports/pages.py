"""What the pages of reports draw, ready for their templates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl, urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wenming.engines.metrics import registry
from wenming.engines.metrics.comparing import Cause, Effect, Reason
from wenming.engines.metrics.definitions import Metric
from wenming.engines.metrics.named import in_language
from wenming.engines.metrics.values import FigureValue
from wenming.kernel import clock
from wenming.kernel.documents import words
from wenming.kernel.periods import Period
from wenming.kernel.ui import numbers
from wenming.outputs.reports import areas, spans, telling, templating
from wenming.outputs.reports.outline import Completeness, Grid, Outline, Paragraph, Placed, Section
from wenming.outputs.reports.paper.read import ManifestState
from wenming.outputs.reports.paper.verify import Why
from wenming.outputs.reports.services import Checked
from wenming.outputs.reports.spans import Reading, Span

SOURCE_NAMES: Final[Mapping[str, Promise]] = {
    "computed": gettext_lazy("已计算"),
    "declared": gettext_lazy("已申报"),
    "missing": gettext_lazy("缺依据"),
}
LONG_CHARACTERS: Final = 8
WHY: Final[Mapping[Why, Promise]] = {
    Why.COUNTS: gettext_lazy("明细变了"),
    Why.VALUE: gettext_lazy("数值变了"),
    Why.WORDING: gettext_lazy("写法变了"),
    Why.SOURCE: gettext_lazy("来源变了"),
    Why.WITHDRAWN: gettext_lazy("系统里已没有这个数"),
}
MANIFESTS: Final[Mapping[ManifestState, tuple[str, Promise]]] = {
    ManifestState.LOST: ("note", gettext_lazy("文件里的数字清单不在了，已按系统留存的清单核对。")),
    ManifestState.TAMPERED: (
        "note note--near",
        gettext_lazy("文件里的数字清单被改过，已按系统留存的清单核对。"),
    ),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page was asked for: `query` repeats it in a link, empty for the present."""

    period: Period
    region: int | None
    as_of_on: str
    cutoff_on: str
    as_of: datetime | None
    cutoff: datetime | None

    @property
    def span(self) -> Span:
        return Span(self.period, self.region)

    @property
    def query(self) -> str:
        region = "" if self.region is None else str(self.region)
        said = {"region": region, "as_of": self.as_of_on, "cutoff": self.cutoff_on}
        return urlencode({name: text for name, text in said.items() if text})

    def url(self, **more: str) -> str:
        text = urlencode({**dict(parse_qsl(self.query)), **more})
        return reverse("reports:report", args=[self.period.label]) + (f"?{text}" if text else "")


@dataclass(frozen=True, slots=True)
class Bar:
    """Lengths of a completeness bar in percent, and what they say in words."""

    counts: Completeness
    computed: int
    declared: int
    missing: int


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure in the text: its mark, its text, and where a press leads."""

    anchor: str
    key: str
    source: str
    text: str
    title: str
    url: str
    panel_url: str
    is_chosen: bool

    @property
    def is_long(self) -> bool:
        """Words may turn at the end of a line, a number must not."""
        return len(self.text) > LONG_CHARACTERS


@dataclass(frozen=True, slots=True)
class Table:
    """A grid on screen; each row has its label first."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Claim, ...]], ...]
    foot: str


@dataclass(frozen=True, slots=True)
class Line:
    """Text, or a table whose title the runs are."""

    is_heading: bool
    runs: tuple[str | Claim, ...]
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One section: as the outline lists it and as the paper prints it."""

    key: str
    heading: str
    name: str
    bar: Bar
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """One figure with all that it rests on. `printed` is what the paper says of it, None where it says nothing."""

    value: FigureValue
    metric: Metric | None
    source: str
    number: str
    printed: str | None
    figure_url: str
    declare_url: str
    close_url: str

    @property
    def numerator_words(self) -> str:
        return in_language(self.metric.words.numerator, self.metric.words.numerator_en) if self.metric else ""

    @property
    def denominator_words(self) -> str:
        return in_language(self.metric.words.denominator, self.metric.words.denominator_en) if self.metric else ""

    @property
    def unit(self) -> str:
        return "" if self.value.unit == "%" else self.value.unit


@dataclass(frozen=True, slots=True)
class Difference:
    name: str
    key: str
    was: str
    now: str
    why: str
    reasons: tuple[str, ...] = ()


def bar_of(counts: Completeness) -> Bar:
    parts = (counts.computed, counts.declared, counts.missing)
    return Bar(counts, *(numbers.share(part, counts.total) for part in parts))


def parts_of(outline: Outline, asked: Asked, *, chosen: str) -> list[Part]:
    numbered, parts = 0, []
    for section in outline.sections:
        numbered += bool(section.heading)
        parts.append(_part(section, asked, numbered, chosen))
    return parts


def panel_of(value: FigureValue, asked: Asked, *, form: templating.Template, reading: Reading, span: Span) -> Panel:
    """A figure of `span` as a report by `form` tells it."""
    # A figure that the report does not tell has a panel, too: links from elsewhere lead here.
    place = next((p for p in form.places() if p.key == value.key), templating.Place(value.key))
    printed = telling.printed(value, style=place.style, words=place.words)
    if printed is None and form.is_periodical and value.source != "missing":
        printed = numbers.DASH
    moments = {"as_of": _day(asked.as_of), "cutoff": _day(reading.cutoff_of(span.period))}
    more = {name: day for name, day in moments.items() if day} | _region_query(span.region)
    query = urlencode({"period": span.period.label, **more})
    return Panel(
        value=value,
        metric=registry.metric(value.key) if registry.has_metric(value.key) else None,
        source="missing" if printed is None else str(value.source),
        number=_number(value),
        printed=printed,
        figure_url=f"{reverse('metrics:figure', args=[value.key])}?{query}",
        declare_url=_declare_url(value, asked) if value.source == "missing" and value.named.is_declarable else "",
        close_url=asked.url(),
    )


def differences(checked: Checked) -> dict[str, list[Difference]]:
    """Rows of the three tables of a verified report."""
    found = checked.verification
    return {
        "moved": [
            Difference(
                checked.name_of(one.anchor),
                one.key,
                one.was,
                one.now or numbers.DASH,
                str(WHY[one.why]),
                tuple(reason_words(reason) for reason in checked.reasons_of(one.anchor)),
            )
            for one in found.moved
        ],
        "edited": [
            Difference(checked.name_of(one.anchor), one.key, one.expected, one.shown, one.now or numbers.DASH)
            for one in found.edited
        ],
        "lost": [
            Difference(checked.name_of(one.anchor), one.key, one.expected, numbers.DASH, "") for one in found.lost
        ],
    }


EFFECTS: Final[Mapping[Effect, Promise]] = {
    Effect.ENTERED: gettext_lazy("新计入"),
    Effect.LEFT: gettext_lazy("不再计入"),
    Effect.COUNTED: gettext_lazy("新达到"),
    Effect.UNCOUNTED: gettext_lazy("不再达到"),
}


def reason_words(reason: Reason) -> str:
    """2 件不再计入：导出后作废（P-1、P-2）."""
    event = reason.words or reason.column
    cause = {
        Cause.RECORDED: _("导出后才登记"),
        Cause.GONE: _("已合并或删除"),
        Cause.HAPPENED: _("导出后{event}").format(event=event),
        Cause.UNDONE: _("导出后撤回{event}").format(event=event),
        Cause.CORRECTED: _("导出后更正{event}").format(event=event),
    }[reason.cause]
    more = "…" if reason.count > len(reason.codes) else ""
    return _("{n} 件{effect}：{cause}（{codes}）").format(
        n=reason.count, effect=EFFECTS[reason.effect], cause=cause, codes="、".join(reason.codes) + more
    )


def parts_of_year(year: int) -> list[tuple[str, str]]:
    """The halves, quarters and months of a year: label and words."""
    labels = [f"{year}-H1", f"{year}-H2", *(f"{year}-Q{quarter}" for quarter in range(1, 5))]
    labels += [f"{year}-{month:02}" for month in range(1, 13)]
    return [(label, words.period(label).removeprefix(f"{year}年")) for label in labels]


def span_words(labels: Iterable[str]) -> dict[str, str]:
    """What each label of a frozen figure means: 2024年3月，西湖区."""
    spans_ = {label: Span.parse(label) for label in labels}
    names = areas.names_of({one.region for one in spans_.values() if one.region is not None})
    return {
        label: spans.in_words(label) + (f"，{names.get(one.region, one.region)}" if one.region is not None else "")
        for label, one in spans_.items()
    }


def _part(section: Section, asked: Asked, number: int, chosen: str) -> Part:
    heading, counted, lines = section.heading, 0, []
    for paragraph in section.paragraphs:
        counted += paragraph.is_heading
        lines.append(_line(paragraph, asked, counted, chosen))
    prefix = f"{words.numeral(number)}、" if heading else ""
    return Part(section.key, prefix + heading, prefix + section.name, bar_of(section.completeness), tuple(lines))


def _line(paragraph: Paragraph, asked: Asked, number: int, chosen: str) -> Line:
    runs = tuple(_claim(run, asked, chosen) if isinstance(run, Placed) else run for run in paragraph.runs)
    prefix = (f"（{words.numeral(number)}）",) if paragraph.is_heading else ()
    return Line(paragraph.is_heading, (*prefix, *runs), _table(paragraph.grid, asked, chosen))


def _table(grid: Grid | None, asked: Asked, chosen: str) -> Table | None:
    if grid is None:
        return None
    rows = ((label, tuple(_claim(one, asked, chosen) for one in cells)) for label, cells in grid.rows)
    return Table(grid.header, tuple(rows), grid.foot)


def _claim(placed: Placed, asked: Asked, chosen: str) -> Claim:
    figure, name = placed.figure, placed.value.named.label
    panel_url = reverse("reports:panel", args=[asked.period.label, figure.key])
    # A comparison leads to the figure that it is of.
    own = Span.parse(figure.period)
    label = Span(own.period, own.region).label
    other = {} if label == asked.span.label else {"span": label}
    query = urlencode({**dict(parse_qsl(asked.query)), **other})
    return Claim(
        anchor=figure.anchor,
        key=figure.key,
        source=figure.source,
        text=figure.shown,
        title=_("{name}：{source}").format(name=name, source=SOURCE_NAMES[figure.source]),
        url=asked.url(figure=figure.key, **other) + "#panel",
        panel_url=f"{panel_url}?{query}" if query else panel_url,
        is_chosen=f"{figure.key}#{figure.period}" == chosen,
    )


def _declare_url(value: FigureValue, asked: Asked) -> str:
    return f"{reverse('metrics:declare')}?{urlencode({'key': value.key, 'period': asked.period.label})}"


def _region_query(region: int | None) -> dict[str, str]:
    return {} if region is None else {"region": str(region)}


def _day(at: datetime | None) -> str:
    """The end of a day as the metric pages write it: the first moment of the next."""
    return clock.local(at).date().isoformat() if at is not None else ""


def _number(value: FigureValue) -> str:
    if value.exact is None:
        return _("待补")
    if value.named.is_universal:
        return _("成立") if value.exact == 1 else _("不成立")
    return value.display if value.display.endswith("%") else numbers.thousands(value.display)
