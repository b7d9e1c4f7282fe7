"""From a workbook's bytes to plain rows of text: knows tables and headings, and nothing of the database."""

from wenming.programmes.standards.reading.columns import CRITERIA, FIELD_RULES, PROBLEM_TYPES, Sheet
from wenming.programmes.standards.reading.tables import Line, Table, read_table

__all__ = ["CRITERIA", "FIELD_RULES", "PROBLEM_TYPES", "Line", "Sheet", "Table", "read_table"]
