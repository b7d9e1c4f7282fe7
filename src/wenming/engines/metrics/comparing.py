"""Why a figure is another one now: row by row, from what was known of each thing then and what is known of it today."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.db import connection

from wenming.engines.metrics import predicates, sql
from wenming.engines.metrics.definitions import Metric
from wenming.engines.metrics.evaluation import fetch
from wenming.engines.metrics.factview import FactView, Instant
from wenming.engines.metrics.sql import Question

FACTS_AT_ONCE: Final = 500
CODES_MAX: Final = 20

Value = int | str | None
Columns = Mapping[str, Value]


class Effect(StrEnum):
    """What became of a row in the figure. ENTERED and LEFT are of its population, the others of a ratio's numerator."""

    ENTERED = "entered"
    LEFT = "left"
    COUNTED = "counted"
    UNCOUNTED = "uncounted"


class Cause(StrEnum):
    """RECORDED: filed only since. GONE: no such thing any more. HAPPENED and UNDONE: an event was written, or taken
    back. CORRECTED: another value stands there."""

    RECORDED = "recorded"
    GONE = "gone"
    HAPPENED = "happened"
    UNDONE = "undone"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Record:
    """A row that a figure rests on: does it count in the numerator, and the columns that the figure reads."""

    is_counted: bool
    columns: Columns


@dataclass(frozen=True, slots=True)
class Reason:
    """`count` rows had one effect by one cause; `column` is empty where the whole row came or went.

    `codes` are the first CODES_MAX of them as people call them, `words` what happened in the reader's language.
    """

    effect: Effect
    cause: Cause
    column: str
    words: str
    count: int
    codes: tuple[str, ...]


def columns_of(metric: Metric, view: FactView) -> tuple[str, ...]:
    """The columns that decide whether a row counts, in the order of the fact view, and those named as evidence."""
    read = {metric.time, *([metric.value] if metric.value else [])}
    for text in (metric.numerator, metric.denominator):
        if text is not None:
            read |= predicates.columns_in(predicates.parse(text, view))
    read |= {name for told in metric.evidence if (name := view.resolve(told)) is not None}
    return tuple(name for name in view.columns if name in read)


def records(asked: Question) -> dict[int, Record]:
    """Every row that the figure rests on, by id in ascending order: one statement."""
    names = columns_of(asked.metric, asked.view)
    rows = fetch(sql.records(asked, connection.vendor, names))
    return {int(row[0]): Record(row[1] == 1, dict(zip(names, row[2:], strict=True))) for row in rows}


def reasons(asked: Question, *, then: Mapping[int, Record], known_at: datetime) -> list[Reason]:
    """Why the figure differs from the rows `then`, which were known at `known_at`; most rows first.

    `asked` is the question as it is answered now. Statements: one for the rows of now, two for each FACTS_AT_ONCE
    rows that differ, one for codes.
    """
    now = records(asked)
    differing = [pk for pk in {**then, **now} if _standing(then.get(pk)) != _standing(now.get(pk))]
    before = _columns(replace(asked, as_of=known_at), then, differing)
    after = _columns(asked, now, differing)
    grouped: dict[tuple[Effect, Cause, str], list[int]] = {}
    for pk in sorted(differing):
        cause, column = _cause(asked, before.get(pk), after.get(pk))
        grouped.setdefault((_effect(then.get(pk), now.get(pk)), cause, column), []).append(pk)
    told = [pk for ids in grouped.values() for pk in ids[:CODES_MAX]]
    codes = asked.view.codes(told) if asked.view.codes is not None else {}
    found = [
        Reason(
            effect,
            cause,
            column,
            str(asked.view.events.get(column, "")),
            len(ids),
            tuple(codes.get(pk, str(pk)) for pk in ids[:CODES_MAX]),
        )
        for (effect, cause, column), ids in grouped.items()
    ]
    return sorted(found, key=lambda one: (-one.count, one.effect, one.cause, one.column))


def _standing(record: Record | None) -> bool | None:
    return None if record is None else record.is_counted


def _effect(then: Record | None, now: Record | None) -> Effect:
    if then is None:
        return Effect.ENTERED
    if now is None:
        return Effect.LEFT
    return Effect.COUNTED if now.is_counted else Effect.UNCOUNTED


def _columns(asked: Question, known: Mapping[int, Record], ids: Iterable[int]) -> dict[int, Columns]:
    """What stood in these rows; of those that did not count, the fact itself is asked."""
    names = columns_of(asked.metric, asked.view)
    found: dict[int, Columns] = {pk: known[pk].columns for pk in ids if pk in known}
    open_ids = [pk for pk in ids if pk not in known]
    for start in range(0, len(open_ids), FACTS_AT_ONCE):
        some = open_ids[start : start + FACTS_AT_ONCE]
        for row in fetch(sql.facts(asked, connection.vendor, names, some)):
            found[int(row[0])] = dict(zip(names, row[1:], strict=True))
    return found


def _cause(asked: Question, before: Columns | None, after: Columns | None) -> tuple[Cause, str]:
    """The first column that differs says it; an event that ends a thing goes before the others."""
    if before is None:
        return Cause.RECORDED, ""
    if after is None:
        return Cause.GONE, ""
    deciding = _deciding_first(asked)
    changed = [name for name in deciding if name in before and before[name] != after.get(name)]
    if not changed:
        return Cause.CORRECTED, ""
    column = changed[0]
    if asked.view.columns[column] is Instant and before[column] is None:
        return Cause.HAPPENED, column
    if asked.view.columns[column] is Instant and after[column] is None:
        return Cause.UNDONE, column
    return Cause.CORRECTED, column


def _deciding_first(asked: Question) -> list[str]:
    """The columns of population and numerator before those that are only shown."""
    deciding: list[str] = []
    for text in (asked.metric.denominator, asked.metric.numerator):
        if text is not None:
            deciding += sorted(predicates.columns_in(predicates.parse(text, asked.view)))
    return list(dict.fromkeys([*deciding, *columns_of(asked.metric, asked.view)]))
