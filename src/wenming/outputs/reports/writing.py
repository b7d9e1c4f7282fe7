"""Puts the figures of a period into the places of an outline."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from wenming.engines.metrics.values import FigureValue
from wenming.kernel import clock
from wenming.kernel.documents import words
from wenming.kernel.periods import Period
from wenming.kernel.ui import numbers
from wenming.outputs.reports import areas, changes, telling, templating
from wenming.outputs.reports.areas import PARTS_HEADS, Area
from wenming.outputs.reports.outline import Completeness, Grid, Outline, Paragraph, Placed, Run, Section
from wenming.outputs.reports.paper.blocks import Figure, Source, anchor_of
from wenming.outputs.reports.paper.manifest import SOURCES
from wenming.outputs.reports.spans import Reading, Span
from wenming.outputs.reports.telling import Part
from wenming.outputs.reports.templating import ANNUAL, PERIODICAL, Chart, Compared, Piece, Template, When

_YEAR_CHARACTERS: Final = 4
_COMPARISONS: Final = {When.PREVIOUS: "环比", When.LAST_YEAR: "同比"}
_BASES: Final = {When.PREVIOUS: "上期", When.LAST_YEAR: "上年同期"}
UNPLACED: Final = "没有定到具体地点的问题不在表中，各行相加可能小于全部。"


def name_of(period: Period, region: int | None) -> str:
    """The city's year has an outline of its own; every other report is of one form."""
    return ANNUAL if region is None and _is_year(period) else PERIODICAL


