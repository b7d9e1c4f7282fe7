"""Fact tables: what a thing looked like, from when to when it was known to look so (type 2).

A programme writes the new row of a thing with the event that changed it, in the same transaction. The interval is of
recorded time, so that a question "as of" any day is answered by two comparisons; what happened when in the world
stands in the instants of the row itself.
"""

from collections import Counter
from collections.abc import Sequence
from typing import ClassVar, Final, TypeVar

from django.db import connections, models, router, transaction
from django.db.models import F, Q

CURRENT_US: Final = 9_223_372_036_854_775_807
"""`valid_to_us` of the row that holds now: the largest bigint."""
WRITE_ROWS: Final = 5_000

Row = TypeVar("Row", bound="FactRow")


class FactRow(models.Model):
    """Integers, microseconds and ASCII codes only. A subclass names the column of its thing in `id_column`, and takes
    its constraints and indexes from `constraints` and `indexes` below."""

    id_column: ClassVar[str] = ""

    valid_from_us = models.BigIntegerField()
    valid_to_us = models.BigIntegerField(default=CURRENT_US)

    class Meta:
        abstract = True


def constraints(id_column: str, *, prefix: str) -> list[models.BaseConstraint]:
    """One current row a thing, and no interval that ends before it starts."""
    return [
        models.UniqueConstraint(fields=[id_column], condition=Q(valid_to_us=CURRENT_US), name=f"{prefix}_current"),
        models.CheckConstraint(condition=Q(valid_from_us__lte=F("valid_to_us")), name=f"{prefix}_interval"),
    ]


def indexes(time_column: str, *, prefix: str) -> list[models.Index]:
    """Current rows by the time that metrics count by."""
    return [models.Index(fields=[time_column], condition=Q(valid_to_us=CURRENT_US), name=f"{prefix}_by_time")]


def replace(model: type[Row], rows: Sequence[Row], at_us: int) -> None:
    """From `at_us` (recorded time) on each thing looks as in its row: two statements for each WRITE_ROWS rows, and a
    third where one of them is new or was written at this very instant.

    `rows` are unsaved instances, one a thing; their interval is set here. Raises ValueError for a thing given twice.
    """
    ids = _begin(model, rows, at_us)
    with transaction.atomic(using=router.db_for_write(model), savepoint=False):
        for start in range(0, len(rows), WRITE_ROWS):
            _close(model, ids[start : start + WRITE_ROWS], at_us)
            _insert(model, rows[start : start + WRITE_ROWS])


def add(model: type[Row], rows: Sequence[Row], at_us: int) -> None:
    """As `replace`, for things that nobody knew before: one statement. Raises IntegrityError where one was known."""
    _begin(model, rows, at_us)
    for start in range(0, len(rows), WRITE_ROWS):
        _insert(model, rows[start : start + WRITE_ROWS])


def _begin(model: type[Row], rows: Sequence[Row], at_us: int) -> list[int]:
    """Sets the interval of each row; answers the things that they are of."""
    if not model.id_column:
        raise TypeError(f'{model.__name__} must say which thing a row is of: id_column = "…_id"')
    ids = [getattr(row, model.id_column) for row in rows]
    twice = [item for item, times in Counter(ids).items() if times > 1]
    if twice:
        raise ValueError(f"{model.__name__}: two rows for {twice[:3]}")
    for row in rows:
        row.valid_from_us, row.valid_to_us = at_us, CURRENT_US
    return ids


def close(model: type[FactRow], ids: Sequence[int], at_us: int) -> None:
    """From `at_us` on these things are not there any more (a merge, an erasure): two statements for WRITE_ROWS ids."""
    for start in range(0, len(ids), WRITE_ROWS):
        _close(model, ids[start : start + WRITE_ROWS], at_us)


def _close(model: type[FactRow], ids: Sequence[int], at_us: int) -> None:
    using = connections[router.db_for_write(model)]
    quote = using.ops.quote_name
    meta = model._meta  # noqa: SLF001 - documented by Django under this name
    marks = ", ".join(["%s"] * len(ids))
    sql = (
        f"UPDATE {quote(meta.db_table)} SET valid_to_us = %s WHERE valid_to_us = %s AND valid_from_us <> %s "  # noqa: S608 - names of our columns
        f"AND {quote(model.id_column)} IN ({marks})"
    )
    with using.cursor() as cursor:
        cursor.execute(sql, [at_us, CURRENT_US, at_us, *ids])
        closed = cursor.rowcount
    if closed < len(ids):
        wanted = Q(valid_to_us=CURRENT_US, **{f"{model.id_column}__in": ids})
        current = model._default_manager.filter(wanted)  # noqa: SLF001 - Django's name for it in reusable code
        # A row of this very instant was never seen by anybody: no interval of no length is kept.
        current.filter(valid_from_us=at_us).delete()


def _insert(model: type[Row], rows: Sequence[Row]) -> None:
    """One statement whatever the number of rows: Django's own insert stops at 999 values on SQLite.

    PostgreSQL takes an array for each column, but where there is one row: its driver spends more on an array than on
    a value.
    """
    using = connections[router.db_for_write(model)]
    quote = using.ops.quote_name
    meta = model._meta  # noqa: SLF001 - documented by Django under this name
    columns = [column for column in meta.concrete_fields if not column.primary_key]
    names = [column.attname for column in columns]
    quoted = ", ".join(quote(str(column.column)) for column in columns)
    head = f"INSERT INTO {quote(meta.db_table)} ({quoted})"
    with using.cursor() as cursor:
        if using.vendor == "postgresql" and len(rows) > 1:
            arrays = ", ".join(f"%s::{column.db_type(using)}[]" for column in columns)
            by_column = [[getattr(row, name) for row in rows] for name in names]
            cursor.execute(f"{head} SELECT * FROM unnest({arrays})", by_column)  # noqa: S608 - names of our columns
        else:
            marks = ", ".join(["%s"] * len(names))
            by_row = [tuple(getattr(row, name) for name in names) for row in rows]
            cursor.executemany(f"{head} VALUES ({marks})", by_row)
