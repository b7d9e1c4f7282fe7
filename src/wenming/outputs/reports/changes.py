"""From the period before and the same one a year ago to now, as offices write it."""

from fractions import Fraction
from typing import Final

from wenming.engines.metrics.numbers import exact_text, fixed
from wenming.engines.metrics.values import FigureValue
from wenming.kernel.ui.numbers import DASH

DECIMALS: Final = 2
SAME: Final = "持平"


def change(now: FigureValue, base: FigureValue) -> Fraction | None:
    """Rates differ by their difference, everything else by its share of the base; None over an absent base or nought."""
    if now.exact is None or base.exact is None:
        return None
    if now.unit == "%":
        return now.exact - base.exact
    return (now.exact - base.exact) / base.exact if base.exact else None


def in_full(found: Fraction | None) -> str | None:
    """As the manifest keeps it: a fraction of one, whatever is printed."""
    return exact_text(found)


def in_words(found: Fraction | None, *, unit: str) -> str:
    """增长12.35%, 上升1.20个百分点, 持平, or a dash."""
    size = _size(found)
    if found is None or size is None:
        return DASH if found is None else SAME
    up = "上升" if unit == "%" else "增长"
    return f"{up if found > 0 else '下降'}{size}{_of(unit)}"


def in_table(found: Fraction | None, *, unit: str) -> str:
    """+12.35%, -1.20个百分点, 持平, or a dash."""
    size = _size(found)
    if found is None or size is None:
        return DASH if found is None else SAME
    return f"{'+' if found > 0 else '-'}{size}{_of(unit)}"


def _of(unit: str) -> str:
    return "个百分点" if unit == "%" else "%"


def _size(found: Fraction | None) -> str | None:
    """None where nothing is left of it after rounding."""
    if found is None:
        return None
    text = fixed(abs(found) * 100, DECIMALS)
    return text if text.strip("0.") else None