def outline(
    *,
    period: Period,
    area: Area,
    template: str,
    form: Template | None = None,
    as_of: datetime | None = None,
    cutoff: datetime | None = None,
) -> Outline:
    """The report of a period with every figure as it is known at `as_of` (the present when None).

    `form` is what is told where that is not the outline called `template`.
    """
    form = form or templating.template(template)
    at = as_of or clock.now()
    reading = Reading(period, area.code, as_of, cutoff, is_at_end=form.is_periodical)
    writer = _Writer(form, area, reading, _told(form, reading, at), at)
    sections = tuple(writer.section(section) for section in form.sections)
    return Outline(
        template=template,
        area=area,
        title=templating.filled(form.title, writer.words),
        sections=sections,
        completeness=_completeness(one.figure.source for section in sections for one in section.placed()),
        at=at,
        reading=reading,
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """The figures of the report's own period and of those that it is held against; `is_over` once they can be."""

    periods: Mapping[When, Period]
    figures: Mapping[When, Mapping[str, FigureValue]]
    compared: tuple[When, ...]
    is_over: bool


def _told(form: Template, reading: Reading, at: datetime) -> _Told:
    keys, period = form.asked(), reading.period
    periods = {When.OWN: period}
    if form.is_periodical:
        periods |= {When.PREVIOUS: period.previous(), When.LAST_YEAR: period.year_before()}
    by_label = {one.label: telling.tell(reading, keys, period=one) for one in periods.values()}
    until = at if reading.cutoff is None else min(at, reading.cutoff)
    return _Told(
        periods=periods,
        figures={when: by_label[one.label] for when, one in periods.items()},
        # The year before a year is the same year twice: it is said once.
        compared=(When.LAST_YEAR,) if _is_year(period) else (When.PREVIOUS, When.LAST_YEAR),
        is_over=until >= period.end,
    )


class _Writer:
    """Writes section by section; the anchor counts how often a figure was told before."""

    def __init__(self, form: Template, area: Area, reading: Reading, told: _Told, at: datetime) -> None:
        self.form, self.area, self.reading, self.told, self.at = form, area, reading, told, at
        self.as_of = clock.local(at).replace(microsecond=0).isoformat()
        self.words = _words(reading, area, at)
        self.own = told.figures[When.OWN]
        self.parts = areas.parts(area) if any(chart.by == "region" for chart in form.charts()) else []
        self.seen: Counter[str] = Counter()

    def section(self, section: templating.Section) -> Section:
        paragraphs = tuple(one for given in section.paragraphs if (one := self._paragraph(given)) is not None)
        runs = [run for paragraph in paragraphs for run in paragraph.runs]
        return Section(
            key=section.key,
            heading="".join(self._heading(piece) for piece in section.heading),
            name=templating.filled(section.name, self.words),
            paragraphs=paragraphs,
            completeness=_completeness(run.figure.source for run in runs if isinstance(run, Placed)),
        )

    def _paragraph(self, given: templating.Paragraph) -> Paragraph | None:
        """None for a chart that has nothing to show: the course of a single month, the parts of what has none."""
        grid = None
        if given.chart is not None:
            grid = self._months(given.chart) if given.chart.by == "month" else self._regions(given.chart)
            if grid is None:
                return None
        elif given.table:
            grid = self._table(given.table)
        runs = tuple(run for piece in given.pieces for run in self._runs(piece))
        return Paragraph(runs, given.is_heading, grid)

    def _heading(self, piece: Piece) -> str:
        if not isinstance(piece, str):
            raise templating.OutlineError(f"{piece.key}: a heading holds no figure")
        return templating.filled(piece, self.words)

    def _runs(self, piece: Piece) -> Sequence[Run]:
        if isinstance(piece, str):
            return [templating.filled(piece, self.words)]
        if isinstance(piece, Compared):
            return self._comparisons(piece.key)
        return [self._told_at(piece.key, piece.when, style=piece.style, words_=piece.words)]

    def _comparisons(self, key: str) -> Sequence[Run]:
        """（环比增长12.35%，同比持平）; nothing while the period runs, since it would be held against whole ones, and
        nothing where there is nothing to hold it against.
        """
        own = self._value(key, When.OWN)
        bases = [self._value(key, when) for when in self.told.compared]
        if not self.told.is_over or all(changes.change(own, base) is None for base in bases):
            return []
        made: list[Run] = []
        for when in self.told.compared:
            made += [("，" if made else "（") + _COMPARISONS[when], self._change(key, when, changes.in_words)]
        return [*made, "）"]

    def _told_at(self, key: str, when: When, *, style: str = "plain", words_: str = "") -> Placed:
        """A figure of the report's own period or of another one that it knows."""
        value = self._value(key, when)
        display = telling.printed(value, style=style, words=words_)
        exact = value.value if display is not None else None
        if display is None and self.form.is_periodical and value.source != "missing":
            display = numbers.DASH
        is_told = display is not None
        return self._placed(
            key,
            Span(self.told.periods[when], self.reading.region),
            display=display,
            value=exact,
            counts=(value.numerator, value.denominator) if is_told else (None, None),
            source=SOURCES[value.source] if is_told else "missing",
        )

    def _change(self, key: str, when: When, write: Callable[..., str]) -> Placed:
        value = self._value(key, When.OWN)
        found = changes.change(value, self._value(key, when)) if self.told.is_over else None
        return self._placed(
            key,
            Span(self.reading.period, self.reading.region, self.told.periods[when]),
            display=write(found, unit=value.unit),
            value=changes.in_full(found),
            counts=(None, None) if found is None else (found.numerator, found.denominator),
            source="computed",
        )

    def _value(self, key: str, when: When) -> FigureValue:
        value = self.told.figures[when].get(key)
        if value is None:
            raise templating.OutlineError(f"{key}: no figure has this name")
        return value

    def _placed(
        self,
        key: str,
        span: Span,
        *,
        display: str | None,
        value: str | None,
        counts: tuple[int | None, int | None],
        source: Source,
    ) -> Placed:
        known = self._value(key, When.OWN)
        self.seen[f"{key}#{span.label}"] += 1
        figure = Figure(
            key=key,
            period=span.label,
            name=known.name,
            unit=known.unit,
            display=display,
            value=value,
            numerator=counts[0],
            denominator=counts[1],
            as_of=self.as_of,
            source=source,
            anchor=anchor_of(key, span.label, self.seen[f"{key}#{span.label}"]),
        )
        return Placed(figure, known)

    def _table(self, keys: Sequence[str]) -> Grid:
        header = ["指标", "本期"]
        for when in self.told.compared:
            header += [_BASES[when], _COMPARISONS[when]]
        rows = []
        for key in keys:
            cells = [self._told_at(key, When.OWN)]
            for when in self.told.compared:
                cells += [self._told_at(key, when), self._change(key, when, changes.in_table)]
            rows.append((_head(self._value(key, When.OWN)), tuple(cells)))
        return Grid(tuple(header), tuple(rows), is_drawn=False)

    def _months(self, chart: Chart) -> Grid | None:
        columns = telling.months(chart.keys, self.reading, at=self.at)
        labels = [telling.month_words(part.span.period.label) for part in columns[0]]
        return self._drawn("月份", chart, labels, columns)

    def _regions(self, chart: Chart) -> Grid | None:
        level = self.area.parts_level
        if level is None or not self.parts:
            return None
        codes = [code for code, _name in self.parts]
        rates = {key for key in chart.keys if self._value(key, When.OWN).unit == "%"}
        columns = telling.regions(chart.keys, self.reading, at=self.at, level=level, codes=codes, rates=rates)
        return self._drawn(PARTS_HEADS[level], chart, [name for _code, name in self.parts], columns, foot=UNPLACED)

    def _drawn(
        self, head: str, chart: Chart, labels: Sequence[str], columns: Sequence[Sequence[Part]], *, foot: str = ""
    ) -> Grid | None:
        if not labels:
            return None
        header = (head, *(_head(self._value(key, When.OWN)) for key in chart.keys))
        rows = [
            (label, tuple(self._part(part) for part in parts))
            for label, parts in zip(labels, zip(*columns, strict=True), strict=True)
        ]
        return Grid(header, tuple(rows), is_drawn=True, foot=foot)

    def _part(self, part: Part) -> Placed:
        return self._placed(
            part.key,
            part.span,
            display=part.display,
            value=part.value,
            counts=(part.numerator, part.denominator),
            source="missing" if part.display is None else "computed",
        )


def _head(known: FigureValue) -> str:
    """The head of a column or a row with its unit; a rate has its sign in every cell."""
    return known.name if known.unit == "%" else f"{known.name}（{known.unit}）"


def _words(reading: Reading, area: Area, at: datetime) -> dict[str, str]:
    period = reading.period
    is_year, said = _is_year(period), words.period(period.label)
    kind = next((kind for mark, kind in _KINDS.items() if mark in period.label and ".." not in period.label), "")
    if not kind and _is_month(period):
        kind = "月"
    span = {"": "期内", "月": "当月"}.get(kind, f"本{kind}")
    return {
        "city": area.name,
        "place": area.name,
        "issuer": area.issuer,
        "parts": "县（市、区）" if area.code is None else "街道（乡镇）",
        "period": f"{period.label}年度" if is_year else said,
        "span": "全年" if is_year else span,
        "before": "上年" if is_year else f"上{kind or '期'}",
        "until": _until(min(at, period.end) if reading.cutoff is None else min(at, reading.cutoff, period.end)),
        "next": f"{period.year + 1}年" if is_year else "下一步",
    }


_KINDS: Final = {"-Q": "季度", "-W": "周"}


def _until(at: datetime) -> str:
    """2024年3月31日24:00 for the first moment of April."""
    local = clock.local(at)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return f"{words.day((local - timedelta(days=1)).date())}24:00"
    return f"{words.day(local.date())}{local.hour}:{local.minute:02d}"


def _is_year(period: Period) -> bool:
    return len(period.label) == _YEAR_CHARACTERS


def _is_month(period: Period) -> bool:
    return len(period.label) == len("2024-03") and period.label[-2:].isdecimal()


def _completeness(sources: Iterable[Source]) -> Completeness:
    counted = Counter(sources)
    return Completeness(counted["computed"], counted["declared"], counted["missing"])
