"""Numbers as Chinese readers expect them. A missing value is a dash, never a nought."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

Number = int | float | Decimal | Fraction | str
DASH = "—"


def _decimal(value: Number) -> Decimal:
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    return Decimal(str(value))


def rounded(value: Number, places: int) -> Decimal:
    """Half up, as tables are checked by hand; Python's own rounding goes to the even digit."""
    return _decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def thousands(value: Number | None, places: int | None = None) -> str:
    """2611 → "2,611". With `places` the decimals are fixed, without it they are kept as they come."""
    if value is None or value == "":
        return DASH
    return f"{_decimal(value) if places is None else rounded(value, places):,}"


def percent(ratio: Number | None, places: int = 2) -> str:
    """A ratio between 0 and 1: 0.9174 → "91.74%"."""
    if ratio is None or ratio == "":
        return DASH
    return f"{rounded(_decimal(ratio) * 100, places)}%"


def fen_as_yuan(fen: int | None) -> str:
    """Whole fen → "1,234.56 元"."""
    if fen is None:
        return DASH
    return _("{amount} 元").format(amount=f"{Decimal(fen) / 100:,.2f}")


def share(part: Number | None, whole: Number | None) -> int:
    """How long a bar is, 0–100. A part that is not nothing is at least one step long, so that it can be seen."""
    if not part or not whole:
        return 0
    exact = _decimal(part) * 100 / _decimal(whole)
    return max(1, min(100, int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))))
