"""A report's outline with its figures in place, and how complete each part of it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from wenming.engines.metrics.values import FigureValue
from wenming.kernel.periods import Period
from wenming.outputs.reports.areas import Area
from wenming.outputs.reports.paper.blocks import Figure
from wenming.outputs.reports.spans import Reading


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
    """A figure at one place: as it is printed, and what is known of its key in the report's own period."""

    figure: Figure
    value: FigureValue


Run = str | Placed


@dataclass(frozen=True, slots=True)
class Grid:
    """Figures in rows and columns; the first column of `header` names the rows. `is_drawn` has a chart over it."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Placed, ...]], ...]
    is_drawn: bool
    foot: str = ""

    def placed(self) -> Iterator[Placed]:
        for _label, cells in self.rows:
            yield from cells


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text, or a grid whose title the runs are."""

    runs: tuple[Run, ...]
    is_heading: bool
    grid: Grid | None = None


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

    def in_grids(self) -> Iterator[Placed]:
        for paragraph in self.paragraphs:
            if paragraph.grid is not None:
                yield from paragraph.grid.placed()


@dataclass(frozen=True, slots=True)
class Outline:
    """`at` is the moment of knowledge that the figures are given for; `reading` says what was asked.

    `template` is the name of the outline that comes with the system.
    """

    template: str
    area: Area
    title: str
    sections: tuple[Section, ...]
    completeness: Completeness
    at: datetime
    reading: Reading

    @property
    def period(self) -> Period:
        return self.reading.period

    @property
    def cutoff(self) -> datetime | None:
        return self.reading.cutoff

    def placed(self) -> Iterator[Placed]:
        """What the text tells."""
        for section in self.sections:
            yield from section.placed()

    def in_grids(self) -> Iterator[Placed]:
        """What charts and tables hold."""
        for section in self.sections:
            yield from section.in_grids()

    def missing(self) -> tuple[FigureValue, ...]:
        """Each figure without evidence once, in reading order."""
        found = {one.figure.key: one.value for one in self.placed() if one.figure.source == "missing"}
        return tuple(found.values())

    def figures(self) -> tuple[Figure, ...]:
        """What the text tells, then what charts and tables hold."""
        return tuple(one.figure for one in (*self.placed(), *self.in_grids()))
