"""The content of a version as plain values: what is hashed when it is published, and compared between versions.

Which registered unit a name belongs to is no part of it: units are registered and renamed after the fact.
"""

import hashlib
import json
from typing import Any

from wenming.programmes.standards.models import Criterion, FieldRule, ProblemCatalogue, ProblemType, Standard

Fields = dict[str, Any]
Content = dict[str, Fields]
"""Key of a row ("criterion 01-01-01") → its fields."""

CRITERION_FIELDS = ("text", "method", "effect", "marks_hundredths", "lead_name", "helper_names")
RULE_FIELDS = (
    "rule",
    "full_marks_hundredths",
    "cutoffs",
    "evidence",
    "lead_name",
    "is_territory_answerable",
)
TYPE_FIELDS = (
    "category_code",
    "category",
    "name",
    "filing_condition",
    "limit_value",
    "limit_unit",
    "close_condition",
    "lead_name",
)


def criteria_of(standard: Standard) -> Content:
    rows = Criterion.objects.filter(standard=standard).order_by("position", "pk")
    return {
        row["code"]: {"parent": row["parent__code"] or "", **{name: row[name] for name in CRITERION_FIELDS}}
        for row in rows.values("code", "parent__code", *CRITERION_FIELDS)
    }


def rules_of(standard: Standard) -> Content:
    rows = FieldRule.objects.filter(point_type__standard=standard).order_by("point_type__position", "position", "pk")
    return {
        f"{row['point_type__key']} {row['item']}": {
            "criterion": row["criterion__code"] or "",
            **{name: row[name] for name in RULE_FIELDS},
        }
        for row in rows.values("point_type__key", "item", "criterion__code", *RULE_FIELDS)
    }


def types_of(catalogue: ProblemCatalogue) -> Content:
    rows = ProblemType.objects.filter(catalogue=catalogue).order_by("position", "pk")
    return {row["code"]: {name: row[name] for name in TYPE_FIELDS} for row in rows.values("code", *TYPE_FIELDS)}


def fingerprint(*contents: Content) -> tuple[int, str]:
    """How many rows, and the SHA-256 of all of them in their order."""
    digest = hashlib.sha256()
    rows = 0
    for content in contents:
        for key, fields in content.items():
            line = json.dumps([key, fields], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            digest.update(line.encode() + b"\n")
            rows += 1
    return rows, digest.hexdigest()


def fingerprint_of_standard(standard: Standard) -> tuple[int, str]:
    return fingerprint(criteria_of(standard), rules_of(standard))


def fingerprint_of_catalogue(catalogue: ProblemCatalogue) -> tuple[int, str]:
    return fingerprint(types_of(catalogue))
