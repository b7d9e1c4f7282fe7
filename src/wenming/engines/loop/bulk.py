"""N rows in one statement.

Django's own bulk verbs send SQLite 999 parameters at a time, so that their statements grow in number with the rows,
although SQLite has taken 32,766 since 3.32. Here rows go in chunks of ROWS_MAX, fewer only where a table is very wide.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any, Final, TypeVar
from uuid import UUID

from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper

ROWS_MAX: Final = 500
"""Rows that one statement carries; the loop takes commands in chunks of this many."""
PARAMS_MAX: Final = 32_000

T = TypeVar("T")
ModelT = TypeVar("ModelT", bound=models.Model)


def chunked(rows: Sequence[T], size: int = ROWS_MAX) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def rows_of(model: type[models.Model]) -> Any:
    """The manager of a concrete model that is known here only by its abstract base."""
    return model._default_manager  # noqa: SLF001 - Django's name for it in reusable code


def meta_of(model: type[models.Model]) -> Any:
    return model._meta  # noqa: SLF001 - documented by Django under this name


def insert(rows: Sequence[ModelT], *, identified_by: tuple[str, ...]) -> None:
    """Inserts unsaved rows of one model and gives each its primary key.

    `identified_by` names fields that tell the rows apart: the database does not promise to answer in order.
    """
    if not rows:
        return
    model = type(rows[0])
    connection = connections[router.db_for_write(model)]
    fields = [f for f in meta_of(model).concrete_fields if not isinstance(f, models.AutoField)]
    for chunk in chunked(rows, _chunk_size(len(fields))):
        _insert_chunk(connection, chunk, fields, identified_by)


def _insert_chunk(
    connection: BaseDatabaseWrapper,
    rows: Sequence[ModelT],
    fields: Sequence[Any],
    identified_by: tuple[str, ...],
) -> None:
    meta = meta_of(type(rows[0]))
    quote = connection.ops.quote_name
    keys = [meta.get_field(name) for name in identified_by]
    columns, answers = (", ".join(quote(f.column) for f in some) for some in (fields, [meta.pk, *keys]))
    given = [_prepared(f, [f.pre_save(row, add=True) for row in rows], connection) for f in fields]
    source, params = _source(fields, given, connection)
    table = quote(meta.db_table)
    sql = f"INSERT INTO {table} ({columns}) SELECT * FROM {source} RETURNING {answers}"  # noqa: S608 - our own names
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        answered = cursor.fetchall()
    by_key = {tuple(_plain(value) for value in key): pk for pk, *key in answered}
    given_keys = zip(*(given[fields.index(f)] for f in keys), strict=True)
    for row, key in zip(rows, given_keys, strict=True):
        row.pk = by_key[tuple(_plain(value) for value in key)]
        row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001 - as bulk_create does


def update(rows: Sequence[ModelT], *, columns: Sequence[str], versions: Sequence[int] = ()) -> int:
    """Writes `columns` of saved rows of one model; answers how many rows were written.

    With `versions`, a row is written only while its `version` is still the one given.
    """
    if not rows or not columns:
        return 0
    meta = meta_of(type(rows[0]))
    connection = connections[router.db_for_write(type(rows[0]))]
    fields: list[Any] = [meta.get_field(name) for name in columns]
    written = 0
    size = _chunk_size(len(fields) + 2)
    for start in range(0, len(rows), size):
        part = slice(start, start + size)
        written += _update_chunk(connection, rows[part], fields, versions[part])
    return written


def _update_chunk(
    connection: BaseDatabaseWrapper,
    rows: Sequence[models.Model],
    fields: Sequence[Any],
    versions: Sequence[int],
) -> int:
    meta = meta_of(type(rows[0]))
    quote, table = connection.ops.quote_name, connection.ops.quote_name(meta.db_table)
    sets = ", ".join(f"{quote(f.column)} = given.column{place}" for place, f in enumerate(fields, 2))
    where = f"{table}.{quote(meta.pk.column)} = given.column1"
    given = [[row.pk for row in rows]]
    given += [_prepared(f, [getattr(row, f.attname) for row in rows], connection) for f in fields]
    sources = [meta.pk, *fields]
    if versions:
        sources.append(meta.get_field("version"))
        given.append(list(versions))
        where += f" AND {table}.{quote('version')} = given.column{len(given)}"
    source, params = _source(sources, given, connection)
    sql = f"UPDATE {table} SET {sets} FROM {source} WHERE {where}"  # noqa: S608 - our own names
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def _source(
    fields: Sequence[Any], given: Sequence[list[Any]], connection: BaseDatabaseWrapper
) -> tuple[str, list[Any]]:
    """A derived table `given` with `column1`, `column2`, … and its parameters; `given` holds a list for each field.

    PostgreSQL takes one array for each column: it must be told the types anyway (a list may hold only NULLs), and its
    driver spends more on a parameter than on a value. An array of one value costs it more than the value.
    """
    if connection.vendor == "postgresql":
        names = ", ".join(f"column{place}" for place in range(1, len(fields) + 1))
        types = [_type_of(f, connection.alias) for f in fields]
        if len(given[0]) == 1:
            values = ", ".join(f"%s::{kind}" for kind in types)
            return f"(VALUES ({values})) AS given({names})", [column[0] for column in given]
        arrays = ", ".join(f"%s::{kind}[]" for kind in types)
        return f"unnest({arrays}) AS given({names})", list(given)
    one = "(" + ", ".join(["%s"] * len(fields)) + ")"
    tuples = ", ".join([one] * len(given[0]))
    return f"(VALUES {tuples}) AS given", [value for row in zip(*given, strict=True) for value in row]


@cache
def _type_of(field: Any, alias: str) -> str:
    connection = connections[alias]
    kind: str = field.rel_db_type(connection) if field.primary_key else field.db_type(connection)
    # A cast to varchar(n) would cut a value that is too long without a word; text lets the column refuse it.
    return "text" if kind.startswith("varchar") else kind


def _prepared(field: Any, values: Sequence[Any], connection: BaseDatabaseWrapper) -> list[Any]:
    """The column as the driver takes it. What a driver takes as it is does not go through Django's field one by one,
    which costs more than the insert itself."""
    if isinstance(field, models.DateTimeField):
        adapt = connection.ops.adapt_datetimefield_value
        return [
            adapt(value)
            if value is not None and value.tzinfo is not None
            else field.get_db_prep_save(value, connection)
            for value in values
        ]
    kind = _driver_type(field)
    return [
        value if value is None or type(value) is kind else field.get_db_prep_save(value, connection) for value in values
    ]


def _driver_type(field: Any) -> type | None:
    """Exactly this type of value needs no preparing: no subclass, such as a word of an enumeration, does."""
    target = field.target_field if field.is_relation else field
    if isinstance(target, models.CharField | models.TextField):
        return str
    return int if isinstance(target, models.IntegerField) else None


def _plain(value: Any) -> Any:
    """One form for what a driver answers as a UUID or a date and takes as digits."""
    if isinstance(value, UUID):
        return value.hex
    return value.isoformat() if isinstance(value, date) else value


def _chunk_size(width: int) -> int:
    return max(1, min(ROWS_MAX, PARAMS_MAX // width))
