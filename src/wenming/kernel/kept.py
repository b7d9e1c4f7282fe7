"""Reads whose SQL is composed once.

Composing it costs Django more than the statement costs the database: half a millisecond of processor time and more for
a row with its relations. What every request asks in the same shape is therefore kept, and later costs the statement
and its rows alone.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet

Given = int | float | str | UUID | datetime
_SAMPLES: Final[dict[type, tuple[Given, Given]]] = {
    int: (1_000_000_007, 1_000_000_009),
    float: (1_000_000_007.5, 1_000_000_009.5),
    str: ("first", "second"),
    UUID: (UUID(int=1), UUID(int=2)),
    datetime: (datetime(2001, 1, 1, tzinfo=UTC), datetime(2002, 2, 2, tzinfo=UTC)),
}


@dataclass(frozen=True, slots=True)
class _Plan:
    """`places` says for each parameter which argument it is, or None for what the query itself brings."""

    sql: str
    params: tuple[Any, ...]
    places: tuple[int | None, ...]
    compiler: Any
    converters: Any


class Kept:
    """`make` builds a queryset of its arguments, of which `kinds` names the types: int, float, str, UUID or datetime, never None.

    The shape may not depend on the arguments: they may stand in it only as they are, as values that are compared.
    """

    def __init__(self, make: Callable[..., QuerySet[Any]], columns: Sequence[str], kinds: Sequence[type] = ()) -> None:
        self._make, self._columns, self._kinds = make, tuple(columns), tuple(kinds)
        self._plans = threading.local()

    def rows(self, *given: Given) -> list[dict[str, Any]]:
        """One statement; a dictionary a row, as `.values()` gives them."""
        return [dict(zip(self._columns, row, strict=True)) for row in self.tuples(*given)]

    def first(self, *given: Given) -> dict[str, Any] | None:
        rows = self.rows(*given)
        return rows[0] if rows else None

    def tuples(self, *given: Given) -> list[Sequence[Any]]:
        """One statement; the columns of a row in their order, as `.values_list()` gives them."""
        plan: _Plan | None = getattr(self._plans, "plan", None)
        if plan is None:
            plan = self._plans.plan = self._compose()
        connection = plan.compiler.connection
        values = [_as_driver_takes(value, connection) for value in given]
        params = [
            param if place is None else values[place] for param, place in zip(plan.params, plan.places, strict=True)
        ]
        with connection.cursor() as cursor:
            cursor.execute(plan.sql, params)
            rows = cursor.fetchall()
        return list(plan.compiler.apply_converters(rows, plan.converters)) if plan.converters else rows

    def _compose(self) -> _Plan:
        """Each argument is varied alone: where a parameter follows, there it stands."""
        samples = [_SAMPLES[kind] for kind in self._kinds]
        firsts = [first for first, _second in samples]
        compiler, sql, params = self._compiled(firsts)
        places: list[int | None] = [None] * len(params)
        for number, (_first, second) in enumerate(samples):
            _other, other_sql, varied = self._compiled([*firsts[:number], second, *firsts[number + 1 :]])
            if other_sql != sql or len(varied) != len(params):
                raise ValueError("the shape of a kept read depends on its arguments")
            for place, (before, after) in enumerate(zip(params, varied, strict=True)):
                if before != after:
                    if after != _as_driver_takes(second, compiler.connection):
                        raise ValueError("a kept read compares its arguments as they are")
                    places[place] = number
        converters = compiler.get_converters([column for column, *_rest in compiler.select[: compiler.col_count]])
        return _Plan(sql, params, tuple(places), compiler, converters)

    def _compiled(self, given: Sequence[Given]) -> tuple[Any, str, tuple[Any, ...]]:
        queryset = self._make(*given).values_list(*self._columns)
        compiler = queryset.query.get_compiler(connection=connections[queryset.db])
        sql, params = compiler.as_sql()
        return compiler, sql, tuple(params)


def _as_driver_takes(value: Given, connection: BaseDatabaseWrapper) -> Any:
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value
