"""What the three imports share: compare each draft with what stands in the version, then write all of it at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db.models import Model
from django.utils.translation import gettext as _

from wenming.foundation.people.errors import AmbiguousUnit, UnknownUnit
from wenming.foundation.people.models import Unit
from wenming.foundation.people.selectors import UnitBook
from wenming.programmes.standards.drafts import Reading
from wenming.programmes.standards.drafts.words import HELPER_JOINTS
from wenming.programmes.standards.errors import VersionIsPublished
from wenming.programmes.standards.models import ProblemCatalogue, Standard
from wenming.programmes.standards.reading import Line
from wenming.programmes.standards.results import ImportResult, Outcome, RowResult

WRITE_ROWS = 500

Row = TypeVar("Row", bound=Model)


@dataclass(slots=True)
class Plan(Generic[Row]):
    """`touched` are the rows of the file in its order, new and old; `existing` is what stood there, by key."""

    result: ImportResult
    existing: dict[str, Row]
    created: list[Row] = field(default_factory=list)
    updated: list[Row] = field(default_factory=list)
    touched: dict[str, Row] = field(default_factory=dict)

    def settle(self, key: str, row: Row, values: Mapping[str, Any]) -> Outcome:
        """Puts `values` on the row, which is new unless `key` stood there before."""
        self.touched[key] = row
        if key not in self.existing:
            _set(row, values)
            self.created.append(row)
            return Outcome.CREATED
        if all(getattr(row, name) == value for name, value in values.items()):
            return Outcome.UNCHANGED
        _set(row, values)
        self.updated.append(row)
        return Outcome.UPDATED

    def report(self, line: Line, key: str, outcome: Outcome, message: str = "") -> None:
        self.result.rows.append(RowResult(line.sheet, line.row, key[:60], outcome, message))

    def finish(self, reading: Reading[Any]) -> None:
        """Rejected rows take their place among the others; a whole file sets the order, a part of one adds to it."""
        self.result.rows += reading.rejected
        sheets = {sheet: number for number, sheet in enumerate(dict.fromkeys(row.sheet for row in self.result.rows))}
        self.result.rows.sort(key=lambda row: (sheets[row.sheet], row.row))
        self.result.absent = len(self.existing.keys() - self.touched.keys())

    def moved(self) -> list[Row]:
        """Gives positions; returns the old rows whose position changed."""
        if self.result.absent:
            top = max((row.position for row in self.existing.values()), default=0)  # type: ignore[attr-defined]
            for offset, row in enumerate(self.created, start=1):
                row.position = top + offset  # type: ignore[attr-defined]
            return []
        moved = []
        for number, (key, row) in enumerate(self.touched.items(), start=1):
            if row.position != number:  # type: ignore[attr-defined]
                row.position = number  # type: ignore[attr-defined]
                if key in self.existing:
                    moved.append(row)
        return moved


def _set(row: Model, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def require_draft(version: Standard | ProblemCatalogue) -> None:
    """Raises VersionIsPublished."""
    if version.is_published:
        raise VersionIsPublished(name=str(version))


class Leads:
    """Units by the names of a workbook. A name that nobody has yet is kept as written, with a remark."""

    def __init__(self) -> None:
        self._book = UnitBook()

    def find(self, name: str) -> tuple[Unit | None, str]:
        if not name:
            return None, ""
        try:
            return self._book.find(name), ""
        except UnknownUnit:
            return None, _("还没有登记单位“{name}”，先按原文记下。登记以后再匹配一次责任单位。").format(name=name)
        except AmbiguousUnit as error:
            return None, str(error)

    def find_all(self, names: str) -> tuple[list[Unit], str]:
        found = [self.find(name) for name in HELPER_JOINTS.split(names) if name]
        units = dict.fromkeys(unit for unit, _remark in found if unit is not None)
        return list(units), " ".join(remark for _unit, remark in found if remark)
