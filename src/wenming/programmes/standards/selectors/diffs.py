"""What changed between two versions, row by row and field by field; and whether a published one still is what it was."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from wenming.programmes.standards import content
from wenming.programmes.standards.content import Content
from wenming.programmes.standards.models import ProblemCatalogue, Publication, Standard

FIELD_LABELS = {
    "parent": _("上级"),
    "text": _("条文"),
    "method": _("测评方法"),
    "effect": _("作用"),
    "marks_hundredths": _("分值"),
    "lead_name": _("责任单位"),
    "helper_names": _("配合单位"),
    "criterion": _("对应标准"),
    "rule": _("判分方式"),
    "full_marks_hundredths": _("满分"),
    "cutoffs": _("档次"),
    "evidence": _("取证方式"),
    "is_territory_answerable": _("属地负责"),
    "category_code": _("大类编码"),
    "category": _("大类"),
    "name": _("小类"),
    "filing_condition": _("立案条件"),
    "limit_value": _("处置时限"),
    "limit_unit": _("时限单位"),
    "close_condition": _("结案条件"),
}


@dataclass(frozen=True, slots=True)
class Change:
    name: str
    before: Any
    after: Any

    @property
    def label(self) -> Any:
        return FIELD_LABELS[self.name]


@dataclass(frozen=True, slots=True)
class RowDiff:
    """`kind` is added, removed or changed."""

    key: str
    kind: str
    title: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Diff:
    added: tuple[RowDiff, ...]
    removed: tuple[RowDiff, ...]
    changed: tuple[RowDiff, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.removed or self.changed)

    @property
    def rows(self) -> tuple[RowDiff, ...]:
        return self.changed + self.added + self.removed


def standard_diff(before: Standard, after: Standard) -> Diff:
    criteria = _diff(content.criteria_of(before), content.criteria_of(after), title="text")
    rules = _diff(content.rules_of(before), content.rules_of(after), title="")
    return Diff(criteria.added + rules.added, criteria.removed + rules.removed, criteria.changed + rules.changed)


def catalogue_diff(before: ProblemCatalogue, after: ProblemCatalogue) -> Diff:
    return _diff(content.types_of(before), content.types_of(after), title="name")


def changes_between(before: dict[str, Any], after: dict[str, Any]) -> tuple[Change, ...]:
    return tuple(Change(name, before[name], value) for name, value in after.items() if before[name] != value)


def is_as_published(version: Standard | ProblemCatalogue) -> bool:
    """Whether the rows still hash to what was published. False for a draft."""
    kind = "standard" if isinstance(version, Standard) else "catalogue"
    proof = Publication.objects.filter(kind=kind, subject_id=version.pk).first()
    if proof is None:
        return False
    found = (
        content.fingerprint_of_standard(version)
        if isinstance(version, Standard)
        else content.fingerprint_of_catalogue(version)
    )
    return found == (proof.rows, proof.content_sha256)


def _diff(before: Content, after: Content, *, title: str) -> Diff:
    def row(key: str, fields: dict[str, Any], kind: str, changes: tuple[Change, ...] = ()) -> RowDiff:
        return RowDiff(key, kind, str(fields[title]) if title else "", changes)

    added = tuple(row(key, fields, "added") for key, fields in after.items() if key not in before)
    removed = tuple(row(key, fields, "removed") for key, fields in before.items() if key not in after)
    changed = []
    for key, fields in after.items():
        changes = changes_between(before[key], fields) if key in before else ()
        if changes:
            changed.append(row(key, fields, "changed", changes))
    return Diff(added, removed, tuple(changed))
