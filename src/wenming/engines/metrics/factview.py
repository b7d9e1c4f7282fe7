"""A fact table as metrics see it: its columns, and which of them are months, regions and other dimensions."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from django.db import models
from django.utils.functional import Promise

from wenming.engines.metrics.errors import DefinitionError

_IDENTIFIER: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")
REGION_LEVELS: Final = {
    "region": "county_code",
    "city": "city_code",
    "county": "county_code",
    "town": "town_code",
    "village": "village_code",
}
"""Dimensions that a metric with the dimension `region` has, each where the view has the column."""


class ColumnType(StrEnum):
    """CODE is ASCII text, INT a bigint, INSTANT microseconds since the epoch, FLAG nought or one. Any may be null."""

    CODE = "code"
    INT = "int"
    INSTANT = "instant"
    FLAG = "flag"


Code, Int, Instant, Flag = ColumnType.CODE, ColumnType.INT, ColumnType.INSTANT, ColumnType.FLAG
Labels = Callable[[Sequence[Any]], Mapping[Any, str]]
"""From the values of a dimension to what people call them."""


@dataclass(frozen=True)
class FactView:
    """One type-2 fact table as metrics see it. `columns` is the whole of what a predicate may name.

    `months` says which integer year-and-month column (202403) belongs to which instant; `found_us` finds `found_ym`
    by itself. `plans` are instants that were set beforehand, such as deadlines: a cut-off does not undo them.
    `dimensions` names a dimension's column where the two differ; `labels` puts words to its values. `events` are the
    words of what happened when an instant is set or a count goes up; `codes` are what people call the things, by id.
    """

    name: str
    table: str
    id_column: str
    columns: Mapping[str, ColumnType]
    months: Mapping[str, str] = field(default_factory=dict)
    dimensions: Mapping[str, str] = field(default_factory=dict)
    plans: frozenset[str] = frozenset()
    labels: Mapping[str, Labels] = field(default_factory=dict)
    events: Mapping[str, Promise] = field(default_factory=dict)
    codes: Labels | None = None

    def __hash__(self) -> int:
        return hash((self.name, self.table))

    def __post_init__(self) -> None:
        for name in (self.table, self.id_column, *self.columns, *self.months.values(), *self.dimensions.values()):
            if _IDENTIFIER.fullmatch(name) is None:
                raise DefinitionError(f"fact {self.name}: {name!r} is no column name")
        for name in (*self.months, *self.months.values(), *self.dimensions.values(), *self.plans, *self.events):
            if name not in self.columns:
                raise DefinitionError(f"fact {self.name}: no column {name!r} in this view")

    @classmethod
    def of(cls, model: type[models.Model], *, name: str, **more: Any) -> "FactView":
        """A view of every column of a `FactRow` model: text is a code, `…_us` an instant, `is_…` a flag."""
        id_column = str(model.id_column)  # type: ignore[attr-defined]
        hidden = {"id", "valid_from_us", "valid_to_us"}
        meta = model._meta  # noqa: SLF001 - documented by Django under this name
        found = {str(f.column): _type_of(f) for f in meta.concrete_fields if f.column not in hidden}
        return cls(name=name, table=meta.db_table, id_column=id_column, columns=found, **more)

    def resolve(self, name: str) -> str | None:
        """The column that a definition means: `found_at` is how definitions write the instant `found_us`."""
        if name in self.columns:
            return name
        stored = name.removesuffix("_at") + "_us"
        is_instant = name.endswith("_at") and self.columns.get(stored) is Instant
        return stored if is_instant else None

    def month_of(self, time: str) -> str | None:
        by_name = time.removesuffix("_us") + "_ym"
        return self.months.get(time) or (by_name if by_name in self.columns else None)

    def dimension(self, name: str, *, time: str) -> str | None:
        """The column of a dimension of a metric that counts by the instant `time`."""
        if name == "ym":
            return self.month_of(time)
        column = self.dimensions.get(name) or REGION_LEVELS.get(name, name)
        return column if column in self.columns else None


def _type_of(column: "models.Field[Any, Any]") -> ColumnType:
    if isinstance(column, models.CharField):
        return Code
    name = str(column.column)
    if name.endswith("_us"):
        return Instant
    is_flag = name.startswith(("is_", "has_"))
    if isinstance(column, (models.IntegerField, models.BigIntegerField, models.ForeignKey)):
        return Flag if is_flag else Int
    raise DefinitionError(f"{column.model.__name__}.{column.name}: a fact holds integers and codes only")
