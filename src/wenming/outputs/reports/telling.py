"""How a figure is told at its place in a report: its number, its words, or nothing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from wenming.engines.metrics import selectors as metrics
from wenming.engines.metrics.evaluation import Cell
from wenming.engines.metrics.values import FigureValue, Source
from wenming.kernel.periods import Period, year_month
from wenming.kernel.ui import numbers
from wenming.outputs.reports.spans import Reading, Span

MONTHS_MAX: Final = 12
LEVEL_DIMENSIONS: Final = {3: "county", 4: "town"}


@dataclass(frozen=True, slots=True)
class Part:
    """A figure of one month or of one region; `display` is None where it is hidden."""

    key: str
    span: Span
    display: str | None
    value: str | None
    numerator: int | None
    denominator: int | None


def tell(reading: Reading, keys: Collection[str], *, period: Period | None = None) -> dict[str, FigureValue]:
    """The figures by key, without evidence, in the report's own period or in another.

    What was declared was declared of the whole city: in a region nothing is known of it.
    """
    asked = reading.of(Span(period or reading.period, reading.region))
    found = metrics.figures(keys=keys, as_of=reading.as_of, **asked)
    if reading.region is not None:
        found = [_unknown(value) if value.source == Source.DECLARED else value for value in found]
    return {value.key: value for value in found}


def printed(value: FigureValue, *, style: str, words: str) -> str | None:
    """What the paper says, None where it can say nothing.

    A claim without a number says its words only while its value is 1; a rate over nothing is not told as a dash.
    """
    if value.source == "missing" or value.exact is None:
        return None
    if value.named.is_universal:
        return words if value.exact == 1 else None
    return value.prose(style)


def months(keys: Sequence[str], reading: Reading, *, at: datetime) -> list[Sequence[Part]]:
    """For each key a count by the months of a period that had begun; one statement for them all.

    Empty for one month and for more than a year.
    """
    period = reading.period
    cutoff = reading.cutoff_of(period)
    last = min(year_month(period.end) - 1, year_month(at if cutoff is None else min(at, cutoff)))
    labels = [
        f"{ym // 100}-{ym % 100:02}" for ym in range(year_month(period.start), last + 1) if 1 <= ym % 100 <= MONTHS_MAX
    ]
    if not 1 < len(labels) <= MONTHS_MAX:
        return [() for _key in keys]
    cells = _cells(keys, "ym", reading, at)
    spans = {int(label.replace("-", "")): Span(Period.parse(label), reading.region) for label in labels}
    return [[_part(key, span, cells[key].get(ym)) for ym, span in spans.items()] for key in keys]


def regions(
    keys: Sequence[str], reading: Reading, *, at: datetime, level: int, codes: Sequence[int], rates: Collection[str]
) -> list[Sequence[Part]]:
    """For each key its figure by the regions right below the report's own; one statement for them all.

    Where a region has no rows a count is nought, and one of `rates` is not told.
    """
    cells = _cells(keys, LEVEL_DIMENSIONS[level], reading, at)
    return [
        [
            _part(
                key,
                Span(reading.period, code),
                cells[key].get(code),
                nothing=numbers.DASH if key in rates else "0",
            )
            for code in codes
        ]
        for key in keys
    ]


def _cells(keys: Sequence[str], by: str, reading: Reading, at: datetime) -> dict[str, dict[int | None, Cell]]:
    asked = reading.of(Span(reading.period, reading.region))
    measured = metrics.measures(keys, by=(by,), as_of=at, **asked)
    return {key: {cell.by[by]: cell for cell in measured[key].rows} for key in keys}


def month_words(label: str) -> str:
    """3月 of 2024-03."""
    return f"{int(label[:7][-2:])}月"


def _part(key: str, span: Span, cell: Cell | None, *, nothing: str = "0") -> Part:
    if cell is None:
        is_counted = nothing == "0"
        return Part(key, span, nothing, nothing if is_counted else None, 0, None if is_counted else 0)
    if cell.is_hidden:
        return Part(key, span, None, None, None, None)
    return Part(key, span, cell.display, cell.value, cell.numerator, cell.denominator)


def _unknown(value: FigureValue) -> FigureValue:
    return replace(value, source=Source.MISSING, exact=None, display=numbers.DASH, declaration=None)
