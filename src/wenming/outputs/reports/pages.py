"""What the pages of reports draw, ready for their templates."""

from collections.abc import Mapping
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
from wenming.outputs.reports import telling, templating
from wenming.outputs.reports.outline import Completeness, Outline, Paragraph, Placed, Section
from wenming.outputs.reports.paper.read import ManifestState
from wenming.outputs.reports.paper.verify import Why
from wenming.outputs.reports.services import Checked

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
    as_of_on: str
    cutoff_on: str
    as_of: datetime | None
    cutoff: datetime | None

    @property
    def query(self) -> str:
        said = {"as_of": self.as_of_on, "cutoff": self.cutoff_on}
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
class Line:
    is_heading: bool
    runs: tuple[str | Claim, ...]


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


def panel_of(value: FigureValue, asked: Asked) -> Panel:
    # A figure that the report does not tell has a panel, too: links from elsewhere lead here.
    place = next((p for p in templating.template().places() if p.key == value.key), templating.Place(value.key))
    printed = telling.printed(value, style=place.style, words=place.words)
    moments = {"as_of": _day(asked.as_of), "cutoff": _day(asked.cutoff)}
    query = urlencode({"period": asked.period.label, **{name: day for name, day in moments.items() if day}})
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
    """The halves and quarters of a year: label and words."""
    labels = [f"{year}-H1", f"{year}-H2", *(f"{year}-Q{quarter}" for quarter in range(1, 5))]
    return [(label, words.period(label).removeprefix(f"{year}年")) for label in labels]


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
    if paragraph.chart:
        runs += (
            "：" + "，".join(f"{telling.month_words(one.period)}{one.shown}{one.unit}" for one in paragraph.chart),
        )
    return Line(paragraph.is_heading, (*prefix, *runs))


def _claim(placed: Placed, asked: Asked, chosen: str) -> Claim:
    figure, name = placed.figure, placed.value.named.label
    panel_url = reverse("reports:panel", args=[asked.period.label, figure.key])
    return Claim(
        anchor=figure.anchor,
        key=figure.key,
        source=figure.source,
        text=figure.shown,
        title=_("{name}：{source}").format(name=name, source=SOURCE_NAMES[figure.source]),
        url=asked.url(figure=figure.key) + "#panel",
        panel_url=f"{panel_url}?{asked.query}" if asked.query else panel_url,
        is_chosen=figure.key == chosen,
    )


def _declare_url(value: FigureValue, asked: Asked) -> str:
    return f"{reverse('metrics:declare')}?{urlencode({'key': value.key, 'period': asked.period.label})}"


def _day(at: datetime | None) -> str:
    """The end of a day as the metric pages write it: the first moment of the next."""
    return clock.local(at).date().isoformat() if at is not None else ""


def _number(value: FigureValue) -> str:
    if value.exact is None:
        return _("待补")
    if value.named.is_universal:
        return _("成立") if value.exact == 1 else _("不成立")
    return value.display if value.display.endswith("%") else numbers.thousands(value.display)
