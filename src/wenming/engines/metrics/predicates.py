"""Predicates of definitions: a small part of SQL, read by sqlglot and written out again for each database.

    predicate = or; or = and {OR and}; and = not {AND not}; not = [NOT] (test | "(" predicate ")")
    test = column (= <> < <= > >=) (literal | column) | column [NOT] IN (literals)
         | column [NOT] BETWEEN literal AND literal | column IS [NOT] NULL
    literal = an integer of 64 bits | 'ASCII code'

Nothing of the text reaches a database: every node is taken apart, known by name and built anew, so what this module
does not know is refused. Codes are only equal or not, since databases do not agree on the order of text.
"""

import re
from collections.abc import Callable
from typing import Any, Final

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from wenming.engines.metrics.errors import DefinitionError
from wenming.engines.metrics.factview import Code, ColumnType, FactView, Instant

CHARACTERS_MAX: Final = 2_000
DEPTH_MAX: Final = 40
IN_VALUES_MAX: Final = 200
INT_MAX: Final = 2**63 - 1
CUTOFF: Final = "cutoff"

_CODE: Final = re.compile(r"[A-Za-z0-9_.:/-]{1,64}", re.ASCII)
_TEXT: Final = re.compile(r"[A-Za-z0-9_.:/()<>=!', \n-]*", re.ASCII)
_INTEGER: Final = re.compile(r"[0-9]{1,19}", re.ASCII)
_EQUALITY: Final = (exp.EQ, exp.NEQ)
_ORDER: Final = (exp.LT, exp.LTE, exp.GT, exp.GTE)


class PredicateError(DefinitionError):
    pass


def parse(text: str, view: FactView) -> exp.Expr:
    """A tree of columns of `view`, literals and the operators above. Raises PredicateError."""
    if len(text) > CHARACTERS_MAX:
        raise PredicateError(f"a predicate has at most {CHARACTERS_MAX} characters")
    if _TEXT.fullmatch(text) is None or "--" in text or "/*" in text:
        raise PredicateError(f"a predicate is columns, comparisons and literals, without comments: {text!r}")
    try:
        return _Reader(view).condition(sqlglot.parse_one(text), 0)
    except (SqlglotError, RecursionError) as error:
        raise PredicateError(f"cannot read {text!r}") from error


def columns_in(tree: exp.Expr) -> set[str]:
    return {column.name for column in tree.find_all(exp.Column)}


def parts(tree: exp.Expr) -> list[exp.Expr]:
    """What must hold, all of it, for the whole to hold: the tests that the outermost ANDs join."""
    inside = tree.unnest()
    return [*parts(inside.this), *parts(inside.expression)] if isinstance(inside, exp.And) else [tree]


def cut_off(tree: exp.Expr, view: FactView) -> exp.Expr:
    """What did not happen before the cut-off has not happened: an instant at or after it counts as null.

    A plan is no event: a deadline was known before it came.
    """

    def change(node: exp.Expr) -> exp.Expr:
        if not isinstance(node, exp.Column) or node.name in view.plans:
            return node
        return _known_before_cutoff(node) if view.columns.get(node.name) is Instant else node

    return tree.copy().transform(change)


def _known_before_cutoff(column: exp.Expr) -> exp.Expr:
    seen = exp.LT(this=column.copy(), expression=exp.Placeholder(this=CUTOFF))
    return exp.Case(ifs=[exp.If(this=seen, true=column.copy())])


