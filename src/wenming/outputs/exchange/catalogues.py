"""The tables that the city stands on: divisions and their outlines, the standard, the types of problems."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Final

from django.db import transaction

from wenming.foundation.places import selectors as places
from wenming.foundation.places import services as place_services
from wenming.foundation.places.enums import RowResult
from wenming.foundation.places.services import ImportReport
from wenming.kernel import clock
from wenming.kernel.workbooks import open_sheets
from wenming.outputs.exchange.errors import RowRefused
from wenming.outputs.exchange.kinds import Source
from wenming.outputs.exchange.results import Result
from wenming.programmes.standards import selectors as standards
from wenming.programmes.standards import services
from wenming.programmes.standards.errors import NoStandard
from wenming.programmes.standards.models import ProblemCatalogue, Standard
from wenming.programmes.standards.results import ImportResult, Outcome

LOCAL_EDITION: Final = "local"
_HEADING_ROWS: Final = 1


def take_regions(source: Source) -> Result:
    """Without an edition: the one in force, or this year's where there is none."""
    edition = source.edition or places.current_edition() or clock.local(clock.now()).year
    report = place_services.import_regions(
        place_services.region_rows(_as_csv(source.path)), edition=edition, by=source.by
    )
    return _of_places(report, rows_above=_HEADING_ROWS, source=source)


def take_boundaries(source: Source) -> Result:
    report = place_services.import_boundaries(
        source.path.read_bytes(), edition=source.edition, by=source.by, source=source.path.name
    )
    return _of_places(report, rows_above=0, source=source)


def take_standard(source: Source) -> Result:
    """Into the open draft of the edition; a person publishes it."""
    return _into_draft(source, _standard_draft, services.import_criteria)


def take_field_rules(source: Source) -> Result:
    """Into the same draft as the standard; a person publishes it."""
    return _into_draft(source, _standard_draft, services.import_field_rules)


def take_problem_types(source: Source) -> Result:
    return _into_draft(source, _catalogue_draft, services.import_problem_types)


def _as_csv(path: Path) -> str:
    """A table of divisions as CSV, whatever it came as."""
    out = io.StringIO()
    writer = csv.writer(out)
    for _sheet, grid in open_sheets(path.read_bytes())[:1]:
        writer.writerows([_plain(cell) for cell in cells] for cells in grid)
    return out.getvalue()


def _plain(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _of_places(report: ImportReport, *, rows_above: int, source: Source) -> Result:
    result = Result(
        read=len(report.rows),
        created=report.count(RowResult.CREATED),
        unchanged=report.count(RowResult.UNCHANGED),
        updated=report.count(RowResult.UPDATED),
    )
    for row in report.rejected:
        result.reject(row.number + rows_above, RowRefused(row.reason, fields={"code": row.reason}))
    source.progress(result.read)
    return result


def _standard_draft(source: Source) -> Standard:
    edition = str(source.edition) if source.edition else _edition_at_work()
    return services.draft_standard(edition=edition, name="", by=source.by)


def _edition_at_work() -> str:
    """That of the open draft, else of the standard in force."""
    for standard in standards.standards():
        if not standard.is_published:
            return standard.edition
    try:
        return standards.current_standard().edition
    except NoStandard:
        return LOCAL_EDITION


def _catalogue_draft(source: Source) -> ProblemCatalogue:
    return services.draft_catalogue(name="", by=source.by)


def _into_draft(
    source: Source,
    open_draft: Callable[[Source], Standard] | Callable[[Source], ProblemCatalogue],
    take: Callable[..., ImportResult],
) -> Result:
    """Where the file says nothing new, no draft is left behind that nobody asked for."""
    with transaction.atomic():
        before = _drafts()
        told = take(source.path.read_bytes(), into=open_draft(source), by=source.by)
        result = _of_standards(told)
        if not result.created and not result.updated and _drafts() > before:
            transaction.set_rollback(True)
    source.progress(result.read)
    return result


def _drafts() -> int:
    return sum(not row.is_published for row in standards.standards()) + sum(
        not row.is_published for row in standards.catalogues()
    )


def _of_standards(told: ImportResult) -> Result:
    counts = told.counts
    result = Result(
        read=len(told.rows),
        created=counts[Outcome.CREATED],
        unchanged=counts[Outcome.UNCHANGED],
        updated=counts[Outcome.UPDATED],
    )
    for row in told.rejected:
        result.reject(row.row, RowRefused(str(row.message)), sheet=row.sheet)
    result.note("remarks", len(told.remarks))
    return result
