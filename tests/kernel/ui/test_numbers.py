from decimal import Decimal
from fractions import Fraction

import pytest

from wenming.kernel.ui import numbers


@pytest.mark.parametrize(
    ("ratio", "places", "text"),
    [
        (Fraction(911, 972), 2, "93.72%"),
        (Fraction(2611, 2846), 2, "91.74%"),
        (Fraction(9, 16), 2, "56.25%"),
        (Decimal("0.125"), 0, "13%"),
        (0.9745, 1, "97.5%"),
        (1, 2, "100.00%"),
        (0, 2, "0.00%"),
        (None, 2, "—"),
    ],
)
def test_percent_rounds_half_up(ratio: numbers.Number | None, places: int, text: str) -> None:
    assert numbers.percent(ratio, places) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(2611, "2,611"), (0, "0"), (-31462, "-31,462"), (Decimal("1234.50"), "1,234.50"), (None, "—"), ("", "—")],
)
def test_thousands_groups_and_dashes(value: numbers.Number | None, text: str) -> None:
    assert numbers.thousands(value) == text


@pytest.mark.parametrize(
    ("fen", "text"), [(123456, "1,234.56 元"), (5, "0.05 元"), (0, "0.00 元"), (-250, "-2.50 元"), (None, "—")]
)
def test_fen_as_yuan_keeps_every_fen(fen: int | None, text: str) -> None:
    assert numbers.fen_as_yuan(fen) == text


@pytest.mark.parametrize(
    ("part", "whole", "width"),
    [(9, 11, 82), (11, 11, 100), (0, 11, 0), (1, 100000, 1), (12, 11, 100), (None, 11, 0), (3, 0, 0)],
)
def test_share_stays_between_nothing_and_all(part: int | None, whole: int, width: int) -> None:
    assert numbers.share(part, whole) == width
