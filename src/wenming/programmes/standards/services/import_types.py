"""The catalogue of problem types from a workbook."""

from django.db import transaction

from wenming.foundation.audit import services as audit
from wenming.foundation.people.models import Unit
from wenming.kernel.actors import Actor
from wenming.programmes.standards.drafts import ProblemTypeDraft, read_problem_types
from wenming.programmes.standards.enums import TypeKind
from wenming.programmes.standards.errors import NoLocalCodeLeft
from wenming.programmes.standards.models import ProblemCatalogue, ProblemType
from wenming.programmes.standards.models.catalogue import LOCAL_CODE_MAX, code_of
from wenming.programmes.standards.reading import PROBLEM_TYPES, read_table
from wenming.programmes.standards.results import ImportResult
from wenming.programmes.standards.services.plans import WRITE_ROWS, Leads, Plan, require_draft

_COLUMNS = (
    "category_code",
    "category",
    "name",
    "filing_condition",
    "limit_value",
    "limit_unit",
    "close_condition",
    "lead",
    "lead_name",
)


def preview_problem_types(data: bytes, *, into: ProblemCatalogue) -> ImportResult:
    """What `import_problem_types` would do. Raises the same."""
    return _plan(data, into).result


def import_problem_types(data: bytes, *, into: ProblemCatalogue, by: Actor) -> ImportResult:
    """Creates and updates the types of a draft; repeating it changes nothing. What the file lacks stays.

    A row without a number becomes a local extension, numbered down from 99. Raises VersionIsPublished and what
    `read_table` raises.
    """
    with transaction.atomic():
        into = ProblemCatalogue.objects.select_for_update().get(pk=into.pk)
        plan = _plan(data, into)
        moved = plan.moved()
        ProblemType.objects.bulk_create(plan.created, batch_size=WRITE_ROWS)
        ProblemType.objects.bulk_update(
            list({row.pk: row for row in plan.updated + moved}.values()),
            [*_COLUMNS, "position"],
            batch_size=WRITE_ROWS,
        )
        plan.result.is_written = True
        audit.record(
            by=by, action="standards.import_problem_types", kind="catalogue", key=into.pk, after=plan.result.counts
        )
    return plan.result


def _plan(data: bytes, into: ProblemCatalogue) -> Plan[ProblemType]:
    require_draft(into)
    table = read_table(data, expected=PROBLEM_TYPES)
    reading = read_problem_types(table)
    rows = ProblemType.objects.filter(catalogue=into).select_related("lead").order_by("position")
    existing = {row.code: row for row in rows}
    plan = Plan(ImportResult(str(into), skipped_sheets=table.skipped_sheets), existing)
    leads = Leads()
    numbers = _LocalNumbers(existing, [draft for _line, draft in reading.drafts])
    for line, draft in reading.drafts:
        try:
            type_code = draft.type_code or numbers.find(draft)
        except NoLocalCodeLeft as error:
            reading.reject(line, draft.name, str(error))
            continue
        code = code_of(draft.kind, type_code)
        row = existing.get(code) or ProblemType(catalogue=into, code=code, kind=draft.kind, type_code=type_code)
        lead, remark = leads.find(draft.lead_name)
        plan.report(line, code, plan.settle(code, row, _values(draft, lead)), remark)
    plan.finish(reading)
    return plan


def _values(draft: ProblemTypeDraft, lead: Unit | None) -> dict[str, object]:
    return {
        "category_code": draft.category_code,
        "category": draft.category,
        "name": draft.name,
        "filing_condition": draft.filing_condition,
        "limit_value": draft.limit_value,
        "limit_unit": draft.limit_unit,
        "close_condition": draft.close_condition,
        "lead": lead,
        "lead_name": draft.lead_name,
    }


class _LocalNumbers:
    """Numbers for types without one: the number that this name has already, or the next below 99."""

    def __init__(self, existing: dict[str, ProblemType], drafts: list[ProblemTypeDraft]) -> None:
        self._by_name = {(row.kind, row.category_code, row.name): row.type_code for row in existing.values()}
        self._taken = {(row.kind, row.type_code[:4]) for row in existing.values()}
        self._taken |= {(draft.kind, draft.type_code[:4]) for draft in drafts if draft.type_code}

    def find(self, draft: ProblemTypeDraft) -> str:
        """Raises NoLocalCodeLeft."""
        known = self._by_name.get((draft.kind, draft.category_code, draft.name))
        return known or self._next(draft.kind, draft.category_code, draft.category)

    def _next(self, kind: TypeKind, category_code: str, category: str) -> str:
        for serial in range(LOCAL_CODE_MAX, 0, -1):
            code = f"{category_code}{serial:02}"
            if (kind, code) not in self._taken:
                self._taken.add((kind, code))
                return code
        raise NoLocalCodeLeft(category=category)
