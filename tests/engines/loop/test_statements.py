"""The price of a verb is counted in statements, and the number of rows is not in it."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.engines.loop.toy.loop import HANDLER, LOOP, OFFICE, make_repairs, step, steps
from wenming.engines.loop import bulk
from wenming.engines.loop.commands import Command

pytestmark = pytest.mark.django_db

FEW, MANY = 1, bulk.ROWS_MAX


def statements(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as caught:
        act()
    return sum("SAVEPOINT" not in query["sql"] for query in caught)


@pytest.mark.parametrize("count", [FEW, MANY])
def test_create_costs_two_statements(count: int) -> None:
    assert statements(lambda: make_repairs(count)) == 2


@pytest.mark.parametrize("count", [FEW, MANY])
def test_apply_costs_a_fixed_number_of_statements(count: int) -> None:
    items = make_repairs(count)
    # select items, select clocks, calendar; update items, insert events, insert clocks
    assert statements(lambda: steps(items, "dispatch", changes={"unit_id": 20})) == 6
    # … and update clocks
    assert statements(lambda: steps(items, "suspend")) == 6
    assert statements(lambda: steps(items, "extend")) == 6
    assert statements(lambda: steps(items, "continue")) == 6
    assert statements(lambda: steps(items, "report", by=HANDLER)) == 7
    # … and the last acts that its guard looks at
    assert statements(lambda: steps(items, "close")) == 7


@pytest.mark.parametrize("count", [FEW, MANY])
def test_apply_with_keys_costs_two_statements_more(count: int) -> None:
    items = make_repairs(count)
    assert statements(lambda: steps(items, "dispatch", idempotency_key="k")) == 8
    # A replay writes nothing and asks no calendar.
    assert statements(lambda: steps(items, "dispatch", idempotency_key="k")) == 4


@pytest.mark.parametrize("count", [FEW, MANY])
def test_apply_refused_costs_as_little(count: int) -> None:
    items = make_repairs(count)
    assert statements(lambda: steps(items, "suspend")) == 2
    assert statements(lambda: steps(items, "suspend", idempotency_key="k")) == 5


def test_apply_in_chunks_costs_so_much_a_chunk() -> None:
    items = make_repairs(2 * MANY + 1)
    assert statements(lambda: steps(items, "dispatch")) == 3 * 6


def test_apply_nothing_costs_nothing() -> None:
    assert statements(lambda: LOOP.apply([], by=OFFICE)) == 0
    assert statements(lambda: LOOP.create([], by=OFFICE)) == 0


def test_apply_many_steps_of_one_item_at_once() -> None:
    item = make_repairs(1)[0]
    commands = [Command(item_id=item.pk, action="dispatch")]
    for _round in range(3):
        commands.append(Command(item_id=item.pk, action="report", by=HANDLER, evidence={"photo": [1]}))
        commands.append(Command(item_id=item.pk, action="return", reason="不清"))
    assert statements(lambda: LOOP.apply(commands, by=OFFICE)) == 7
    assert step(item, "report", by=HANDLER).version == 9
    assert LOOP.verify([item.pk]) == []
