"""Asking a metric of the database that this installation runs on."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

from django.conf import settings
from django.db import connection

from wenming.engines.metrics import numbers, registry, sql
from wenming.engines.metrics.errors import TooManyCells
from wenming.engines.metrics.sql import FilterValue, Question
from wenming.kernel import clock
from wenming.kernel.paging import PAGE_SIZE, BadCursor, Page
from wenming.kernel.periods import Period
from wenming.kernel.scopes import Scope

FETCH_ROWS: Final = 5_000
PARTS: Final = ("all", "numerator", "rest")


@dataclass(frozen=True, slots=True)
class Cell:
    """One group of `--by`: the values of its dimensions, and its numbers (None where a small cell is hidden)."""

    by: Mapping[str, Any]
    numerator: int | None
    denominator: int | None
    value: str | None
    display: str
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """`sha256` is over the ids in ascending order, in decimal, with a line feed between them; `numerator_sha256` over
    those that count in the numerator (the same as `sha256` but for a ratio)."""

    count: int
    sha256: str
    numerator_count: int
    numerator_sha256: str


@dataclass(frozen=True, slots=True)
class Measure:
    """The numbers of a metric. `numerator` and `denominator` are whole (fen for money); `exact` is in `unit`."""

    key: str
    version: int
    name: str
    unit: str
    period: str
    numerator: int
    denominator: int | None
    exact: Fraction | None
    value: str | None
    display: str
    as_of: datetime
    cutoff: datetime | None
    rows: tuple[Cell, ...]
    sql_sha256: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A measure with its evidence."""

    measure: Measure
    evidence: Evidence
    source: str = "computed"

    # What readers of a figure ask for first, without walking through the parts.
    @property
    def key(self) -> str:
        return self.measure.key

    @property
    def version(self) -> int:
        return self.measure.version

    @property
    def numerator(self) -> int:
        return self.measure.numerator

    @property
    def denominator(self) -> int | None:
        return self.measure.denominator

    @property
    def exact(self) -> Fraction | None:
        return self.measure.exact

    @property
    def value(self) -> str | None:
        return self.measure.value

    @property
    def display(self) -> str:
        return self.measure.display

    @property
    def as_of(self) -> datetime:
        return self.measure.as_of

    @property
    def cutoff(self) -> datetime | None:
        return self.measure.cutoff

    @property
    def rows(self) -> tuple[Cell, ...]:
        return self.measure.rows

    @property
    def evidence_count(self) -> int:
        return self.evidence.count

    @property
    def evidence_sha256(self) -> str:
        return self.evidence.sha256


def question(
    key: str,
    *,
    period: Period,
    by: tuple[str, ...] = (),
    as_of: datetime | None = None,
    cutoff: datetime | None = None,
    where: Mapping[str, FilterValue] | None = None,
    scope: Scope | None = None,
    version: int | None = None,
) -> Question:
    """What stands at a period's end is cut off there. Raises UnknownFigure for a key without a definition."""
    metric = registry.metric(key, version)
    if metric.is_standing:
        cutoff = period.end if cutoff is None else min(cutoff, period.end)
    filters = tuple(sorted((where or {}).items()))
    return Question(metric, registry.fact(metric.fact), period, by, as_of, cutoff, filters, scope)


def measure(asked: Question) -> Measure:
    """The numbers: one statement. Raises UnknownDimension, BadFilter, OutOfScope, TooManyCells."""
    statement = sql.numbers(asked, connection.vendor)
    found = fetch(statement)
    if len(found) > sql.CELLS_MAX:
        raise TooManyCells(limit=sql.CELLS_MAX)
    metric = asked.metric
    (numerator, denominator), cells = _total_and_cells(asked, found)
    exact = _exact(asked, numerator, denominator)
    return Measure(
        key=metric.key,
        version=metric.version,
        name=metric.name,
        unit=metric.unit,
        period=asked.period.label,
        numerator=numerator,
        denominator=denominator if metric.is_ratio else None,
        exact=exact,
        value=numbers.exact_text(exact),
        display=_display(asked, exact),
        as_of=asked.as_of or clock.now(),
        cutoff=asked.cutoff,
        rows=tuple(_cell(asked, values, pair) for values, pair in sorted(cells, key=_nulls_last)),
        sql_sha256=hashlib.sha256(statement.text.encode()).hexdigest(),
    )


