"""Random predicates, each as a text and as a plain function of a row, and random rows to ask them of."""

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.factories.metrics import us

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


def before(row: dict[str, Any], cutoff_us: int | None) -> dict[str, Any]:
    if cutoff_us is None:
        return row
    return {
        name: None if name in INSTANTS and value is not None and value >= cutoff_us else value
        for name, value in row.items()
    }
