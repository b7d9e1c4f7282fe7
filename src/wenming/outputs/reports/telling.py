"""How a figure is told at its place in a report: its number, its words, or nothing."""

from datetime import datetime

from wenming.engines.metrics import selectors as metrics
from wenming.engines.metrics.values import FigureValue
from wenming.kernel.periods import Period


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
