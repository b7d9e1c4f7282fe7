"""How a figure is told at its place in a report: its number, its words, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from wenming.engines.metrics import selectors as metrics
from wenming.engines.metrics.values import FigureValue
from wenming.kernel.periods import Period, year_month

MONTHS_MAX: Final = 12


@dataclass(frozen=True, slots=True)
class Month:
    """A count of one month; None where it is hidden."""

    key: str
    period: str
    count: int | None


def tell(*, period: Period, as_of: datetime | None, cutoff: datetime | None) -> dict[str, FigureValue]:
    """Every named figure by key, without evidence."""
    return {value.key: value for value in metrics.figures(period=period, as_of=as_of, cutoff=cutoff)}


def printed(value: FigureValue, *, style: str, words: str) -> str | None:
    """What the paper says, None where it can say nothing.

    A claim without a number says its words only while its value is 1; a rate over nothing is not told as a dash.
    """
    if value.source == "missing" or value.exact is None:
        return None
    if value.named.is_universal:
        return words if value.exact == 1 else None
    return value.prose(style)


def months(key: str, *, period: Period, as_of: datetime, cutoff: datetime | None) -> Sequence[Month]:
    """A count by the months of a period that had begun; one statement. Empty for one month and for more than a year."""
    last = min(year_month(period.end) - 1, year_month(as_of if cutoff is None else min(as_of, cutoff)))
    labels = [
        f"{ym // 100}-{ym % 100:02}" for ym in range(year_month(period.start), last + 1) if 1 <= ym % 100 <= MONTHS_MAX
    ]
    if not 1 < len(labels) <= MONTHS_MAX:
        return ()
    measured = metrics.measure(key, period=period, by=("ym",), as_of=as_of, cutoff=cutoff)
    told = {int(cell.by["ym"]): None if cell.is_hidden else cell.numerator for cell in measured.rows}
    return [Month(key, label, told.get(int(label.replace("-", "")), 0)) for label in labels]


def month_words(label: str) -> str:
    """3月 of 2024-03."""
    return f"{int(label[-2:])}月"
