import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenming.kernel.regions import COLUMNS, RegionLevel, columns_of, cut, level_of

VILLAGES = st.integers(110101001001, 659999999999)


@pytest.mark.parametrize(
    ("code", "level"),
    [
        (340000000000, RegionLevel.PROVINCE),
        (349900000000, RegionLevel.CITY),
        (349901000000, RegionLevel.COUNTY),
        (349901001000, RegionLevel.TOWN),
        (349901001001, RegionLevel.VILLAGE),
    ],
)
def test_level_of_counts_the_zeros(code: int, level: RegionLevel) -> None:
    assert level_of(code) is level


@pytest.mark.parametrize("code", [0, 34, -349901000000, 10**11 - 1, 10**12])
def test_level_of_refuses_what_has_not_twelve_digits(code: int) -> None:
    with pytest.raises(ValueError, match="12-digit"):
        level_of(code)


@given(VILLAGES, st.sampled_from(RegionLevel))
def test_cut_keeps_the_leading_digits(code: int, level: RegionLevel) -> None:
    digits = {1: 2, 2: 4, 3: 6, 4: 9, 5: 12}[level]
    assert str(cut(code, level)) == str(code)[:digits].ljust(12, "0")


@given(VILLAGES)
def test_columns_of_is_empty_below_its_own_level(code: int) -> None:
    for level in RegionLevel:
        place = cut(code, level)
        columns = columns_of(place)
        for each, column in COLUMNS.items():
            assert columns[column] == (cut(place, each) if each <= level_of(place) else None)


def test_columns_of_no_place() -> None:
    assert columns_of(None) == {"city_code": None, "county_code": None, "town_code": None, "village_code": None}
