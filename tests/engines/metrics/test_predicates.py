"""The compiler against a plain evaluator of SQL's three-valued logic, and against those who mean harm."""

from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.metrics import TOYS, ToyFact, make_count, us
from wenming.engines.metrics import facts, predicates, selectors
from wenming.engines.metrics.predicates import PredicateError
from wenming.kernel.clock import from_us
from wenming.kernel.periods import Period

YEAR = Period.parse("2024")
FOUND_US = us("2024-03-05") or 0
CODES = ("open", "done", "void", "x-1")
MOMENTS = tuple(FOUND_US + step for step in (0, 1, 2, 3))
COLUMNS: dict[str, tuple[Any, ...]] = {
    "state": CODES,
    "maker_id": (-2, -1, 0, 1, 2),
    "is_urgent": (0, 1),
    "done_us": MOMENTS,
    "due_us": MOMENTS,
    "found_us": MOMENTS,
}
Truth = bool | None
INSTANTS = {"done_us", "found_us"}
_keys = count(1)


@dataclass(frozen=True)
class Node:
    """One part of a random predicate: as text, and as a plain function of a row."""

    text: str
    columns: tuple[str, ...]
    holds: Any


def _value(text: Any) -> str:
    return f"'{text}'" if isinstance(text, str) else str(text)


def _both(left: Truth, right: Truth) -> Truth:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def _not(truth: Truth) -> Truth:
    return None if truth is None else not truth


COMPARE: dict[str, Any] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def _compare(op: str, left: Any, right: Any) -> Truth:
    return None if left is None or right is None else bool(COMPARE[op](left, right))


@st.composite
def leaves(draw: st.DrawFn) -> Node:
    column = draw(st.sampled_from(sorted(COLUMNS)))
    values = COLUMNS[column]
    ops = ("=", "<>") if column == "state" else tuple(COMPARE)
    kind = draw(st.sampled_from(["literal", "column", "in", "null", "between"]))
    if kind == "null":
        return Node(f"{column} IS NULL", (column,), lambda row: row[column] is None)
    if kind == "in":
        chosen = draw(st.lists(st.sampled_from(values), min_size=1, max_size=3))
        text = f"{column} IN ({', '.join(_value(v) for v in chosen)})"
        return Node(text, (column,), lambda row: None if row[column] is None else row[column] in chosen)
    if kind == "between" and column != "state":
        low, high = draw(st.sampled_from(values)), draw(st.sampled_from(values))
        text = f"{column} BETWEEN {_value(low)} AND {_value(high)}"
        return Node(text, (column,), lambda row: None if row[column] is None else low <= row[column] <= high)
    op = draw(st.sampled_from(ops))
    if kind == "column":
        other = "state" if column == "state" else draw(st.sampled_from(sorted(set(COLUMNS) - {"state"})))
        return Node(f"{column} {op} {other}", (column, other), lambda row: _compare(op, row[column], row[other]))
    value = draw(st.sampled_from(values))
    return Node(f"{column} {op} {_value(value)}", (column,), lambda row: _compare(op, row[column], value))


def _join(word: str, left: Node, right: Node) -> Node:
    def both(row: Any) -> Truth:
        return _both(left.holds(row), right.holds(row))

    def either(row: Any) -> Truth:
        return _not(_both(_not(left.holds(row)), _not(right.holds(row))))

    return Node(f"({left.text}) {word} ({right.text})", (), both if word == "AND" else either)


def _negate(inside: Node) -> Node:
    return Node(f"NOT ({inside.text})", (), lambda row: _not(inside.holds(row)))


