"""Point types and their field rules from a workbook."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from wenming.foundation.audit import services as audit
from wenming.foundation.people.models import Unit
from wenming.kernel.actors import Actor
from wenming.programmes.standards.drafts import FieldRuleDraft, read_field_rules
from wenming.programmes.standards.models import Criterion, FieldRule, PointType, Standard
from wenming.programmes.standards.reading import FIELD_RULES, read_table
from wenming.programmes.standards.results import ImportResult
from wenming.programmes.standards.services.plans import WRITE_ROWS, Leads, Plan, require_draft

_COLUMNS = (
    "criterion",
    "rule",
    "full_marks_hundredths",
    "cutoffs",
    "evidence",
    "lead",
    "lead_name",
    "is_territory_answerable",
)


def preview_field_rules(data: bytes, *, into: Standard) -> ImportResult:
    """What `import_field_rules` would do. Raises the same."""
    return _plan(data, into)[0].result


def import_field_rules(data: bytes, *, into: Standard, by: Actor) -> ImportResult:
    """Creates and updates the point types and rules of a draft; repeating it changes nothing. What the file lacks
    stays. Import the criteria first: a rule may name one. Raises VersionIsPublished and what `read_table` raises.
    """
    with transaction.atomic():
        into = Standard.objects.select_for_update().get(pk=into.pk)
        plan, types = _plan(data, into)
        moved = plan.moved()
        used = {row.point_type.key for row in plan.created}
        new_types = [row for row in types.values() if row.pk is None and row.key in used]
        PointType.objects.bulk_create(new_types, batch_size=WRITE_ROWS)
        for row in plan.created:
            # The point type got its key just now.
            row.point_type = row.point_type
        FieldRule.objects.bulk_create(plan.created, batch_size=WRITE_ROWS)
        FieldRule.objects.bulk_update(
            list({row.pk: row for row in plan.updated + moved}.values()),
            [*_COLUMNS, "position"],
            batch_size=WRITE_ROWS,
        )
        plan.result.is_written = True
        audit.record(
            by=by, action="standards.import_field_rules", kind="standard", key=into.pk, after=plan.result.counts
        )
    return plan.result


def _plan(data: bytes, into: Standard) -> tuple[Plan[FieldRule], dict[str, PointType]]:
    require_draft(into)
    table = read_table(data, expected=FIELD_RULES)
    reading = read_field_rules(table)
    rules = FieldRule.objects.filter(point_type__standard=into).select_related("point_type", "criterion", "lead")
    existing = {_key(row.point_type.key, row.item): row for row in rules.order_by("point_type__position", "position")}
    plan = Plan(ImportResult(str(into), skipped_sheets=table.skipped_sheets), existing)
    types = _point_types(into, (draft.point_type for _line, draft in reading.drafts))
    by_code = {row.code: row for row in Criterion.objects.filter(standard=into)}
    leads = Leads()
    for line, draft in reading.drafts:
        key = _key(draft.point_type, draft.item)
        if draft.criterion_code and draft.criterion_code not in by_code:
            reading.reject(
                line, key, _("标准里没有编码 {code}。请先导入标准，或者改正编码。").format(code=draft.criterion_code)
            )
            continue
        row = existing.get(key) or FieldRule(point_type=types[draft.point_type], item=draft.item)
        lead, remark = leads.find(draft.lead_name)
        outcome = plan.settle(key, row, _values(draft, lead, by_code.get(draft.criterion_code)))
        plan.report(line, key, outcome, remark)
    plan.finish(reading)
    return plan, types


def _key(point_type: str, item: str) -> str:
    return f"{point_type} {item}"


def _point_types(into: Standard, names: Iterable[str]) -> dict[str, PointType]:
    types = {row.key: row for row in PointType.objects.filter(standard=into)}
    top = PointType.objects.filter(standard=into).aggregate(top=Max("position"))["top"] or 0
    for name in names:
        if name not in types:
            top += 1
            types[name] = PointType(standard=into, key=name, name=name, position=top)
    return types


def _values(draft: FieldRuleDraft, lead: Unit | None, criterion: Criterion | None) -> dict[str, object]:
    return {
        "criterion": criterion,
        "rule": draft.rule,
        "full_marks_hundredths": draft.full_marks_hundredths,
        "cutoffs": draft.cutoffs,
        "evidence": draft.evidence,
        "lead": lead,
        "lead_name": draft.lead_name,
        "is_territory_answerable": draft.is_territory_answerable,
    }
