"""Twelve-digit division codes (GB/T 2260 and the statistical codes of towns and villages below them)."""

from enum import IntEnum
from typing import Final

# How many of the twelve digits each level uses, province to village.
_DIGITS: Final = (2, 4, 6, 9, 12)


class RegionLevel(IntEnum):
    PROVINCE = 1
    CITY = 2
    COUNTY = 3
    TOWN = 4
    VILLAGE = 5


# The column that a filed thing carries for each level.
COLUMNS: Final = {
    RegionLevel.CITY: "city_code",
    RegionLevel.COUNTY: "county_code",
    RegionLevel.TOWN: "town_code",
    RegionLevel.VILLAGE: "village_code",
}


def cut(code: int, level: RegionLevel) -> int:
    """The code of the region of `level` that holds `code`: its leading digits, then zeros."""
    unit: int = 10 ** (12 - _DIGITS[level - 1])
    return code - code % unit


def level_of(code: int) -> RegionLevel:
    """The level of a code by its trailing zeros. Raises ValueError for what is no 12-digit code."""
    if not 10**11 <= code < 10**12:
        raise ValueError(f"not a 12-digit code: {code}")
    return next(level for level in RegionLevel if cut(code, level) == code)


def columns_of(code: int | None) -> dict[str, int | None]:
    """`city_code` … `village_code` of a place: None below its own level, and everywhere for no place."""
    if code is None:
        return dict.fromkeys(COLUMNS.values())
    own = level_of(code)
    return {column: cut(code, level) if level <= own else None for level, column in COLUMNS.items()}
