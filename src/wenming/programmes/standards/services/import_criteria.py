"""The criteria tree from a workbook."""

from django.db import transaction

from wenming.foundation.audit import services as audit
from wenming.foundation.people.models import Unit
from wenming.kernel.actors import Actor
from wenming.programmes.standards.drafts import CriterionDraft, read_criteria
from wenming.programmes.standards.enums import Level
from wenming.programmes.standards.models import Criterion, Standard
from wenming.programmes.standards.reading import CRITERIA, read_table
from wenming.programmes.standards.results import ImportResult
from wenming.programmes.standards.services.plans import WRITE_ROWS, Leads, Plan, require_draft

_COLUMNS = ("text", "method", "effect", "marks_hundredths", "lead", "lead_name", "helper_names", "level", "parent")


def preview_criteria(data: bytes, *, into: Standard) -> ImportResult:
    """What `import_criteria` would do. Raises the same."""
    plan, _helpers = _plan(data, into)
    return plan.result


def import_criteria(data: bytes, *, into: Standard, by: Actor) -> ImportResult:
    """Creates and updates the criteria of a draft; repeating it changes nothing. What the file lacks stays.

    Raises VersionIsPublished and what `read_table` raises for a file that is no such table; a bad row is no error but
    a result.
    """
    with transaction.atomic():
        into = Standard.objects.select_for_update().get(pk=into.pk)
        plan, helpers = _plan(data, into)
        moved = plan.moved()
        for level in Level:
            rows = [row for row in plan.created if row.level == level]
            for row in rows:
                # The parent got its key when its own level was written.
                row.parent = row.parent
            Criterion.objects.bulk_create(rows, batch_size=WRITE_ROWS)
        Criterion.objects.bulk_update(
            list({row.pk: row for row in plan.updated + moved}.values()),
            [*_COLUMNS, "position"],
            batch_size=WRITE_ROWS,
        )
        _write_helpers(plan, helpers)
        plan.result.is_written = True
        audit.record(by=by, action="standards.import_criteria", kind="standard", key=into.pk, after=plan.result.counts)
    return plan.result


def _plan(data: bytes, into: Standard) -> tuple[Plan[Criterion], dict[str, list[Unit]]]:
    require_draft(into)
    table = read_table(data, expected=CRITERIA)
    reading = read_criteria(table)
    rows = Criterion.objects.filter(standard=into).select_related("lead", "parent").order_by("position")
    existing = {row.code: row for row in rows}
    plan = Plan(ImportResult(str(into), skipped_sheets=table.skipped_sheets), existing)
    leads = Leads()
    helpers: dict[str, list[Unit]] = {}
    for line, draft in reading.drafts:
        row = existing.get(draft.code) or Criterion(standard=into, code=draft.code)
        lead, remark = leads.find(draft.lead_name)
        helpers[draft.code], helper_remark = leads.find_all(draft.helper_names)
        outcome = plan.settle(draft.code, row, _values(draft, lead, plan))
        if draft.level == Level.CRITERION:
            plan.report(line, draft.code, outcome, " ".join(filter(None, (remark, helper_remark))))
    plan.finish(reading)
    return plan, helpers


def _values(draft: CriterionDraft, lead: Unit | None, plan: Plan[Criterion]) -> dict[str, object]:
    return {
        "level": draft.level,
        "parent": plan.touched[draft.parent_code] if draft.parent_code else None,
        "text": draft.text,
        "method": draft.method,
        "effect": draft.effect,
        "marks_hundredths": draft.marks_hundredths,
        "lead": lead,
        "lead_name": draft.lead_name,
        "helper_names": draft.helper_names,
    }


def _write_helpers(plan: Plan[Criterion], helpers: dict[str, list[Unit]]) -> None:
    through = Criterion.helpers.through
    pks = [row.pk for row in plan.touched.values()]
    through.objects.filter(criterion_id__in=pks).delete()
    through.objects.bulk_create(
        [
            through(criterion_id=row.pk, unit_id=unit.pk)
            for code, row in plan.touched.items()
            for unit in helpers.get(code, ())
        ],
        batch_size=WRITE_ROWS,
    )
