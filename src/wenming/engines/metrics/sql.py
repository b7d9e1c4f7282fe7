"""The two statements of a metric: its numbers, and the ids that they rest on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlglot
from sqlglot import exp

from wenming.engines.metrics import predicates
from wenming.engines.metrics.definitions import Metric
from wenming.engines.metrics.errors import BadFilter, OutOfScope, UnknownDimension
from wenming.engines.metrics.facts import CURRENT_US
from wenming.engines.metrics.factview import REGION_LEVELS, Code, FactView
from wenming.kernel.clock import to_us
from wenming.kernel.periods import Period
from wenming.kernel.scopes import Scope

DIALECTS: Final = {"sqlite": "sqlite", "postgresql": "postgres"}
"""Django's names of databases to sqlglot's. A place to grow: DuckDB and Spark read the same trees."""
CELLS_MAX: Final = 20_000
FilterValue = int | str | None


@dataclass(frozen=True, slots=True)
class Question:
    """A metric asked of a period: everything that decides the answer but the rows."""

    metric: Metric
    view: FactView
    period: Period
    by: tuple[str, ...] = ()
    as_of: datetime | None = None
    cutoff: datetime | None = None
    where: tuple[tuple[str, FilterValue], ...] = ()
    scope: Scope | None = None

    def dimension(self, name: str) -> str:
        """The column of a dimension. Raises UnknownDimension for one that the definition does not offer."""
        known = set(self.metric.dimensions)
        if "region" in known:
            known |= {level for level in REGION_LEVELS if self.view.dimension(level, time=self.metric.time)}
        column = self.view.dimension(name, time=self.metric.time) if name in known else None
        if column is None:
            raise UnknownDimension(key=self.metric.key, dimension=name, known="、".join(sorted(known)) or "—")
        return column


@dataclass(frozen=True, slots=True)
class Statement:
    """`text` names its parameters as Django's driver of `vendor` wants them; no value stands in it."""

    text: str
    parameters: Mapping[str, Any]


def numbers(question: Question, vendor: str) -> Statement:
    """Columns: the dimensions in their order, numerator, denominator (null but for a ratio).

    A distinct count with dimensions has one more row in front, the total, with a leading column `part` on all rows:
    its cells do not add up.
    """
    columns = [exp.column(question.dimension(name)) for name in question.by]
    measures = _measures(question)
    grouped = exp.select(*columns, *measures).from_(_table(question)).where(_rows(question))
    if columns:
        grouped = grouped.group_by(*(column.copy() for column in columns))
    if columns and question.metric.kind == "distinct":
        nulls: list[exp.Expr] = [_null_as(question.view, column.name) for column in columns]
        total = exp.select(exp.Literal.number(0), *nulls, *(m.copy() for m in measures))
        total = total.from_(_table(question)).where(_rows(question))
        parted = exp.select(exp.Literal.number(1), *(c.copy() for c in columns), *(m.copy() for m in measures))
        parted = parted.from_(_table(question)).where(_rows(question)).group_by(*(c.copy() for c in columns))
        return _statement(exp.union(total, parted, distinct=False), question, vendor)
    return _statement(grouped.limit(CELLS_MAX + 1), question, vendor)


def evidence(question: Question, vendor: str) -> Statement:
    """Columns: id, and 1 where the row counts in the numerator; by id."""
    columns = [exp.column(question.view.id_column), _counted(question)]
    query = exp.select(*columns).from_(_table(question)).where(_rows(question))
    return _statement(query.order_by(exp.column(question.view.id_column)), question, vendor)


@dataclass(frozen=True, slots=True)
class Slice:
    """Which ids of the evidence: `part` is all, numerator or rest (a ratio's rows that did not count).

    `size` ids next to `key`, above it in ascending order, or below it in descending order where `is_backwards`.
    """

    part: str = "all"
    key: int | None = None
    is_backwards: bool = False
    size: int = 50


def evidence_slice(question: Question, vendor: str, wanted: Slice) -> Statement:
    """One column: id."""
    item = exp.column(question.view.id_column)
    query = exp.select(item).from_(_table(question)).where(_rows(question))
    if wanted.key is not None:
        compare = exp.LT if wanted.is_backwards else exp.GT
        query = query.where(compare(this=item.copy(), expression=exp.Placeholder(this="key")))
    if wanted.part != "all":
        flag = exp.Literal.number(1 if wanted.part == "numerator" else 0)
        query = query.where(exp.EQ(this=_counted(question), expression=flag))
    order = exp.Ordered(this=item.copy(), desc=wanted.is_backwards, nulls_first=not wanted.is_backwards)
    found = _statement(query.order_by(order).limit(wanted.size), question, vendor)
    return found if wanted.key is None else Statement(found.text, {**found.parameters, "key": wanted.key})


