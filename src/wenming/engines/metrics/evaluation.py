"""Asking a metric of the database that this installation runs on."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

from django.conf import settings
from django.db import connection

from wenming.engines.metrics import numbers, registry, sql, together
from wenming.engines.metrics.errors import TooManyCells
from wenming.engines.metrics.sql import FilterValue, Question
from wenming.engines.metrics.together import Composed
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
    asked: Question


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
    return measures([asked])[0]


def measures(asked: Sequence[Question]) -> list[Measure]:
    """The numbers of each question, in their order, each as if it were asked alone.

    Statements: one for all that add up over the same fact, period, as-of time, scope, filter and dimensions; one for
    percentiles of the same rows; one for each distinct count. Raises what `measure` raises.
    """
    found: dict[int, Measure] = {}
    now = clock.now()
    for places in together.kindred(asked):
        for composed, statement in together.statements([asked[place] for place in places], connection.vendor):
            answered = [places[place] for place in composed.places]
            rows = fetch(statement)
            if len(rows) <= sql.CELLS_MAX:
                answers = zip(answered, composed.numbers, strict=True)
                found |= {place: _measure(asked[place], composed, rows, two, now) for place, two in answers}
            elif len(answered) == 1:
                raise TooManyCells(limit=sql.CELLS_MAX)
            else:
                # Each of them may be within the limit that they are over together.
                found |= {place: measure(asked[place]) for place in answered}
    return [found[place] for place in range(len(asked))]


def _measure(
    asked: Question, composed: Composed, rows: Sequence[tuple[Any, ...]], columns: tuple[int, int], now: datetime
) -> Measure:
    metric = asked.metric
    (numerator, denominator), cells = _total_and_cells(asked, composed, rows, columns)
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
        as_of=asked.as_of or now,
        cutoff=asked.cutoff,
        rows=tuple(_cell(asked, values, pair) for values, pair in sorted(cells, key=_nulls_last)),
        asked=asked,
    )


def statement_sha256(asked: Question) -> str:
    """Over the text of the statement that asks this figure alone, without its parameters."""
    [(composed, _statement)] = together.statements([asked], connection.vendor)
    return hashlib.sha256(composed.text.encode()).hexdigest()


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


Pair = tuple[int, int]
"""The numerator, and how many rows the figure rests on: the denominator of a ratio."""
Group = tuple[tuple[Any, ...], Pair]


def _total_and_cells(
    asked: Question, composed: Composed, found: Sequence[tuple[Any, ...]], columns: tuple[int, int]
) -> tuple[Pair, list[Group]]:
    """Splits what the statement answered; cells that add up are added here, exactly."""
    first = int(composed.has_total)
    width = first + len(asked.by)
    if not asked.by:
        return _pair(found[0], width, columns), []
    groups = [(row[0], row[first:width], _pair(row, width, columns)) for row in found]
    # A row of the answer is there for one figure at least, and may be no cell of another.
    cells = [(values, pair) for part, values, pair in groups if pair[1] and not (composed.has_total and part == 0)]
    if composed.has_total:
        return next(pair for part, _values, pair in groups if part == 0), cells
    return (sum(pair[0] for _values, pair in cells), sum(pair[1] for _values, pair in cells)), cells


def _pair(row: tuple[Any, ...], width: int, columns: tuple[int, int]) -> Pair:
    """A percentile of no rows is null."""
    numerator, rows = columns
    return int(row[width + numerator] or 0), int(row[width + rows])


def _exact(asked: Question, numerator: int, denominator: int) -> Fraction | None:
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
    numerator, rows = pair
    if 0 < rows < max(asked.metric.cell_min, getattr(settings, "METRICS_CELL_MIN", 0)):
        return Cell(by, None, None, None, numbers.DASH, is_hidden=True)
    exact = _exact(asked, numerator, rows)
    shown = rows if asked.metric.is_ratio else None
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
