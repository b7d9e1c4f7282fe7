from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests.engines.loop.toy.loop import make_repairs
from tests.engines.loop.toy.models import Repair, RepairEvent
from wenming.engines.loop import bulk

pytestmark = pytest.mark.django_db

AT = datetime(2024, 3, 4, 2, 0, 0, 123456, tzinfo=UTC)
NASTY = "引号'\"、百分号 %s %、反斜线 \\、换行\n、花括号 {x}、😀"


def new_repair(**values: Any) -> Repair:
    return Repair(**{"state": "filed", "last_happened_at": AT, **values})


def test_insert_rows_and_give_each_its_key() -> None:
    rows = [new_repair(title=f"{n}", limit_days=n) for n in range(3)]
    bulk.insert(rows, identified_by=("public_id",))
    stored = {row.pk: row for row in Repair.objects.all()}
    assert [stored[row.pk].title for row in rows] == ["0", "1", "2"]
    assert [stored[row.pk].public_id for row in rows] == [row.public_id for row in rows]
    rows[0].title = "改"
    rows[0].save()
    assert Repair.objects.count() == 3


def test_insert_and_update_values_as_they_are() -> None:
    row = new_repair(title=NASTY[:40], fixed_at=AT, unit_id=2**62)
    bulk.insert([row], identified_by=("public_id",))
    stored = Repair.objects.get()
    assert (stored.title, stored.fixed_at, stored.unit_id, stored.limit_days) == (NASTY[:40], AT, 2**62, None)
    assert (stored.due_is_provisional, stored.last_happened_at) == (False, AT)
    row.title, row.fixed_at, row.unit_id, row.limit_days, row.due_is_provisional = "", None, None, 7, True
    assert bulk.update([row], columns=("title", "fixed_at", "unit_id", "limit_days", "due_is_provisional")) == 1
    stored = Repair.objects.get()
    assert (stored.title, stored.fixed_at, stored.unit_id, stored.limit_days) == ("", None, None, 7)
    assert stored.due_is_provisional is True


def test_insert_json_as_it_is() -> None:
    item = make_repairs(1)[0]
    evidence = {"note": NASTY, "photo": [1, None, {"a": []}], "空": {}}
    event = RepairEvent(item=item, seq=2, version=2, happened_at=AT, recorded_at=AT, evidence=evidence)
    bulk.insert([event], identified_by=("item", "seq"))
    assert RepairEvent.objects.get(pk=event.pk).evidence == evidence


def test_update_only_the_rows_and_columns_given() -> None:
    first, second, third = make_repairs(3)
    for row in (first, second):
        row.title, row.unit_id = f"改{row.pk}", 5
    assert bulk.update([first, second], columns=("title",)) == 2
    stored = list(Repair.objects.order_by("pk").values_list("title", "unit_id"))
    assert stored == [(first.title, None), (second.title, None), (third.title, None)]


def test_update_only_rows_of_the_version_given() -> None:
    first, second = make_repairs(2)
    first.title = second.title = "改"
    assert bulk.update([first, second], columns=("title",), versions=[1, 2]) == 1
    assert list(Repair.objects.order_by("pk").values_list("title", flat=True)) == ["改", "第 1 件"]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps texts of any length")
def test_update_with_a_text_that_is_too_long_is_refused() -> None:
    row = make_repairs(1)[0]
    row.title = "长" * 41
    with pytest.raises(DatabaseError), transaction.atomic():
        bulk.update([row], columns=("title",))
    assert Repair.objects.get().title == "第 0 件"


def test_chunks_of_rows() -> None:
    assert [list(chunk) for chunk in bulk.chunked([1, 2, 3, 4, 5], 2)] == [[1, 2], [3, 4], [5]]


def test_insert_nothing() -> None:
    bulk.insert([], identified_by=("public_id",))
    assert bulk.update([], columns=("title",)) == 0
