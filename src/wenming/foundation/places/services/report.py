"""What an import did, row by row."""

from collections import Counter
from dataclasses import dataclass, field

from wenming.foundation.places.enums import RowResult


@dataclass(frozen=True, slots=True)
class RowReport:
    """`number` counts from 1. `reason` is for the person who made the table, and empty unless the row was rejected."""

    number: int
    code: str
    result: RowResult
    reason: str = ""


@dataclass(slots=True)
class ImportReport:
    edition: int
    rows: list[RowReport] = field(default_factory=list)

    def count(self, result: RowResult) -> int:
        return Counter(row.result for row in self.rows)[result]

    @property
    def rejected(self) -> list[RowReport]:
        return [row for row in self.rows if row.result is RowResult.REJECTED]
