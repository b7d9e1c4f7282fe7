"""A report's outline with its figures in place, and how complete each part of it is."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from wenming.engines.metrics.values import FigureValue
from wenming.kernel import clock
from wenming.kernel.documents import words
from wenming.kernel.periods import Period
from wenming.outputs.reports import telling, templating
from wenming.outputs.reports.paper.blocks import Figure, Source, anchor_of
from wenming.outputs.reports.paper.manifest import SOURCES
from wenming.outputs.reports.templating import Piece, Place

_YEAR_CHARACTERS: Final = 4


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many places of figures are computed, declared and missing."""

    computed: int = 0
    declared: int = 0
    missing: int = 0

    @property
    def total(self) -> int:
        return self.computed + self.declared + self.missing

    @property
    def is_complete(self) -> bool:
        return not self.missing


@dataclass(frozen=True, slots=True)
class Placed:
    """A figure at one place: as it is printed, and what is known of it."""

    figure: Figure
    value: FigureValue


Run = str | Placed


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`chart` are the months of a chart whose title the runs are; empty for text."""

    runs: tuple[Run, ...]
    is_heading: bool
    chart: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """`heading` is what the paper prints (empty before the first heading), `name` what the outline calls it."""

    key: str
    heading: str
    name: str
    paragraphs: tuple[Paragraph, ...]
    completeness: Completeness

    def placed(self) -> Iterator[Placed]:
        for paragraph in self.paragraphs:
            yield from (run for run in paragraph.runs if isinstance(run, Placed))


@dataclass(frozen=True, slots=True)
class Outline:
    """`at` is the moment of knowledge that the figures are given for; `as_of` and `cutoff` are what was asked."""

    period: Period
    title: str
    sections: tuple[Section, ...]
    completeness: Completeness
    at: datetime
    as_of: datetime | None
    cutoff: datetime | None

    def placed(self) -> Iterator[Placed]:
        for section in self.sections:
            yield from section.placed()

    def missing(self) -> tuple[FigureValue, ...]:
        """Each figure without evidence once, in reading order."""
        found = {one.figure.key: one.value for one in self.placed() if one.figure.source == "missing"}
        return tuple(found.values())

    def figures(self) -> tuple[Figure, ...]:
        """What the text tells, then what the charts draw."""
        charted = [one for section in self.sections for paragraph in section.paragraphs for one in paragraph.chart]
        return (*(one.figure for one in self.placed()), *charted)


def outline(*, period: Period, city: str, as_of: datetime | None = None, cutoff: datetime | None = None) -> Outline:
    """The report of a period with every figure as it is known at `as_of` (the present when None)."""
    template = templating.template()
    at = as_of or clock.now()
    told = telling.tell(period=period, as_of=as_of, cutoff=cutoff)
    drawn = {key: telling.months(key, period=period, as_of=at, cutoff=cutoff) for key in template.charts()}
    writer = _Writer(period, at, told, _words(period, city), drawn)
    sections = tuple(writer.section(section) for section in template.sections)
    return Outline(
        period=period,
        title=templating.filled(template.title, writer.words),
        sections=sections,
        completeness=_completeness(one.figure.source for section in sections for one in section.placed()),
        at=at,
        as_of=as_of,
        cutoff=cutoff,
    )


class _Writer:
    """Puts figures into their places; the anchor counts how often a figure was told before."""

    def __init__(
        self,
        period: Period,
        at: datetime,
        told: Mapping[str, FigureValue],
        words_: Mapping[str, str],
        drawn: Mapping[str, Sequence[telling.Month]],
    ) -> None:
        self.period, self.told, self.words, self.drawn = period, told, words_, drawn
        self.as_of = clock.local(at).replace(microsecond=0).isoformat()
        self.seen: Counter[str] = Counter()

    def section(self, section: templating.Section) -> Section:
        paragraphs = tuple(
            Paragraph(
                tuple(self._run(piece) for piece in paragraph.pieces),
                paragraph.is_heading,
                self._chart(paragraph.chart),
            )
            for paragraph in section.paragraphs
            # A single month has no course to draw.
            if not paragraph.chart or self.drawn[paragraph.chart]
        )
        runs = [run for paragraph in paragraphs for run in paragraph.runs]
        heading = "".join(self._heading(piece) for piece in section.heading)
        return Section(
            key=section.key,
            heading=heading,
            name=templating.filled(section.name, self.words),
            paragraphs=paragraphs,
            completeness=_completeness(run.figure.source for run in runs if isinstance(run, Placed)),
        )

    def _heading(self, piece: Piece) -> str:
        if isinstance(piece, Place):
            raise templating.OutlineError(f"{piece.key}: a heading holds no figure")
        return templating.filled(piece, self.words)

    def _run(self, piece: Piece) -> Run:
        if isinstance(piece, str):
            return templating.filled(piece, self.words)
        value = self.told.get(piece.key)
        if value is None:
            raise templating.OutlineError(f"{piece.key}: no figure has this name")
        self.seen[piece.key] += 1
        anchor = anchor_of(piece.key, self.period.label, self.seen[piece.key])
        return Placed(self._figure(piece, value, anchor), value)

    def _chart(self, key: str) -> tuple[Figure, ...]:
        return tuple(self._month(month) for month in self.drawn.get(key, ()))

    def _month(self, month: telling.Month) -> Figure:
        known = self.told[month.key]
        text = None if month.count is None else str(month.count)
        return Figure(
            key=month.key,
            period=month.period,
            name=known.name,
            unit=known.unit,
            display=text,
            value=text,
            numerator=month.count,
            denominator=None,
            as_of=self.as_of,
            source="missing" if text is None else "computed",
            anchor=anchor_of(month.key, month.period),
        )

    def _figure(self, place: Place, value: FigureValue, anchor: str) -> Figure:
        display = telling.printed(value, style=place.style, words=place.words)
        is_told = display is not None
        return Figure(
            key=value.key,
            period=self.period.label,
            name=value.name,
            unit=value.unit,
            display=display,
            value=value.value if is_told else None,
            numerator=value.numerator if is_told else None,
            denominator=value.denominator if is_told else None,
            as_of=self.as_of,
            source=SOURCES[value.source] if is_told else "missing",
            anchor=anchor,
        )


def _words(period: Period, city: str) -> dict[str, str]:
    is_year = len(period.label) == _YEAR_CHARACTERS
    return {
        "city": city,
        "period": f"{period.label}年度" if is_year else words.period(period.label),
        "span": "全年" if is_year else "期内",
        "next": f"{period.year + 1}年" if is_year else "下一步",
    }


def _completeness(sources: Iterable[Source]) -> Completeness:
    counted = Counter(sources)
    return Completeness(counted["computed"], counted["declared"], counted["missing"])
