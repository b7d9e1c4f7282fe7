"""A kept read answers what its queryset answers, with the SQL of the first time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.test.utils import CaptureQueriesContext

from tests.factories.people import make_unit
from tests.factories.problems import Cast, make_problem
from wenming.foundation.people.models import Unit
from wenming.kernel import clock
from wenming.kernel.kept import Kept, KeptModels
from wenming.programmes.problems.models import Problem

pytestmark = pytest.mark.django_db
COLUMNS = ("id", "public_id", "name", "parent__name", "is_active")


def by_id(public_id: UUID, name: str) -> QuerySet[Unit]:
    return Unit.objects.filter(public_id=public_id, name=name).order_by("pk")


def test_rows_are_those_of_the_queryset() -> None:
    kept = Kept(by_id, COLUMNS, (UUID, str))
    for _ in range(3):
        unit = make_unit()
        assert kept.rows(unit.public_id, unit.name) == list(by_id(unit.public_id, unit.name).values(*COLUMNS))
        assert kept.first(unit.public_id, "another") is None


def test_rows_between_degrees_and_since_a_time() -> None:
    def near(south: float, since: datetime) -> QuerySet[Problem]:
        return Problem.objects.filter(lat__gte=south, found_at__gte=since).order_by("pk")

    cast, now = Cast(), clock.now()
    old, here, _south = (
        make_problem(cast, lat=lat, lon=118.5, found_at=now - timedelta(days=days))
        for lat, days in ((30.2, 3), (30.2, 1), (30.1, 1))
    )
    kept = Kept(near, ("id",), (float, datetime))
    assert kept.tuples(30.15, now - timedelta(days=2)) == [(here.pk,)]
    assert kept.tuples(30.2, old.found_at) == [(old.pk,), (here.pk,)]


@pytest.mark.parametrize("size", [0, 1, 2, 3, 5])
def test_rows_of_a_list_are_those_of_the_queryset(size: int, django_assert_num_queries: Callable[..., Any]) -> None:
    units = [make_unit() for _ in range(7)]
    kept = Kept(lambda pks, name: Unit.objects.filter(pk__in=pks).exclude(name=name), ("id",), (list[int], str))
    asked = [unit.pk for unit in units[:size]]
    kept.rows([units[0].pk] * max(size, 1), "")
    with django_assert_num_queries(min(size, 1)):
        assert sorted(kept.tuples(asked, units[0].name)) == [(pk,) for pk in asked[1:]]


def test_models_come_with_what_is_related() -> None:
    parent = make_unit()
    child = make_unit()
    Unit.objects.filter(pk=child.pk).update(parent=parent)
    kept = KeptModels(lambda pks: Unit.objects.filter(pk__in=pks).select_related("parent").order_by("pk"), (list[int],))
    found = kept.all([parent.pk, child.pk])
    assert found == [parent, child]
    assert [unit.__dict__[column.attname] for unit in found for column in Unit._meta.concrete_fields] == [
        getattr(unit, column.attname)
        for unit in Unit.objects.order_by("pk").filter(pk__in=[parent.pk, child.pk])
        for column in Unit._meta.concrete_fields
    ]
    assert (found[0].parent, found[1]._state.fields_cache["parent"]) == (None, parent)
    assert (kept.first([child.pk + 1]), kept.all([])) == (None, [])


def test_rows_compose_the_statement_once(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Callable[..., Any]
) -> None:
    composed: list[str] = []
    as_sql = SQLCompiler.as_sql
    monkeypatch.setattr(SQLCompiler, "as_sql", lambda self, *a, **k: (composed.append(""), as_sql(self, *a, **k))[1])
    kept = Kept(lambda pk: Unit.objects.filter(pk=pk), ("name",), (int,))
    unit = make_unit()
    composed.clear()
    assert kept.tuples(unit.pk) == [(unit.name,)]
    first = len(composed)
    with django_assert_num_queries(1):
        assert kept.tuples(unit.pk) == [(unit.name,)]
    assert (first, len(composed)) == (2, 2)


def test_rows_of_a_shape_that_depends_on_the_argument() -> None:
    kept = Kept(lambda n: Unit.objects.filter(pk__in=range(n - 1_000_000_000)), ("id",), (int,))
    with pytest.raises(ValueError, match="shape"):
        kept.rows(1)


def test_rows_of_an_argument_that_is_not_compared_as_it_is() -> None:
    kept = Kept(lambda text: Unit.objects.filter(name__contains=text), ("id",), (str,))
    with pytest.raises(ValueError, match="as they are"):
        kept.rows("x")


def test_rows_are_asked_on_the_connection_of_the_moment() -> None:
    """A thread may meet another one than it composed with; asked on the first, a transaction would not see itself."""
    kept = Kept(lambda: Unit.objects.order_by("pk"), ("pk",))
    kept.rows()
    composed_with = connections["default"]
    other = composed_with.copy()
    connections["default"] = other
    try:
        with CaptureQueriesContext(other) as asked:
            kept.rows()
    finally:
        connections["default"] = composed_with
        other.close()
    assert len(asked) == 1
