"""The numbers of many figures in few statements; one figure is the case of one.

What adds up is answered in one scan of the rows. Each row is told by the tests that it meets, a bit for each test that
any of the figures asks; the rows that meet the same tests are counted once, and a figure adds those whose bits contain
its own. What is asked of a row is so computed once, whatever the number of figures that ask it:

    SELECT SUM(CASE WHEN (_met & 3) = 3 THEN _rows END), …
      FROM (SELECT CASE WHEN … THEN 1 ELSE 0 END + CASE WHEN … THEN 2 ELSE 0 END + … AS _met, COUNT(*) AS _rows
              FROM facts WHERE … GROUP BY _met)

A percentile is read from the rows counted by their value, and percentiles of the same rows together; a distinct count
has a statement of its own.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from sqlglot import exp

from wenming.engines.metrics import predicates, sql
from wenming.engines.metrics.factview import Code, FactView
from wenming.engines.metrics.sql import CELLS_MAX, Question, Statement
from wenming.kernel.clock import to_us
from wenming.kernel.periods import Period
from wenming.kernel.scopes import Scope

BITS: Final = 62
"""Of a signed bigint: one is the sign, and one is left alone."""
PARTS_MAX: Final = 25
"""A predicate of more parts is one test."""
TEXTS_KEPT: Final = 512
MET, ROWS, TOTAL = "_met", "_rows", "_total"
_ANY_PERIOD: Final = Period.parse("2000")
_ANY_TIME: Final = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Composed:
    """A text without any value, and where its answer has the numbers of the questions at `places`.

    Columns: the dimensions, then those that `numbers` counts from nought: of each question first the numerator, then
    how many rows it rests on. Where `has_total` a column stands before them all, 0 in the row of the whole and 1 in
    those of the cells.
    """

    text: str
    places: tuple[int, ...]
    numbers: tuple[tuple[int, int], ...]
    has_total: bool = False


def kindred(questions: Sequence[Question]) -> list[list[int]]:
    """The places of those that can be answered together. Raises UnknownDimension."""
    found: dict[Any, list[int]] = {}
    for place, question in enumerate(questions):
        found.setdefault(_kin(question), []).append(place)
    return list(found.values())


def statements(questions: Sequence[Question], vendor: str) -> list[tuple[Composed, Statement]]:
    """What answers kindred questions: one statement, but where they ask more tests than there are bits.

    Raises UnknownDimension, BadFilter, OutOfScope.
    """
    cutoffs = list(dict.fromkeys(question.cutoff for question in questions if question.cutoff is not None))
    parameters = sql.parameters(questions[0])
    parameters.pop(predicates.CUTOFF, None)
    parameters |= {_cutoff_name(place): to_us(cutoff) for place, cutoff in enumerate(cutoffs)}
    asked = tuple(_without_values(question, cutoffs) for question in questions)
    return [(composed, Statement(composed.text, parameters)) for composed in compose(asked, vendor)]


@lru_cache(maxsize=TEXTS_KEPT)
def compose(questions: tuple[Question, ...], vendor: str) -> tuple[Composed, ...]:
    """`questions` are kindred and without values."""
    metric, everyone = questions[0].metric, tuple(range(len(questions)))
    has_total = bool(questions[0].by) and not metric.is_additive
    if metric.is_percentile:
        query, numbers = _percentiles(questions)
        return (Composed(sql.text_of(query, vendor), everyone, numbers, has_total),)
    if not metric.is_additive:
        return (Composed(sql.text_of(_distinct(questions[0]), vendor), everyone, ((0, 1),) * len(everyone), has_total),)
    asked = [_asked(question) for question in questions]
    return tuple(
        Composed(sql.text_of(query, vendor), tuple(places), numbers)
        for places in _fitting(asked)
        for query, numbers in [_sums(questions[0], [asked[place] for place in places])]
    )


def _kin(question: Question) -> tuple[Any, ...]:
    metric = question.metric
    by = tuple(question.dimension(name) for name in question.by)
    common = (question.view, question.period, question.by, by, question.as_of, question.where, question.scope)
    if metric.is_percentile:
        return (*common, question.cutoff, metric.time, metric.value, metric.numerator)
    if not metric.is_additive:
        return (*common, question.cutoff, metric)
    # A filter on an instant is cut off as well.
    return (*common, question.cutoff) if question.where else common


def _cutoff_name(place: int) -> str:
    return f"{predicates.CUTOFF}_{place}"


def _without_values(question: Question, cutoffs: Sequence[datetime]) -> Question:
    """The same question for all values that could be asked; a cut-off is told by its place, in seconds."""
    scope, cutoff = question.scope, question.cutoff
    return replace(
        question,
        period=_ANY_PERIOD,
        as_of=None if question.as_of is None else _ANY_TIME,
        cutoff=None if cutoff is None else _ANY_TIME + timedelta(seconds=cutoffs.index(cutoff)),
        where=tuple((name, None if value is None else 0) for name, value in question.where),
        scope=scope if scope is None or scope.is_nothing or scope.is_everything else Scope(scope.column, 0),
    )


def _naming(question: Question) -> Callable[[exp.Expr], exp.Expr]:
    """Gives the cut-off of a tree the name that it has among those of the statement."""
    if question.cutoff is None:
        return lambda tree: tree
    name = _cutoff_name((question.cutoff - _ANY_TIME).seconds)

    def named(node: exp.Expr) -> exp.Expr:
        is_cutoff = isinstance(node, exp.Placeholder) and node.name == predicates.CUTOFF
        return exp.Placeholder(this=name) if is_cutoff else node

    return lambda tree: tree.transform(named)


Tests = dict[str, exp.Expr]
"""By their text: what two figures ask alike is one test."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a figure asks of a row: that it lies in `span`, meets `population`, and for a ratio `counted` as well."""

    span: str
    within: Tests
    population: Tests
    counted: Tests
    value: exp.Expr | None

    @property
    def tests(self) -> Tests:
        return {self.span: exp.and_(*self.within.values()), **self.population, **self.counted}


