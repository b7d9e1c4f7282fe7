"""Reads. Standards and catalogues are no secret among staff; residents meet the names of types alone."""

from wenming.programmes.standards.selectors.catalogues import (
    TypeBook,
    catalogues,
    current_catalogue,
    find_catalogue,
    next_local_code,
    problem_types,
    type_for,
    types_by_code,
)
from wenming.programmes.standards.selectors.standards import (
    criteria,
    criteria_by_code,
    criterion_for,
    current_standard,
    find_standard,
    standards,
)

__all__ = [
    "TypeBook",
    "catalogues",
    "criteria",
    "criteria_by_code",
    "criterion_for",
    "current_catalogue",
    "current_standard",
    "find_catalogue",
    "find_standard",
    "next_local_code",
    "problem_types",
    "standards",
    "type_for",
    "types_by_code",
]
