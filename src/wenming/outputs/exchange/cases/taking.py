"""Takes a mapped table in, batch by batch: each batch wholly or not at all, and every row once however often it is run."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from wenming.foundation.people.models import Unit
from wenming.kernel.errors import DomainError
from wenming.outputs.exchange.cases.agencies import Agencies
from wenming.outputs.exchange.cases.histories import first_steps, next_steps, side_of
from wenming.outputs.exchange.cases.records import Record, record_of
from wenming.outputs.exchange.errors import MappingMissing
from wenming.outputs.exchange.kinds import Source, Taker
from wenming.outputs.exchange.mapping import Mapping, read_mapping
from wenming.outputs.exchange.mapping.reading import REQUIRED_FIELDS
from wenming.outputs.exchange.results import Result
from wenming.outputs.exchange.tables import Line, Table
from wenming.programmes.problems import selectors as problems
from wenming.programmes.problems.enums import Lead
from wenming.programmes.problems.models import Problem
from wenming.programmes.problems.services import (
    Amendment,
    ProblemDraft,
    advance_problems,
    amend_problems,
    file_problems,
)

BATCH_ROWS: Final = 500
EXAMPLES: Final = {"requests": "baltimore.requests.yaml", "messages": "teddy.messages.yaml"}


@dataclass(frozen=True, slots=True)
class Row:
    line: Line
    record: Record


def take_cases(kind: str) -> Taker:
    """The taker of a kind that comes with a mapping. Raises MappingMissing, BadMapping and what a table raises."""

    def take(source: Source) -> Result:
        if source.mapping is None:
            raise MappingMissing(kind=kind, example=EXAMPLES[kind])
        mapping = read_mapping(source.mapping, kind=kind)
        required = [*REQUIRED_FIELDS, *(("status",) if mapping.statuses else ())]
        table = Table(source.path, mapping.columns, required=required, encoding=mapping.encoding)
        return _Taking(mapping, source).run(table)

    return take


class _Taking:
    def __init__(self, mapping: Mapping, source: Source) -> None:
        self._mapping, self._source = mapping, source
        self._agencies = Agencies(mapping.units, by=source.by)
        self._result = Result()
        for name in ("unlocated", "duplicates", "units_created"):
            self._result.note(name, 0)

    def run(self, table: Iterable[Line]) -> Result:
        for batch in self._batches(table):
            self._take(batch)
        self._result.note("units_created", self._agencies.created)
        return self._result

    def _batches(self, table: Iterable[Line]) -> Iterator[list[Row]]:
        """Rows of one batch have different keys, so that the later word on a case meets the earlier one as filed."""
        batch: dict[str, Row] = {}
        for line in table:
            self._result.read += 1
            try:
                row = Row(line, record_of(line, self._mapping))
            except DomainError as error:
                self._reject(line, error)
                continue
            if len(batch) >= BATCH_ROWS or row.record.key in batch:
                yield list(batch.values())
                batch = {}
            batch[row.record.key] = row
        if batch:
            yield list(batch.values())

    def _take(self, rows: Sequence[Row]) -> None:
        """The batch as one; where a row of it is refused, each row alone, so that only that one is left out."""
        try:
            self._result.add(self._written(rows))
        except DomainError as error:
            self._agencies.forget()
            if len(rows) == 1:
                self._reject(rows[0].line, error)
                return
            for row in rows:
                self._take([row])
            return
        self._source.progress(len(rows))

    def _reject(self, line: Line, error: DomainError) -> None:
        self._result.reject(line.row, error, sheet=line.sheet)
        self._source.progress(1)

    def _written(self, rows: Sequence[Row]) -> Result:
        """Raises the refusal of any of them, with nothing written."""
        result = Result()
        created_before = self._agencies.created
        try:
            with transaction.atomic():
                self._write(rows, result)
        except DomainError:
            self._agencies.created = created_before
            raise
        return result

    def _write(self, rows: Sequence[Row], result: Result) -> None:
        known = problems.by_source_keys(self._mapping.source, [row.record.key for row in rows])
        fresh = [row for row in rows if row.record.key not in known]
        changed = [
            row for row in rows if row.record.key in known and known[row.record.key].source_hash != row.record.digest
        ]
        self._agencies.make(row.record.lead for row in (*fresh, *changed))
        filed = file_problems([self._draft(row.record) for row in fresh], by=self._source.by) if fresh else []
        self._carry_on([(known[row.record.key], row.record) for row in changed])
        result.created, result.updated = len(fresh), len(changed)
        result.unchanged = len(rows) - len(fresh) - len(changed)
        stand = known | {problem.source_key: problem for problem in filed}
        result.note("unlocated", sum(stand[row.record.key].is_unlocated for row in rows))
        result.note("duplicates", sum(row.record.is_duplicate for row in rows))

    def _carry_on(self, pairs: Sequence[tuple[Problem, Record]]) -> None:
        if not pairs:
            return
        amend_problems(
            [
                Amendment(
                    problem=problem,
                    title=record.title,
                    description=record.description,
                    type_name=record.type_name,
                    address=record.address,
                    lat=record.lat,
                    lon=record.lon,
                    source_hash=record.digest,
                )
                for problem, record in pairs
            ],
            by=self._source.by,
        )
        histories = [
            (problem, next_steps(record, self._lead(record), problem, source=self._mapping.source))
            for problem, record in pairs
        ]
        advance_problems([(problem, steps) for problem, steps in histories if steps], by=self._source.by)

    def _lead(self, record: Record) -> Unit | None:
        return self._agencies.find(record.lead)

    def _draft(self, record: Record) -> ProblemDraft:
        lead = self._lead(record)
        side = side_of(lead) if lead else None
        lead_id = lead.pk if lead else None
        return ProblemDraft(
            title=record.title,
            description=record.description,
            type_name=record.type_name,
            channel=record.channel,
            found_at=record.found_at,
            address=record.address,
            lat=record.lat,
            lon=record.lon,
            territory_id=lead_id if side is Lead.TERRITORY else None,
            department_id=lead_id if side is Lead.DEPARTMENT else None,
            lead_side=side,
            needs_triage=self._mapping.needs_triage,
            source=self._mapping.source,
            source_key=record.key,
            source_hash=record.digest,
            history=tuple(
                first_steps(record, lead, needs_triage=self._mapping.needs_triage, source=self._mapping.source)
            ),
        )
