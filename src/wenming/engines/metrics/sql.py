"""What a question asks of the rows, and the statements that answer with rows: evidence, records, facts.

The statement of numbers, of one figure or of many at once, is composed in `together`.
"""

from collections.abc import Mapping, Sequence
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


def evidence(question: Question, vendor: str) -> Statement:
    """Columns: id, and 1 where the row counts in the numerator; by id."""
    columns = [exp.column(question.view.id_column), _counted(question)]
    query = exp.select(*columns).from_(_evidence_source(question)).where(*_evidence_tests(question))
    return statement(query.order_by(exp.column(question.view.id_column)), question, vendor)


def records(question: Question, vendor: str, columns: Sequence[str]) -> Statement:
    """Columns: id, 1 where the row counts in the numerator, and `columns` of the fact as they are known; by id."""
    item = exp.column(question.view.id_column)
    counted = exp.Literal.number(1) if question.metric.is_percentile else _counted(question)
    query = exp.select(item, counted, *(exp.column(name) for name in columns)).from_(table(question))
    return statement(query.where(rows(question)).order_by(item.copy()), question, vendor)


def facts(question: Question, vendor: str, columns: Sequence[str], ids: Sequence[int]) -> Statement:
    """Columns: id and `columns` of the facts `ids` as they are known, whether they count or not."""
    item = exp.column(question.view.id_column)
    wanted = exp.In(this=item.copy(), expressions=[exp.Literal.number(one) for one in ids])
    query = exp.select(item, *(exp.column(name) for name in columns)).from_(table(question))
    return statement(query.where(_is_known(question), wanted).order_by(item.copy()), question, vendor)


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
    query = exp.select(item).from_(_evidence_source(question)).where(*_evidence_tests(question))
    if wanted.key is not None:
        compare = exp.LT if wanted.is_backwards else exp.GT
        query = query.where(compare(this=item.copy(), expression=exp.Placeholder(this="key")))
    if wanted.part != "all":
        flag = exp.Literal.number(1 if wanted.part == "numerator" else 0)
        query = query.where(exp.EQ(this=_counted(question), expression=flag))
    order = exp.Ordered(this=item.copy(), desc=wanted.is_backwards, nulls_first=not wanted.is_backwards)
    found = statement(query.order_by(order).limit(wanted.size), question, vendor)
    return found if wanted.key is None else Statement(found.text, {**found.parameters, "key": wanted.key})


def _ranked(question: Question) -> exp.Select:
    """Every row that is ranked, with its rank; equal values go by id."""
    value, item = exp.column(str(question.metric.value)), exp.column(question.view.id_column)
    order = exp.Order(expressions=[exp.Ordered(this=value.copy()), exp.Ordered(this=item.copy())])
    return (
        exp.select(
            item,
            exp.alias_(exp.Window(this=exp.RowNumber(), order=order), "ranked_number"),
            exp.alias_(exp.Window(this=exp.Count(this=exp.Star())), "ranked_rows"),
        )
        .from_(table(question))
        .where(rows(question))
    )


def _is_at_rank(question: Question) -> exp.Expr:
    """The nearest rank in whole numbers: of ranks 1 to n, the first that has the hundredths asked for behind it."""
    hundred, wanted = exp.Literal.number(100), exp.Literal.number(question.metric.percentile or 0)
    number, rows = exp.column("ranked_number"), exp.column("ranked_rows")
    goal = exp.Mul(this=rows, expression=wanted)
    before = exp.Paren(this=exp.Sub(this=number.copy(), expression=exp.Literal.number(1)))
    return exp.and_(
        exp.GTE(this=exp.Mul(this=number, expression=hundred), expression=goal),
        exp.LT(this=exp.Mul(this=before, expression=hundred.copy()), expression=goal.copy()),
    )


def _evidence_source(question: Question) -> exp.Expr:
    return _ranked(question).subquery("ranked") if question.metric.is_percentile else table(question)


def _evidence_tests(question: Question) -> list[exp.Expr]:
    return [] if question.metric.is_percentile else [rows(question)]


def _counted(question: Question) -> exp.Expr:
    """1 for a row that counts in the numerator, 0 for one that does not or of which it cannot be said.

    In the numerator of a percentile stands the one row that has its value.
    """
    one, nought = exp.Literal.number(1), exp.Literal.number(0)
    if question.metric.is_percentile:
        return exp.Case(ifs=[exp.If(this=_is_at_rank(question), true=one)], default=nought)
    if not question.metric.is_ratio:
        return one
    test = predicate(question, str(question.metric.numerator))
    return exp.Case(ifs=[exp.If(this=test, true=one)], default=nought)