def _asked(question: Question) -> _Asked:
    metric, named = question.metric, _naming(question)

    def tests(trees: Iterable[exp.Expr]) -> Tests:
        found = {tree.sql(): tree for tree in map(named, trees)}
        whole = exp.and_(*found.values()) if len(found) > PARTS_MAX else None
        return found if whole is None else {whole.sql(): whole}

    within = tests(sql.within(question))
    counted = predicates.parts(sql.predicate(question, str(metric.numerator))) if metric.is_ratio else []
    value = named(sql.cut(question, exp.column(metric.value))) if metric.value else None
    return _Asked(" AND ".join(within), within, tests(sql.population(question)), tests(counted), value)


def _fitting(asked: Sequence[_Asked]) -> list[list[int]]:
    """As many at once as have a bit for each of their tests."""
    found: list[list[int]] = []
    used: set[str] = set()
    for place, one in enumerate(asked):
        if not found or len(used | one.tests.keys()) > BITS:
            found.append([])
            used = set()
        found[-1].append(place)
        used |= one.tests.keys()
    return found


@dataclass(slots=True)
class _Columns:
    """The columns of the outer statement, each once."""

    made: dict[str, exp.Expr] = field(default_factory=dict)

    def place(self, column: exp.Expr) -> int:
        text = column.sql()
        self.made.setdefault(text, column)
        return list(self.made).index(text)


def _sums(first: Question, asked: Sequence[_Asked]) -> tuple[exp.Query, tuple[tuple[int, int], ...]]:
    by = [exp.column(first.dimension(name)) for name in first.by]
    spans: dict[str, list[_Asked]] = {}
    for one in asked:
        spans.setdefault(one.span, []).append(one)
    wanted = [_wanted(of_span) for of_span in spans.values()]
    # What every row meets that is read at all takes no bit.
    met = set(wanted[0]) | {asked[0].span} if len(spans) == 1 else set()
    bits: dict[str, tuple[int, exp.Expr]] = {}
    for one in asked:
        for text, test in one.tests.items():
            if text not in met and text not in bits:
                bits[text] = (1 << len(bits), test)
    values = {one.value.sql(): one.value for one in asked if one.value is not None}
    counted = _counted_once(first, by, list(bits.values()), list(values.values()), wanted)
    columns, numbers = _Columns(), []
    for one in asked:
        population = _mask(bits, (one.span, *one.population))
        rows = columns.place(_added(ROWS, population))
        source = ROWS if one.value is None else f"_value_{list(values).index(one.value.sql())}"
        numbers.append((columns.place(_added(source, population | _mask(bits, one.counted))), rows))
    outer = exp.select(*(column.copy() for column in by), *columns.made.values()).from_(counted.subquery("counted"))
    outer = outer.group_by(*(column.copy() for column in by)) if by else outer
    return outer.limit(CELLS_MAX + 1), tuple(numbers)


def _wanted(asked: Sequence[_Asked]) -> Tests:
    """What all figures of a span ask of a row."""
    shared = [text for text in asked[0].population if all(text in one.population for one in asked)]
    return {**asked[0].within, **{text: asked[0].population[text] for text in shared}}


def _counted_once(
    first: Question,
    by: Sequence[exp.Column],
    bits: Sequence[tuple[int, exp.Expr]],
    values: Sequence[exp.Expr],
    wanted: Sequence[Tests],
) -> exp.Select:
    """The rows that are wanted by the tests that they meet: how many, and the sum of each of `values`."""
    met: exp.Expr = exp.Literal.number(0)
    for number, (bit, test) in enumerate(bits):
        one = exp.Case(ifs=[exp.If(this=test.copy(), true=exp.Literal.number(bit))], default=exp.Literal.number(0))
        met = exp.Add(this=met, expression=one) if number else one
    query = exp.select(
        *(column.copy() for column in by),
        exp.alias_(met, MET),
        exp.alias_(exp.Count(this=exp.Star()), ROWS),
        *(exp.alias_(exp.Sum(this=value.copy()), f"_value_{place}") for place, value in enumerate(values)),
    ).from_(sql.table(first))
    either = exp.or_(*(exp.and_(*(test.copy() for test in tests.values())) for tests in wanted))
    named = _naming(first)
    query = query.where(*(named(test) for test in sql.source(first)), either)
    return query.group_by(*(column.copy() for column in by), exp.column(MET))


