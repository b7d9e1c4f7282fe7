from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenming.engines.metrics import prose


@pytest.mark.parametrize(
    ("value", "style", "text"),
    [
        (34715, "plain", "34715"),
        (90_345, "余", "9万余"),
        (90_000, "余", "9万"),
        (85_432, "余", "8.5万余"),
        (1_077_305, "余", "107.7万余"),
        (1_077_999, "余", "107.7万余"),
        (99_999, "余", "9.9万余"),
        (23, "余", "20余"),
        (20, "余", "20"),
        (638, "余", "630余"),
        (9_999, "余", "9900余"),
        (7, "余", "7"),
        (0, "余", "0"),
        (932_000, "万", "93.2万"),
        (931_950, "万", "93.2万"),
        (9_999, "万", "9999"),
        (2_000_000, "万", "200万"),
    ],
)
def test_write(value: int, style: str, text: str) -> None:
    assert prose.write(Fraction(value), style=style) == text


def test_write_a_missing_value_and_a_rate() -> None:
    assert prose.write(None, style="余") == "—"
    assert prose.write(Fraction(1, 2), display="50.00%") == "50.00%"
    for style in ("余", "万"):
        with pytest.raises(ValueError, match="cannot be written"):
            prose.write(Fraction(1, 2), style=style, display="50.00%")
    with pytest.raises(ValueError, match="style is one of"):
        prose.write(Fraction(1), style="约")


@given(st.integers(0, 10**9))
def test_write_a_floor_never_promises_more_than_there_is(value: int) -> None:
    text = prose.write(Fraction(value), style="余")
    number = text.removesuffix("余")
    floor = Fraction(number.removesuffix("万")) * (10_000 if number.endswith("万") else 1)
    if text.endswith("余"):
        assert floor < value < floor * 2
    else:
        assert floor == value
