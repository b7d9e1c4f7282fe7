"""Pages laid end to end are the list: every row once, in order, in either direction."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wenming.foundation.people.models import Unit
from wenming.kernel import paging
from wenming.kernel.paging import BadCursor, Count, capped_count, page

pytestmark = pytest.mark.django_db

# Few different values, so that ties and nulls are the rule.
ROWS = st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.sampled_from([None, 1, 2])), max_size=12)
ORDERS = st.sampled_from(
    [
        ("id",),
        ("-id",),
        ("region_code", "id"),
        ("-region_code", "-id"),
        ("-region_code", "id"),
        ("name", "-region_code", "id"),
        ("region_code", "-name", "-id"),
    ]
)


def fill(rows: list[tuple[str, int | None]]) -> None:
    Unit.objects.all().delete()
    Unit.objects.bulk_create(
        [Unit(code=str(number), name=name, kind="street", region_code=code) for number, (name, code) in enumerate(rows)]
    )


def whole(order: tuple[str, ...]) -> list[int]:
    keys = [
        F(name.lstrip("-")).desc(nulls_last=True) if name.startswith("-") else F(name).asc(nulls_last=True)
        for name in order
    ]
    return list(Unit.objects.order_by(*keys).values_list("pk", flat=True))


def walk(order: tuple[str, ...], size: int) -> tuple[list[list[int]], str | None]:
    """The pages forwards, and the cursor that leads back from the last."""
    pages: list[list[int]] = []
    cursor, back = None, None
    while True:
        found = page(Unit.objects.all(), order=order, cursor=cursor, size=size)
        pages.append([row.pk for row in found.rows])
        back = found.previous_cursor
        cursor = found.next_cursor
        if cursor is None:
            return pages, back
        assert len(pages) < 20


def walk_back(order: tuple[str, ...], size: int, cursor: str | None) -> list[list[int]]:
    pages: list[list[int]] = []
    while cursor is not None:
        found = page(Unit.objects.all(), order=order, cursor=cursor, size=size)
        pages.insert(0, [row.pk for row in found.rows])
        cursor = found.previous_cursor
        assert len(pages) < 20
    return pages


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, order=ORDERS, size=st.integers(1, 4))
def test_pages_are_the_list_in_both_directions(rows: list[Any], order: tuple[str, ...], size: int) -> None:
    fill(rows)
    expected = whole(order)
    pages, back = walk(order, size)
    assert [pk for each in pages for pk in each] == expected
    assert all(len(each) == size for each in pages[:-1])
    earlier = walk_back(order, size, back)
    assert [pk for each in earlier for pk in each] == expected[: len(expected) - len(pages[-1])]


def test_page_of_dictionaries_reads_its_own_cursor() -> None:
    fill([("a", None), ("b", 1), ("c", 2)])
    rows = Unit.objects.values("id", "name")
    first = page(rows, order=("name", "id"), size=2)
    assert [row["name"] for row in page(rows, order=("name", "id"), cursor=first.next_cursor, size=2).rows] == ["c"]


def test_page_does_not_repeat_when_a_row_is_put_before_it() -> None:
    fill([("b", 1), ("c", 1), ("d", 1)])
    first = page(Unit.objects.all(), order=("name", "id"), size=2)
    Unit.objects.create(code="new", name="a", kind="street")
    second = page(Unit.objects.all(), order=("name", "id"), cursor=first.next_cursor, size=2)
    assert [row.name for row in second.rows] == ["d"]


@pytest.mark.parametrize("size", [0, -5])
def test_page_holds_one_row_at_least(size: int) -> None:
    fill([("a", 1), ("b", 1)])
    assert len(page(Unit.objects.all(), order=("id",), size=size).rows) == 1


def test_page_is_bounded() -> None:
    fill([("a", 1)] * (paging.PAGE_SIZE_MAX + 5))
    assert len(page(Unit.objects.all(), order=("id",), size=10_000).rows) == paging.PAGE_SIZE_MAX


@pytest.mark.parametrize("cursor", ["x", "!!!", "bnVsbA", "W10", "WyJuIl0", "WyJuIix7InQiOiJ4In1d", "WyJ4IiwxXQ", "é"])
def test_page_refuses_a_cursor_that_nobody_wrote(cursor: str) -> None:
    with pytest.raises(BadCursor):
        page(Unit.objects.all(), order=("id",), cursor=cursor)


def test_page_refuses_the_cursor_of_another_order() -> None:
    fill([("a", 1), ("b", 1)])
    cursor = page(Unit.objects.all(), order=("id",), size=1).next_cursor
    with pytest.raises(BadCursor):
        page(Unit.objects.all(), order=("name", "id"), cursor=cursor, size=1)


def test_page_takes_one_statement(django_assert_num_queries: Any) -> None:
    fill([("a", 1), ("b", 1)])
    with django_assert_num_queries(1):
        page(Unit.objects.all(), order=("name", "id"), size=1)


@pytest.mark.parametrize(
    ("rows", "cap", "count", "text"),
    [(3, 5, Count(3, False), "3"), (5, 5, Count(5, False), "5"), (6, 5, Count(5, True), "5+")],
)
def test_capped_count_stops_at_the_cap(rows: int, cap: int, count: Count, text: str) -> None:
    fill([("a", 1)] * rows)
    found = capped_count(Unit.objects.order_by("name"), cap=cap)
    assert (found, str(found)) == (count, text)


def statement_of(order: tuple[str, ...], *, cursor: str | None) -> str:
    with CaptureQueriesContext(connection) as asked:
        page(Unit.objects.all(), order=order, cursor=cursor, size=1)
    (statement,) = asked.captured_queries
    return str(statement["sql"])


@pytest.mark.parametrize("order", [("-name", "-id"), ("code", "id")])
def test_page_by_columns_that_are_never_null_asks_in_the_words_of_an_index(order: tuple[str, ...]) -> None:
    fill([("a", 1), ("b", 2), ("c", None)])
    first = page(Unit.objects.all(), order=order, size=1)
    statement = statement_of(order, cursor=first.next_cursor)
    assert "NULL" not in statement.upper().partition(" WHERE ")[2]
    # Where the page begins stands outside of every OR, so that the index is entered there.
    assert (f'"{order[0].lstrip("-")}" ' + ("<= " if order[0].startswith("-") else ">= ")) in statement


def test_page_by_a_column_that_may_be_null_says_where_nulls_go() -> None:
    assert "NULLS LAST" in statement_of(("-region_code", "-id"), cursor=None)
