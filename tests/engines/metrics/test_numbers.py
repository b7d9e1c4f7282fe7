from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenming.engines.metrics import numbers


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(34715), "34715"),
        (Fraction(107_730_550, 100), "1077305.5"),
        (Fraction(32502, 34715), "0.936252340487"),
        (Fraction(1), "1"),
        (Fraction(0), "0"),
        (Fraction(1, 3000), "0.000333333333333"),
        (Fraction(-1, 3), "-0.333333333333"),
        (Fraction(10**15), "1000000000000000"),
        (None, None),
    ],
)
def test_exact_text(value: Fraction | None, text: str | None) -> None:
    assert numbers.exact_text(value) == text


@pytest.mark.parametrize(
    ("value", "decimals", "rounding", "text"),
    [
        (Fraction(5, 1000), 2, "half_up", "0.01"),
        (Fraction(5, 1000), 2, "floor", "0.00"),
        (Fraction(-5, 2), 0, "half_up", "-3"),
        (Fraction(-5, 2), 0, "floor", "-3"),
        (Fraction(999_999, 1000), 2, "half_up", "1000.00"),
        (Fraction(7), 0, "half_up", "7"),
    ],
)
def test_fixed(value: Fraction, decimals: int, rounding: str, text: str) -> None:
    assert numbers.fixed(value, decimals, rounding) == text


@given(st.integers(0, 10**7), st.integers(1, 10**7), st.integers(0, 6))
def test_fixed_is_within_half_a_step(numerator: int, denominator: int, decimals: int) -> None:
    value, step = Fraction(numerator, denominator), Fraction(1, 10**decimals)
    rounded = Fraction(numbers.fixed(value, decimals))
    assert value - step / 2 < rounded <= value + step / 2


def test_display_rounds_a_rate_once() -> None:
    # 0.936349…: rounded to four places first it would print 93.64 with two decimals after a second rounding.
    assert numbers.display(Fraction(936_3496, 10_000_000), unit="%", decimals=2) == "93.63%"
    assert numbers.display(Fraction(12), unit="个", decimals=0) == "12"
    assert numbers.display(None, unit="%", decimals=2) == "—"
