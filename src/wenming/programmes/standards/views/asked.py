"""What the address asks for. A value that makes no sense narrows nothing."""

from django.http import QueryDict

from wenming.kernel.regions import RegionLevel, level_of
from wenming.programmes.standards.errors import NoCatalogue, NoStandard
from wenming.programmes.standards.models import ProblemCatalogue, Standard
from wenming.programmes.standards.selectors import (
    MatrixFilters,
    catalogues,
    current_catalogue,
    current_standard,
    standards,
)

TEXT_CHARACTERS_MAX = 60


def number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def text(query: QueryDict, name: str) -> str:
    return query.get(name, "").strip()[:TEXT_CHARACTERS_MAX]


def region_code(query: QueryDict) -> int | None:
    for name in ("town", "county"):
        value = query.get(name, "")
        if len(value) == 12 and value.isascii() and value.isdecimal() and value[0] != "0":
            code = int(value)
            return code if level_of(code) >= RegionLevel.CITY else None
    return None


def standard(query: QueryDict) -> Standard | None:
    """The version in the address, else the one in force; None before any was published."""
    pk = number(query.get("version", ""))
    found = standards().filter(pk=pk).first() if pk is not None else None
    if found is not None:
        return found
    try:
        return current_standard()
    except NoStandard:
        return None


def catalogue(query: QueryDict) -> ProblemCatalogue | None:
    pk = number(query.get("version", ""))
    found = catalogues().filter(pk=pk).first() if pk is not None else None
    if found is not None:
        return found
    try:
        return current_catalogue()
    except NoCatalogue:
        return None


def matrix_filters(query: QueryDict) -> MatrixFilters:
    return MatrixFilters(
        type_key=text(query, "type"),
        region_code=region_code(query),
        unit_id=number(query.get("unit", "")),
        project_code=text(query, "project"),
        is_gaps_only=query.get("gaps") == "1",
    )