class _Reader:
    def __init__(self, view: FactView) -> None:
        self.view = view
        self.readers: dict[type[Any], Callable[[Any, int], exp.Expr]] = {
            exp.And: self._connective,
            exp.Or: self._connective,
            exp.Not: self._unary,
            exp.Paren: self._unary,
            exp.In: self._in,
            exp.Between: self._between,
            exp.Is: self._is_null,
            **dict.fromkeys((*_EQUALITY, *_ORDER), self._comparison),
        }

    def condition(self, node: Any, depth: int) -> exp.Expr:
        if depth > DEPTH_MAX:
            raise PredicateError(f"a predicate is nested at most {DEPTH_MAX} deep")
        read = self.readers.get(type(node))
        if read is None:
            raise PredicateError(f"not allowed in a predicate: {_show(node)}")
        return read(node, depth)

    def _connective(self, node: exp.Connector, depth: int) -> exp.Expr:
        _only(node, "this", "expression")
        # A chain of ANDs leans to the left: walked as a list, so that its length is not taken for depth.
        kind = type(node)
        parts: list[exp.Expr] = []
        rest: Any = node
        while type(rest) is kind:
            parts.append(self.condition(rest.expression, depth + 1))
            rest = rest.this
        found = self.condition(rest, depth + 1)
        for part in reversed(parts):
            found = _made(node, found, part)
        return exp.Paren(this=found)

    def _unary(self, node: exp.Not | exp.Paren, depth: int) -> exp.Expr:
        _only(node, "this")
        inside = self.condition(node.this, depth + 1)
        return inside if isinstance(node, exp.Paren) else exp.Paren(this=exp.Not(this=inside))

    def _comparison(self, node: exp.Binary, _depth: int) -> exp.Expr:
        _only(node, "this", "expression")
        column = self._column(node.this)
        kind = self.view.columns[column.name]
        if kind is Code and isinstance(node, _ORDER):
            raise PredicateError(f"a code is only equal or not: {_show(node)}")
        if isinstance(node.expression, exp.Column):
            other = self._column(node.expression)
            if (self.view.columns[other.name] is Code) != (kind is Code):
                raise PredicateError(f"a code and a number cannot be compared: {_show(node)}")
            return _made(node, column, other)
        return _made(node, column, self._literal(node.expression, kind))

    def _in(self, node: exp.In, _depth: int) -> exp.Expr:
        _only(node, "this", "expressions")
        column = self._column(node.this)
        if not 0 < len(node.expressions) <= IN_VALUES_MAX:
            raise PredicateError(f"IN takes 1 to {IN_VALUES_MAX} literals")
        kind = self.view.columns[column.name]
        return exp.In(this=column, expressions=[self._literal(each, kind) for each in node.expressions])

    def _between(self, node: exp.Between, _depth: int) -> exp.Expr:
        _only(node, "this", "low", "high")
        column = self._column(node.this)
        kind = self.view.columns[column.name]
        if kind is Code:
            raise PredicateError(f"a code is only equal or not: {_show(node)}")
        low, high = self._literal(node.args["low"], kind), self._literal(node.args["high"], kind)
        return exp.Paren(this=exp.Between(this=column, low=low, high=high))

    def _is_null(self, node: exp.Is, _depth: int) -> exp.Expr:
        _only(node, "this", "expression")
        if not isinstance(node.expression, exp.Null):
            raise PredicateError(f"IS is only for NULL: {_show(node)}")
        return exp.Paren(this=exp.Is(this=self._column(node.this), expression=exp.Null()))

    def _column(self, node: Any) -> exp.Column:
        if not isinstance(node, exp.Column) or not isinstance(node.this, exp.Identifier):
            raise PredicateError(f"a column of {self.view.name} must stand on the left: {_show(node)}")
        _only(node, "this")
        found = self.view.resolve(node.name)
        if found is None:
            raise PredicateError(f"the fact {self.view.name} has no column {node.name!r}")
        return exp.column(found)

    def _literal(self, node: Any, kind: ColumnType) -> exp.Expr:
        sign, bare = (-1, node.this) if isinstance(node, exp.Neg) else (1, node)
        if not isinstance(bare, exp.Literal):
            raise PredicateError(f"not a literal (and NULL only after IS): {_show(node)}")
        if bare.is_string != (kind is Code):
            raise PredicateError(f"text is for codes and integers for everything else: {_show(node)}")
        if kind is Code:
            if sign < 0 or _CODE.fullmatch(bare.name) is None:
                raise PredicateError(f"not an ASCII code: {_show(node)}")
            return exp.Literal.string(bare.name)
        if _INTEGER.fullmatch(bare.name) is None or int(bare.name) > INT_MAX:
            raise PredicateError(f"not an integer of 64 bits: {_show(node)}")
        number = exp.Literal.number(int(bare.name))
        return exp.Neg(this=number) if sign < 0 else number


def _made(like: exp.Expr, left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return type(like)(this=left, expression=right)


def _only(node: exp.Expr, *names: str) -> None:
    """Refuses what a node says beside its known parts: a subquery in IN, SYMMETRIC, a table before a column."""
    extra = [name for name, value in node.args.items() if value and name not in names]
    if extra:
        raise PredicateError(f"not allowed in a predicate: {', '.join(extra)} in {_show(node)}")


def _show(node: Any) -> str:
    return node.sql()[:80] if isinstance(node, exp.Expr) else str(node)[:80]
