"""Verbs. Importing writes into a draft alone; publishing seals it."""

from wenming.programmes.standards.services.import_criteria import import_criteria, preview_criteria
from wenming.programmes.standards.services.import_rules import import_field_rules, preview_field_rules
from wenming.programmes.standards.services.import_types import import_problem_types, preview_problem_types
from wenming.programmes.standards.services.publishing import publish_catalogue, publish_standard
from wenming.programmes.standards.services.responsibility import (
    Assignment,
    assign_responsibilities,
    assign_responsibility,
    withdraw_responsibility,
)
from wenming.programmes.standards.services.starter import Starter, load_starter
from wenming.programmes.standards.services.types import (
    TypeValues,
    add_type,
    bring_back_type,
    change_type,
    default_department,
    discard_catalogue,
    restore_catalogue,
    retire_type,
)
from wenming.programmes.standards.services.units import link_leads
from wenming.programmes.standards.services.versions import draft_catalogue, draft_standard

__all__ = [
    "Assignment",
    "Starter",
    "TypeValues",
    "add_type",
    "assign_responsibilities",
    "assign_responsibility",
    "bring_back_type",
    "change_type",
    "default_department",
    "discard_catalogue",
    "draft_catalogue",
    "draft_standard",
    "import_criteria",
    "import_field_rules",
    "import_problem_types",
    "link_leads",
    "load_starter",
    "preview_criteria",
    "preview_field_rules",
    "preview_problem_types",
    "publish_catalogue",
    "publish_standard",
    "restore_catalogue",
    "retire_type",
    "withdraw_responsibility",
]
