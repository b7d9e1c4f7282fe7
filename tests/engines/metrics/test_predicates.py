"""The compiler against a plain evaluator of SQL's three-valued logic, and against those who mean harm."""

from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engines.metrics.drawn import FOUND_US, MOMENTS, Node, before, nodes, rows
from tests.factories.metrics import TOYS, ToyFact, make_count
from wenming.engines.metrics import facts, predicates, selectors
from wenming.engines.metrics.predicates import PredicateError
from wenming.kernel.clock import from_us
from wenming.kernel.periods import Period

YEAR = Period.parse("2024")
_keys = count(1)


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
    seen = [(row["found_us"], before(row, cutoff_us)) for row in table]
    expected = [at for at, row in seen if (cutoff_us is None or at < cutoff_us) and predicate.holds(row) is True]
    assert found.numerator == len(expected), predicate.text


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