def nodes() -> st.SearchStrategy[Node]:
    def grow(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        return st.builds(_join, st.sampled_from(["AND", "OR"]), inner, inner) | st.builds(_negate, inner)

    return st.recursive(leaves(), grow, max_leaves=8)


rows = st.fixed_dictionaries(
    {
        "state": st.sampled_from(CODES),
        "found_us": st.sampled_from(MOMENTS),
        **{name: st.none() | st.sampled_from(COLUMNS[name]) for name in ("maker_id", "is_urgent", "done_us", "due_us")},
    }
)


@pytest.mark.usefixtures("toys")
@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    predicate=nodes(),
    table=st.lists(rows, min_size=1, max_size=12),
    cutoff_us=st.none() | st.sampled_from(MOMENTS),
)
def test_compile_agrees_with_three_valued_logic(
    predicate: Node, table: list[dict[str, Any]], cutoff_us: int | None
) -> None:
    ToyFact.objects.all().delete()
    facts.replace(ToyFact, [ToyFact(toy_id=n, found_ym=202403, **row) for n, row in enumerate(table, 1)], FOUND_US)
    metric = make_count(key=f"toys.random_{next(_keys)}", numerator=predicate.text)
    cutoff = None if cutoff_us is None else from_us(cutoff_us)
    found = selectors.evaluate(metric.key, period=YEAR, cutoff=cutoff)
    seen = [(row["found_us"], _before(row, cutoff_us)) for row in table]
    expected = [at for at, row in seen if (cutoff_us is None or at < cutoff_us) and predicate.holds(row) is True]
    assert found.numerator == len(expected), predicate.text


def _before(row: dict[str, Any], cutoff_us: int | None) -> dict[str, Any]:
    if cutoff_us is None:
        return row
    return {
        name: None if name in INSTANTS and value is not None and value >= cutoff_us else value
        for name, value in row.items()
    }


@pytest.mark.parametrize(
    "text",
    [
        "1 = 1",
        "state",
        "state = 'x'; drop table toys",
        "state = 'x' -- and more",
        "state = 'x' /* and more */",
        "state in (select state from toys)",
        "exists (select 1)",
        "state = (select 'x')",
        "state = lower('X')",
        "lower(state) = 'x'",
        "abs(maker_id) = 1",
        "cast(maker_id as text) = '1'",
        "maker_id::text = '1'",
        "maker_id + 1 = 2",
        "maker_id = 1 + 1",
        "state like 'x'",
        "state || 'x' = 'y'",
        "state = 'it''s'",
        "state = '空'",
        "state = 'a%b'",
        "state = ''",
        "state = 1",
        "maker_id = 'x'",
        "maker_id = 1.5",
        "maker_id = 1e3",
        "maker_id = 9223372036854775808",
        "maker_id = null",
        "maker_id in (1, null)",
        "maker_id in ()",
        "maker_id is true",
        "maker_id is distinct from 1",
        "maker_id <=> 1",
        "maker_id between symmetric 2 and 1",
        "maker_id = true",
        "state < 'x'",
        "state between 'a' and 'b'",
        "state = maker_id",
        "toys.state = 'x'",
        "valid_to_us = 1",
        "toy_idd = 1",
        "password = 'x'",
        "found_at = now()",
        "case when maker_id = 1 then 1 end = 1",
        "maker_id = :cutoff",
        "maker_id = ?",
        "maker_id = %s",
        "maker_id = $1",
        '"state" = "x"',
        "select 1",
        "state = 'x' union select 1",
        "state = n'x'",
        "maker_id = 1 and",
        "",
        "(" * 60 + "maker_id = 1" + ")" * 60,
        "(" * 900 + "maker_id = 1" + ")" * 900,
        "not " * 60 + "maker_id = 1",
        "maker_id = 1 or " * 200 + "maker_id = 1",
        f"maker_id in ({','.join(['1'] * 201)})",
    ],
)
def test_parse_refuses_what_it_does_not_know(text: str) -> None:
    with pytest.raises(PredicateError):
        predicates.parse(text, TOYS)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="abcdestu_id()=<>!'1029 ,.;-*/\"%:?\n", max_size=60) | st.text(max_size=30))
def test_parse_of_anything_refuses_or_names_known_columns(text: str) -> None:
    try:
        tree = predicates.parse(text, TOYS)
    except PredicateError:
        return
    assert predicates.columns_in(tree) <= set(TOYS.columns)


def test_parse_takes_a_definition_s_name_of_an_instant() -> None:
    assert predicates.columns_in(predicates.parse("done_at <= due_at", TOYS)) == {"done_us", "due_us"}


def test_parse_takes_long_chains() -> None:
    text = " or ".join(["maker_id = 1"] * 100)
    assert predicates.parse(text, TOYS).sql().count("maker_id") == 100
