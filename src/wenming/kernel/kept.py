"""Reads whose SQL is composed once.

Composing it costs Django more than the statement costs the database: half a millisecond of processor time and more for
a row with its relations. What every request asks in the same shape is therefore kept, and later costs the statement
and its rows alone.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final, Generic, TypeVar, get_args
from uuid import UUID

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

One = int | float | str | UUID | datetime
Given = One | Sequence[One]
ModelT = TypeVar("ModelT", bound=Model)
# No two samples of a kind are alike, so that a parameter says which argument it is.
_SAMPLES: Final[dict[type, Callable[[int], One]]] = {
    int: lambda n: 1_000_000_007 + n,
    float: lambda n: 1_000_000_007.5 + n,
    str: lambda n: f"sample {n}",
    UUID: lambda n: UUID(int=1 + n),
    datetime: lambda n: datetime(2001, 1, 1, tzinfo=UTC) + timedelta(days=n),
}


@dataclass(frozen=True, slots=True)
class _Plan:
    """`places` says for each parameter which value it is, or None for what the query itself brings."""

    sql: str
    params: tuple[Any, ...]
    places: tuple[int | None, ...]
    compiler: Any
    converters: Any


class _Composed:
    """`make` builds a queryset of its arguments, of which `kinds` names the types: int, float, str, UUID or datetime,
    never None, or a list of one of them.

    The shape may not depend on the arguments: they may stand in it only as they are, as values that are compared. A
    list is composed for the next power of two and filled up with its last value; an empty one finds nothing.
    """

    def __init__(self, make: Callable[..., QuerySet[Any]], kinds: Sequence[Any]) -> None:
        self._make, self._kinds = make, tuple(kinds)
        self._held = threading.local()

    def _found(self, given: Sequence[Given]) -> tuple[_Plan, list[Sequence[Any]]] | None:
        """One statement, none where a list is empty."""
        sizes = tuple(_size(value) for value in given)
        if -1 in sizes:
            return None
        plans: dict[tuple[int, ...], _Plan] = self._held.__dict__.setdefault("plans", {})
        plan = plans.get(sizes)
        if plan is None:
            plan = plans[sizes] = self._compose(sizes)
        # The connection of this moment: within one thread it may be another than the one it was composed with.
        connection = connections[plan.compiler.using]
        values = [_as_driver_takes(value, connection) for value in _flat(given, sizes)]
        params = [
            param if place is None else values[place] for param, place in zip(plan.params, plan.places, strict=True)
        ]
        with connection.cursor() as cursor:
            cursor.execute(plan.sql, params)
            rows = cursor.fetchall()
        return plan, list(plan.compiler.apply_converters(rows, plan.converters)) if plan.converters else rows

    def _compose(self, sizes: tuple[int, ...]) -> _Plan:
        """Composed twice, with other values each time: where a parameter follows one of them, there it stands."""
        one, other = self._samples(sizes, 0), self._samples(sizes, 1)
        compiler, sql, params = self._compiled(one)
        _compiler, other_sql, other_params = self._compiled(other)
        if other_sql != sql or len(other_params) != len(params):
            raise ValueError("the shape of a kept read depends on its arguments")
        pairs = zip(
            *([_as_driver_takes(value, compiler.connection) for value in _flat(each, sizes)] for each in (one, other)),
            strict=True,
        )
        known = {pair: place for place, pair in enumerate(pairs)}
        places: list[int | None] = []
        for before, after in zip(params, other_params, strict=True):
            if before != after and (before, after) not in known:
                raise ValueError("a kept read compares its arguments as they are")
            places.append(None if before == after else known[before, after])
        converters = compiler.get_converters([column for column, *_rest in compiler.select[: compiler.col_count]])
        return _Plan(sql, params, tuple(places), compiler, converters)

    def _samples(self, sizes: tuple[int, ...], first: int) -> list[Given]:
        numbers = count(first, 2)
        makers = [_SAMPLES[(get_args(kind) or (kind,))[0]] for kind in self._kinds]
        return [
            [make(next(numbers)) for _ in range(size)] if size else make(next(numbers))
            for make, size in zip(makers, sizes, strict=True)
        ]

    def _compiled(self, given: Sequence[Given]) -> tuple[Any, str, tuple[Any, ...]]:
        queryset = self._asked(given)
        compiler = queryset.query.get_compiler(using=queryset.db)
        sql, params = compiler.as_sql()
        return compiler, sql, tuple(params)

    def _asked(self, given: Sequence[Given]) -> QuerySet[Any]:
        return self._make(*given)


class Kept(_Composed):
    """Some columns of the rows."""

    def __init__(self, make: Callable[..., QuerySet[Any]], columns: Sequence[str], kinds: Sequence[Any] = ()) -> None:
        super().__init__(make, kinds)
        self._columns = tuple(columns)

    def rows(self, *given: Given) -> list[dict[str, Any]]:
        """One statement; a dictionary a row, as `.values()` gives them."""
        return [dict(zip(self._columns, row, strict=True)) for row in self.tuples(*given)]

    def first(self, *given: Given) -> dict[str, Any] | None:
        rows = self.rows(*given)
        return rows[0] if rows else None

    def tuples(self, *given: Given) -> list[Sequence[Any]]:
        """One statement; the columns of a row in their order, as `.values_list()` gives them."""
        found = self._found(given)
        return found[1] if found is not None else []

    def _asked(self, given: Sequence[Given]) -> QuerySet[Any]:
        return self._make(*given).values_list(*self._columns)


class KeptModels(_Composed, Generic[ModelT]):
    """The rows as instances, with what `select_related` names; without annotations."""

    def __init__(self, make: Callable[..., QuerySet[ModelT]], kinds: Sequence[Any] = ()) -> None:
        super().__init__(make, kinds)

    def all(self, *given: Given) -> list[ModelT]:
        """One statement; instances as the queryset gives them."""
        found = self._found(given)
        if found is None:
            return []
        plan, rows = found
        select, info, using = plan.compiler.select, plan.compiler.klass_info, plan.compiler.using
        own = slice(info["select_fields"][0], info["select_fields"][-1] + 1)
        names = [column[0].target.attname for column in select[own]]
        populators = get_related_populators(info, select, using)  # type: ignore[call-arg]  # the stubs know a later Django
        made = []
        for row in rows:
            one = info["model"].from_db(using, names, row[own])
            for populator in populators:
                populator.populate(row, one)
            made.append(one)
        return made

    def first(self, *given: Given) -> ModelT | None:
        rows = self.all(*given)
        return rows[0] if rows else None


def _size(value: Given) -> int:
    """0 for one value, else for how many values its list is composed; -1 for an empty list."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        return 0
    return 1 << (len(value) - 1).bit_length() if value else -1


def _flat(given: Sequence[Any], sizes: Sequence[int]) -> list[One]:
    values: list[One] = []
    for value, size in zip(given, sizes, strict=True):
        if not size:
            values.append(value)
        else:
            values += value
            values += [value[-1]] * (size - len(value))
    return values


def _as_driver_takes(value: One, connection: BaseDatabaseWrapper) -> Any:
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value
