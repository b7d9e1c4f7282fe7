"""From exact fractions to text: one rounding, at the end, on the exact value."""

from fractions import Fraction
from typing import Final

SIGNIFICANT_DIGITS: Final = 12
DASH: Final = "—"


def exact_text(value: Fraction | None) -> str | None:
    """Integers and short decimals in full, anything longer to SIGNIFICANT_DIGITS significant digits, half up.

    "34715", "1077305.5", "0.936252340487".
    """
    if value is None:
        return None
    places = 0
    size = abs(value)
    while size and size < Fraction(1, 10):
        size, places = size * 10, places + 1
    whole_digits = len(str(int(size))) if size >= 1 else 0
    text = fixed(value, max(places + SIGNIFICANT_DIGITS - whole_digits, 0))
    return text.rstrip("0").rstrip(".") if "." in text else text


def fixed(value: Fraction, decimals: int, rounding: str = "half_up") -> str:
    """With exactly `decimals` decimals. Halves go away from nought, floor goes down."""
    scaled = value * 10**decimals
    units = scaled.__floor__() if rounding == "floor" else _half_up(scaled)
    sign, digits = ("-" if units < 0 else ""), str(abs(units)).rjust(decimals + 1, "0")
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"


def display(value: Fraction | None, *, unit: str, decimals: int, rounding: str = "half_up") -> str:
    """As a report prints it: a rate with its sign ("93.63%"), anything else without its unit."""
    if value is None:
        return DASH
    return f"{fixed(value * 100, decimals, rounding)}%" if unit == "%" else fixed(value, decimals, rounding)


def _half_up(value: Fraction) -> int:
    rounded = (abs(value) + Fraction(1, 2)).__floor__()
    return rounded if value >= 0 else -rounded