def rows(question: Question) -> exp.Expr:
    """Which fact rows the figure rests on: known at the as-of time, within period, scope and filter, and counted."""
    return exp.and_(*source(question), *within(question), *population(question))


def source(question: Question) -> list[exp.Expr]:
    """What is asked of a row whatever the figure: that it is known, in the scope, and what the filter wants.

    Raises OutOfScope, BadFilter.
    """
    if not is_within(question):
        raise OutOfScope(name=question.metric.name)
    scope, tests = question.scope, [_is_known(question)]
    if scope is not None and scope.is_nothing:
        tests.append(exp.EQ(this=exp.Literal.number(1), expression=exp.Literal.number(0)))
    elif scope is not None and not scope.is_everything:
        tests.append(exp.EQ(this=exp.column(scope.column), expression=exp.Placeholder(this="scope")))
    for index, (name, value) in enumerate(question.where):
        tests.append(_filter(question, name, value, f"where_{index}"))
    return tests


def is_within(question: Question) -> bool:
    """Whether the fact can be narrowed to the scope that the question has."""
    scope = question.scope
    return scope is None or not scope.column or scope.column in question.view.columns


def within(question: Question) -> list[exp.Expr]:
    """That the row's own time lies in the period, and before the cut-off where there is one."""
    time = exp.column(question.metric.time)
    tests: list[exp.Expr] = []
    if not question.metric.is_standing:
        tests.append(exp.GTE(this=time.copy(), expression=exp.Placeholder(this="period_start")))
    tests.append(exp.LT(this=time.copy(), expression=exp.Placeholder(this="period_end")))
    if question.cutoff is not None:
        tests.append(exp.LT(this=time.copy(), expression=exp.Placeholder(this=predicates.CUTOFF)))
    return tests


def population(question: Question) -> list[exp.Expr]:
    """What the definition asks of each row that it counts; all must hold."""
    metric = question.metric
    text = metric.denominator if metric.is_ratio else metric.numerator
    tests = [] if text is None else predicates.parts(predicate(question, text))
    if metric.is_percentile:
        tests.append(exp.Not(this=exp.Is(this=cut(question, exp.column(str(metric.value))), expression=exp.Null())))
    return tests


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
    column = cut(question, exp.column(_filtered(question, name, value)))
    if value is None:
        return exp.Is(this=column, expression=exp.Null())
    return exp.EQ(this=column, expression=exp.Placeholder(this=parameter))


def _filtered(question: Question, name: str, value: FilterValue) -> str:
    """The column that a filter is on. Raises BadFilter."""
    column = question.view.resolve(name) or question.view.dimension(name, time=question.metric.time)
    if column is None:
        raise BadFilter(column=name, value=value)
    return column


def check_filters(question: Question) -> None:
    """Raises BadFilter for a value that its column cannot have."""
    for name, value in question.where:
        is_code = question.view.columns[_filtered(question, name, value)] is Code
        is_fit = isinstance(value, str) and value.isascii() if is_code else type(value) is int
        if value is not None and (not is_fit or (isinstance(value, int) and abs(value) > predicates.INT_MAX)):
            raise BadFilter(column=name, value=value)


def predicate(question: Question, text: str) -> exp.Expr:
    return cut(question, predicates.parse(text, question.view))


def cut(question: Question, tree: exp.Expr) -> exp.Expr:
    return tree if question.cutoff is None else predicates.cut_off(tree, question.view)


def table(question: Question) -> exp.Table:
    return exp.to_table(question.view.table)


def statement(query: exp.Query, question: Question, vendor: str) -> Statement:
    return Statement(text_of(query, vendor), parameters(question))


def text_of(query: exp.Expr, vendor: str) -> str:
    return query.sql(dialect=DIALECTS[vendor], identify=True)


def parameters(question: Question) -> dict[str, Any]:
    """The values that a statement about the question names. Raises BadFilter."""
    check_filters(question)
    found: dict[str, Any] = {"period_start": question.period.start_us, "period_end": question.period.end_us}
    if question.as_of is not None:
        found["as_of"] = to_us(question.as_of)
    if question.cutoff is not None:
        found[predicates.CUTOFF] = to_us(question.cutoff)
    scope = question.scope
    if scope is not None and not scope.is_everything and not scope.is_nothing:
        found["scope"] = scope.value
    return found | {f"where_{i}": value for i, (_name, value) in enumerate(question.where) if value is not None}


assert set(DIALECTS.values()) <= set(sqlglot.Dialect.classes)