def _mask(bits: dict[str, tuple[int, exp.Expr]], texts: Iterable[str]) -> int:
    return sum({bits[text][0] for text in texts if text in bits})


def _added(column: str, mask: int) -> exp.Expr:
    """Of the rows that meet all tests of the mask."""
    whole = exp.Literal.number(mask)
    within = exp.Paren(this=exp.BitwiseAnd(this=exp.column(MET), expression=whole))
    test = exp.EQ(this=within, expression=whole.copy())
    added: exp.Expr = exp.column(column)
    if mask:
        added = exp.Case(ifs=[exp.If(this=test, true=added)])
    return exp.func("COALESCE", exp.Sum(this=added), exp.Literal.number(0))


def _distinct(question: Question) -> exp.Expr:
    named = _naming(question)
    value = sql.cut(question, exp.column(str(question.metric.value)))
    measures = [exp.Count(this=exp.Distinct(expressions=[value])), exp.Count(this=exp.Star())]

    def grouped(by: Sequence[exp.Column], shown: Sequence[exp.Expr]) -> exp.Select:
        query = exp.select(*shown, *(one.copy() for one in measures)).from_(sql.table(question))
        query = query.where(sql.rows(question))
        return query.group_by(*(column.copy() for column in by)) if by else query

    return named(_with_total(question, grouped))


def _percentiles(questions: Sequence[Question]) -> tuple[exp.Expr, tuple[tuple[int, int], ...]]:
    """The nearest rank is the value at which the rows so far are first as many as the hundredths asked for."""
    first = questions[0]
    value = exp.column(str(first.metric.value))
    asked = list(dict.fromkeys(question.metric.percentile or 0 for question in questions))
    total = exp.func("COALESCE", exp.Max(this=exp.column(TOTAL)), exp.Literal.number(0))

    def grouped(by: Sequence[exp.Column], shown: Sequence[exp.Expr]) -> exp.Select:
        ranks = [
            exp.Max(this=exp.Case(ifs=[exp.If(this=_is_reached(percent), true=value.copy())])) for percent in asked
        ]
        query = exp.select(*shown, *ranks, total.copy()).from_(_by_value(first, by).subquery("ranked"))
        return query.group_by(*(column.copy() for column in by)) if by else query

    numbers = tuple((asked.index(question.metric.percentile or 0), len(asked)) for question in questions)
    return _naming(first)(_with_total(first, grouped)), numbers


def _by_value(question: Question, by: Sequence[exp.Column]) -> exp.Select:
    """Each value with how many rows have it, how many have it or a smaller one, and how many there are."""
    value = exp.column(str(question.metric.value))
    counted = (
        exp.select(*(c.copy() for c in by), value.copy(), exp.alias_(exp.Count(this=exp.Star()), ROWS))
        .from_(sql.table(question))
        .where(sql.rows(question))
        .group_by(*(c.copy() for c in by), value.copy())
    )
    within: dict[str, Any] = {"partition_by": [c.copy() for c in by]} if by else {}
    order = exp.Order(expressions=[exp.Ordered(this=value.copy())])
    upto = exp.Window(this=exp.Sum(this=exp.column(ROWS)), order=order, **within)
    total = exp.Window(this=exp.Sum(this=exp.column(ROWS)), **({"partition_by": [c.copy() for c in by]} if by else {}))
    columns = [*(c.copy() for c in by), value.copy(), exp.column(ROWS), exp.alias_(upto, MET), exp.alias_(total, TOTAL)]
    return exp.select(*columns).from_(counted.subquery("counted"))


def _is_reached(percent: int) -> exp.Expr:
    hundred = exp.Literal.number(100)
    goal = exp.Mul(this=exp.column(TOTAL), expression=exp.Literal.number(percent))
    before = exp.Paren(this=exp.Sub(this=exp.column(MET), expression=exp.column(ROWS)))
    return exp.and_(
        exp.GTE(this=exp.Mul(this=exp.column(MET), expression=hundred), expression=goal),
        exp.LT(this=exp.Mul(this=before, expression=hundred.copy()), expression=goal.copy()),
    )


def _with_total(
    question: Question, grouped: Callable[[Sequence[exp.Column], Sequence[exp.Expr]], exp.Select]
) -> exp.Query:
    """What does not add up has its whole asked beside the cells."""
    by = [exp.column(question.dimension(name)) for name in question.by]
    if not by:
        return grouped([], [])
    nulls = [_null_as(question.view, column.name) for column in by]
    whole = grouped([], [exp.Literal.number(0), *nulls])
    cells = grouped(by, [exp.Literal.number(1), *(column.copy() for column in by)])
    return exp.union(whole, cells, distinct=False)


def _null_as(view: FactView, column: str) -> exp.Expr:
    # PostgreSQL wants to know of what type the nothing of a UNION is.
    return exp.cast(exp.Null(), "TEXT" if view.columns[column] is Code else "BIGINT")