def evidence(asked: Question) -> Evidence:
    """The ids that the figure rests on, as a count and a digest: one statement."""
    rows = [(int(item), counted == 1) for item, counted in fetch(sql.evidence(asked, connection.vendor))]
    counted_ids = [item for item, is_counted in rows if is_counted]
    return Evidence(len(rows), digest(item for item, _c in rows), len(counted_ids), digest(counted_ids))


def evidence_page(asked: Question, *, part: str = "all", cursor: str | None = None, size: int = PAGE_SIZE) -> Page[int]:
    """A page of ids in ascending order; `part` is all, numerator or rest. One statement. Raises BadCursor."""
    backwards, key = _read_cursor(cursor) if cursor else (False, None)
    wanted = sql.Slice(part if part in PARTS else "all", key, backwards, size + 1)
    ids = [int(item) for (item,) in fetch(sql.evidence_slice(asked, connection.vendor, wanted))]
    is_more = len(ids) > size
    ids = ids[:size]
    if backwards:
        ids.reverse()
    has_next = bool(ids) and (backwards or is_more)
    has_previous = bool(ids) and (is_more if backwards else key is not None)
    return Page(ids, f"n{ids[-1]}" if has_next else None, f"p{ids[0]}" if has_previous else None)


def _read_cursor(cursor: str) -> tuple[bool, int]:
    mark, number = cursor[:1], cursor[1:]
    if mark not in ("n", "p") or not (number.isascii() and number.isdecimal() and len(number) < 19):
        raise BadCursor
    return mark == "p", int(number)


def evaluate(asked: Question) -> Evaluation:
    return Evaluation(measure(asked), evidence(asked))


def digest(ids: Iterable[int]) -> str:
    return hashlib.sha256("\n".join(str(item) for item in ids).encode()).hexdigest()


Pair = tuple[int, int | None]
Group = tuple[tuple[Any, ...], Pair]


def _total_and_cells(asked: Question, found: list[tuple[Any, ...]]) -> tuple[Pair, list[Group]]:
    """Splits what the statement answered; cells that add up are added here, exactly."""
    width = len(asked.by)
    if not width:
        return _pair(found[0]), []
    if not asked.metric.is_additive:
        total = next(row for row in found if row[0] == 0)
        return _pair(total[1 + width :]), [(row[1 : 1 + width], _pair(row[1 + width :])) for row in found if row[0]]
    cells = [(row[:width], _pair(row[width:])) for row in found]
    denominator = sum(pair[1] or 0 for _values, pair in cells) if asked.metric.is_ratio else None
    return (sum(pair[0] for _values, pair in cells), denominator), cells


def _pair(columns: tuple[Any, ...]) -> Pair:
    """A percentile of no rows is null; its denominator, nought, says so."""
    numerator, denominator = columns
    return int(numerator or 0), None if denominator is None else int(denominator)


def _exact(asked: Question, numerator: int, denominator: int | None) -> Fraction | None:
    if asked.metric.is_percentile:
        return Fraction(numerator, asked.metric.scale) if denominator else None
    if not asked.metric.is_ratio:
        return Fraction(numerator, asked.metric.scale)
    return Fraction(numerator, denominator) if denominator else None


def _display(asked: Question, exact: Fraction | None) -> str:
    metric = asked.metric
    return numbers.display(exact, unit=metric.unit, decimals=metric.decimals, rounding=metric.rounding)


def _cell(asked: Question, values: tuple[Any, ...], pair: Pair) -> Cell:
    by = dict(zip(asked.by, values, strict=True))
    numerator, denominator = pair
    rows = denominator if denominator is not None else numerator
    if 0 < rows < max(asked.metric.cell_min, getattr(settings, "METRICS_CELL_MIN", 0)):
        return Cell(by, None, None, None, numbers.DASH, is_hidden=True)
    exact = _exact(asked, numerator, denominator)
    shown = denominator if asked.metric.is_ratio else None
    return Cell(by, numerator, shown, numbers.exact_text(exact), _display(asked, exact))


def _nulls_last(group: Group) -> list[tuple[bool, Any]]:
    return [(value is None, 0 if value is None else value) for value in group[0]]


def fetch(statement: sql.Statement) -> list[tuple[Any, ...]]:
    """Every row that the statement answers."""
    with connection.cursor() as cursor:
        cursor.execute(statement.text, dict(statement.parameters))
        rows: list[tuple[Any, ...]] = []
        while batch := cursor.fetchmany(FETCH_ROWS):
            rows += batch
        return rows
