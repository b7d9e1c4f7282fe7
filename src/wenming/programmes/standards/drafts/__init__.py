"""From lines of text to checked values: every cell is read by one small function that says what is wrong with it."""

from wenming.programmes.standards.drafts.criteria import CriterionDraft, read_criteria
from wenming.programmes.standards.drafts.field_rules import FieldRuleDraft, read_field_rules
from wenming.programmes.standards.drafts.problem_types import ProblemTypeDraft, read_problem_types
from wenming.programmes.standards.drafts.words import Reading

__all__ = [
    "CriterionDraft",
    "FieldRuleDraft",
    "ProblemTypeDraft",
    "Reading",
    "read_criteria",
    "read_field_rules",
    "read_problem_types",
]
