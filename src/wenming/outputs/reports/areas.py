"""Whose report it is: the city's, or that of a county, a street or a town in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.conf import settings

from wenming.foundation.people import selectors as people
from wenming.foundation.people.enums import UnitKind
from wenming.foundation.places import selectors as places
from wenming.kernel.regions import RegionLevel, level_of
from wenming.outputs.reports.errors import NoSuchRegion
from wenming.outputs.reports.models import WHOLE_CITY

LEVELS: Final = (RegionLevel.COUNTY, RegionLevel.TOWN)
PARTS_HEADS: Final = {RegionLevel.COUNTY: "县（市、区）", RegionLevel.TOWN: "街道（乡镇）"}
PARTS_MAX: Final = 60
CHOICES_MAX: Final = 1_000
_UNITS: Final = {
    RegionLevel.COUNTY: (UnitKind.COUNTY_OFFICE,),
    RegionLevel.TOWN: (UnitKind.STREET, UnitKind.TOWN),
}


@dataclass(frozen=True, slots=True)
class Area:
    """`code` is None for the whole city; `issuer` signs the paper."""

    code: int | None
    name: str
    issuer: str

    @property
    def parts_level(self) -> RegionLevel | None:
        """What it is divided into; nothing below a street."""
        if self.code is None:
            return RegionLevel.COUNTY
        return RegionLevel.TOWN if level_of(self.code) == RegionLevel.COUNTY else None


def area(code: int | None) -> Area:
    """No query for the city, two for a region in it. Raises NoSuchRegion."""
    if code is None:
        return Area(None, settings.CITY_NAME, f"{settings.CITY_NAME}文明办")
    region = places.regions().filter(code=code, level__in=LEVELS).first()
    if region is None:
        raise NoSuchRegion(text=code)
    units = people.units().filter(region_code=code, kind__in=_UNITS[RegionLevel(region.level)])
    name = units.values_list("name", flat=True).first()
    return Area(region.code, region.name, name or f"{region.name}文明办")


def find(text: str) -> int | None:
    """The code that a person means by a code or a name; None for nothing said. Raises NoSuchRegion."""
    wanted = text.strip()
    if not wanted:
        return None
    known = places.regions().filter(level__in=LEVELS)
    named = known.filter(code=int(wanted)) if _is_code(wanted) else known.filter(name=wanted)
    found = list(named.values_list("code", flat=True)[:2])
    # Two streets of one name in two counties are told apart by their code.
    if len(found) != 1:
        raise NoSuchRegion(text=wanted)
    return found[0]


def known(codes: Iterable[int]) -> set[int]:
    """Those of `codes` that a report can be about; one query where any is asked."""
    asked = set(codes)
    return (
        set(places.regions().filter(level__in=LEVELS, code__in=asked).values_list("code", flat=True))
        if asked
        else set()
    )


def names_of(codes: Iterable[int]) -> dict[int, str]:
    """Names by code for rows of issues and editions; the whole city has its own."""
    return {WHOLE_CITY: settings.CITY_NAME} | places.region_names([code for code in codes if code != WHOLE_CITY])


def choices() -> list[tuple[int, str]]:
    """Counties and the streets in them for a field of choice: code and name, those of streets set in; one query."""
    known = places.regions().filter(level__in=LEVELS).values_list("code", "name", "level")
    return [(code, f"　{name}" if level == RegionLevel.TOWN else name) for code, name, level in known[:CHOICES_MAX]]


def parts(area_: Area) -> list[tuple[int, str]]:
    """The regions right below, by code; one query, none for a street."""
    if area_.parts_level is None:
        return []
    known = places.regions().filter(level=area_.parts_level)
    if area_.code is not None:
        known = known.filter(parent_code=area_.code)
    return list(known.values_list("code", "name")[:PARTS_MAX])


def _is_code(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) == 12
