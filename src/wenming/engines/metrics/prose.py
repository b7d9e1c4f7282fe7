"""Figures as Chinese prose writes them: in full (plain), as an honest floor (余), or in 万.

余 promises that the truth is a little more and never less than what is written: 90,345 → 9万余, 1,077,305 → 107.7万余,
23 → 20余. What is exactly round is written without 余, since nothing is left over.
"""

from fractions import Fraction
from typing import Final

from wenming.engines.metrics import numbers

STYLES: Final = ("plain", "余", "万")
WAN: Final = 10_000
_TENTH_OF_WAN: Final = WAN // 10


def write(value: Fraction | None, *, style: str = "plain", display: str = "") -> str:
    """The figure without its unit. `display` is what plain prints; a rate is only ever plain.

    Raises ValueError for an unknown style, and for 余 or 万 of a rate or of a value below nought.
    """
    if style not in STYLES:
        raise ValueError(f"style is one of {', '.join(STYLES)}")
    if value is None:
        return numbers.DASH
    if style == "plain":
        return display or (numbers.exact_text(value) or "")
    if display.endswith("%") or value < 0:
        raise ValueError(f"{display or value} cannot be written with {style}")
    return _floor(value) if style == "余" else _wan(value)


def _floor(value: Fraction) -> str:
    if value >= WAN:
        tenths = (value / _TENTH_OF_WAN).__floor__()
        return _in_wan(tenths) + ("余" if value > tenths * _TENTH_OF_WAN else "")
    whole = value.__floor__()
    if whole < 10:
        return numbers.exact_text(value) or ""
    # Two leading digits are kept, one where there are only two: 638 → 630余, 23 → 20余.
    step = 10 ** max(len(str(whole)) - 2, 1)
    floor = whole // step * step
    return f"{floor}余" if value > floor else f"{floor}"


def _wan(value: Fraction) -> str:
    if value < WAN:
        return numbers.exact_text(value) or ""
    return _in_wan(int(numbers.fixed(value / _TENTH_OF_WAN, 0)))


def _in_wan(tenths: int) -> str:
    whole, tenth = divmod(tenths, 10)
    return f"{whole}.{tenth}万" if tenth else f"{whole}万"
