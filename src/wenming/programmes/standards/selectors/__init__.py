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
from wenming.programmes.standards.selectors.diffs import (
    Diff,
    catalogue_diff,
    is_as_published,
    standard_diff,
)
from wenming.programmes.standards.selectors.duties import (
    Answer,
    Answers,
    Duties,
    Duty,
    duties_of,
    responsibility_history,
    who_answers,
)
from wenming.programmes.standards.selectors.matrix import (
    Gaps,
    Matrix,
    MatrixFilters,
    gap_counts,
    matrix_groups,
    matrix_points_count,
    responsibility_matrix,
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
    "Answer",
    "Answers",
    "Diff",
    "Duties",
    "Duty",
    "Gaps",
    "Matrix",
    "MatrixFilters",
    "TypeBook",
    "catalogue_diff",
    "catalogues",
    "criteria",
    "criteria_by_code",
    "criterion_for",
    "current_catalogue",
    "current_standard",
    "duties_of",
    "find_catalogue",
    "find_standard",
    "gap_counts",
    "is_as_published",
    "matrix_groups",
    "matrix_points_count",
    "next_local_code",
    "problem_types",
    "responsibility_history",
    "responsibility_matrix",
    "standard_diff",
    "standards",
    "type_for",
    "types_by_code",
    "who_answers",
]