def _measures(question: Question) -> list[exp.Expr]:
    metric = question.metric
    everything: exp.Expr = exp.Count(this=exp.Star())
    if metric.kind == "ratio":
        return [exp.func("COALESCE", exp.Sum(this=_counted(question)), exp.Literal.number(0)), everything]
    if metric.kind == "count":
        return [everything, exp.Null()]
    value = _cut(question, exp.column(str(metric.value)))
    if metric.kind == "sum":
        return [exp.func("COALESCE", exp.Sum(this=value), exp.Literal.number(0)), exp.Null()]
    return [exp.Count(this=exp.Distinct(expressions=[value])), exp.Null()]


def _counted(question: Question) -> exp.Expr:
    """1 for a row that counts in the numerator, 0 for one that does not or of which it cannot be said."""
    one, nought = exp.Literal.number(1), exp.Literal.number(0)
    if not question.metric.is_ratio:
        return one
    test = _predicate(question, str(question.metric.numerator))
    return exp.Case(ifs=[exp.If(this=test, true=one)], default=nought)


def _rows(question: Question) -> exp.Expr:
    """Which fact rows the figure rests on: known at the as-of time, within period, scope and filter, and counted."""
    metric, view = question.metric, question.view
    tests = [_is_known(question)]
    time = exp.column(metric.time)
    tests.append(exp.GTE(this=time.copy(), expression=exp.Placeholder(this="period_start")))
    tests.append(exp.LT(this=time.copy(), expression=exp.Placeholder(this="period_end")))
    if question.cutoff is not None:
        tests.append(exp.LT(this=time.copy(), expression=exp.Placeholder(this=predicates.CUTOFF)))
    scope = question.scope
    if scope is not None and scope.is_nothing:
        tests.append(exp.EQ(this=exp.Literal.number(1), expression=exp.Literal.number(0)))
    elif scope is not None and not scope.is_everything:
        if scope.column not in view.columns:
            raise OutOfScope(name=metric.name)
        tests.append(exp.EQ(this=exp.column(scope.column), expression=exp.Placeholder(this="scope")))
    for index, (name, value) in enumerate(question.where):
        tests.append(_filter(question, name, value, f"where_{index}"))
    population = metric.denominator if metric.is_ratio else metric.numerator
    if population is not None:
        tests.append(_predicate(question, population))
    return exp.and_(*tests)


def _is_known(question: Question) -> exp.Expr:
    if question.as_of is None:
        current = exp.Literal.number(CURRENT_US)
        return exp.EQ(this=exp.column("valid_to_us"), expression=current)
    as_of = exp.Placeholder(this="as_of")
    return exp.and_(
        exp.LTE(this=exp.column("valid_from_us"), expression=as_of),
        exp.GT(this=exp.column("valid_to_us"), expression=as_of.copy()),
    )


def _filter(question: Question, name: str, value: FilterValue, parameter: str) -> exp.Expr:
    metric, view = question.metric, question.view
    column = view.resolve(name) or view.dimension(name, time=metric.time)
    if column is None:
        raise BadFilter(column=name, value=value)
    if value is None:
        return exp.Is(this=_cut(question, exp.column(column)), expression=exp.Null())
    is_code = view.columns[column] is Code
    is_fit = isinstance(value, str) and value.isascii() if is_code else type(value) is int
    if not is_fit or (isinstance(value, int) and abs(value) > predicates.INT_MAX):
        raise BadFilter(column=name, value=value)
    return exp.EQ(this=_cut(question, exp.column(column)), expression=exp.Placeholder(this=parameter))


def _predicate(question: Question, text: str) -> exp.Expr:
    return _cut(question, predicates.parse(text, question.view))


def _cut(question: Question, tree: exp.Expr) -> exp.Expr:
    return tree if question.cutoff is None else predicates.cut_off(tree, question.view)


def _table(question: Question) -> exp.Table:
    return exp.to_table(question.view.table)


def _null_as(view: FactView, column: str) -> exp.Expr:
    # PostgreSQL wants to know of what type the nothing of a UNION is.
    kind = "TEXT" if view.columns[column] is Code else "BIGINT"
    return exp.cast(exp.Null(), kind)


def _statement(query: exp.Query, question: Question, vendor: str) -> Statement:
    parameters: dict[str, Any] = {"period_start": question.period.start_us, "period_end": question.period.end_us}
    if question.as_of is not None:
        parameters["as_of"] = to_us(question.as_of)
    if question.cutoff is not None:
        parameters[predicates.CUTOFF] = to_us(question.cutoff)
    scope = question.scope
    if scope is not None and not scope.is_everything and not scope.is_nothing:
        parameters["scope"] = scope.value
    parameters |= {f"where_{i}": value for i, (_name, value) in enumerate(question.where) if value is not None}
    text = query.sql(dialect=DIALECTS[vendor], identify=True)
    return Statement(text, parameters)


assert set(DIALECTS.values()) <= set(sqlglot.Dialect.classes)
