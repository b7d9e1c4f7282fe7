from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests.engines.loop.toy.loop import HANDLER, LOOP, make_repair, make_repairs, step, steps
from tests.engines.loop.toy.models import Repair, RepairEvent
from wenming.engines.loop.chain import Fault, canonical, event_hash

pytestmark = pytest.mark.django_db

MONDAY = datetime(2024, 3, 4, 2, 0, tzinfo=UTC)


def make_lived() -> Repair:
    item = make_repair(at=MONDAY)
    step(item, "dispatch", at=MONDAY)
    step(item, "report", by=HANDLER, at=MONDAY, idempotency_key="k1", evidence={"photo": [3, "图"], "note": {"b": 1}})
    step(item, "return", at=MONDAY)
    return item


def events_of(item: Repair) -> Any:
    return RepairEvent.objects.filter(item=item)


def test_verify_honest_items() -> None:
    items = [make_lived(), make_lived()]
    assert LOOP.verify() == []
    assert LOOP.verify([items[0].pk]) == []


@pytest.mark.parametrize(
    "change",
    [
        {"version": 9},
        {"action": "close"},
        {"source": "filed"},
        {"target": "closed"},
        {"actor_kind": "link"},
        {"actor_id": "99"},
        {"unit_id": None},
        {"role": "leader"},
        {"reason": "改过"},
        {"evidence": {"photo": [4]}},
        {"clocks": []},
        {"happened_at": MONDAY - timedelta(seconds=1)},
        {"recorded_at": MONDAY},
        {"idempotency_key": "k2"},
        {"prev_hash": "0" * 64},
        {"hash": "0" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
def test_verify_finds_a_changed_event(change: dict[str, Any]) -> None:
    item, other = make_lived(), make_lived()
    events_of(item).filter(seq=3).update(**change)
    faults = LOOP.verify()
    assert Fault(item.pk, 3, "changed") in faults
    assert {fault.item_id for fault in faults} == {item.pk}
    assert LOOP.verify([other.pk]) == []


def test_verify_finds_a_changed_event_whose_hash_was_made_anew() -> None:
    item = make_lived()
    event = events_of(item).get(seq=3)
    event.reason = "改过"
    events_of(item).filter(seq=3).update(reason=event.reason, hash=event_hash(event, item.public_id))
    assert LOOP.verify([item.pk]) == [Fault(item.pk, 4, "unlinked")]


@pytest.mark.parametrize("seq", [1, 2, 4])
def test_verify_finds_a_missing_event(seq: int) -> None:
    item = make_lived()
    events_of(item).filter(seq=seq).delete()
    assert Fault(item.pk, seq, "missing") in LOOP.verify([item.pk])


def test_verify_finds_an_item_without_events() -> None:
    item = make_repair()
    events_of(item).delete()
    assert LOOP.verify() == [Fault(item.pk, 1, "missing"), Fault(item.pk, 1, "head")]


@pytest.mark.parametrize("change", [{"head_hash": "0" * 64}, {"state": "closed"}, {"seq": 3}])
def test_verify_finds_a_changed_head(change: dict[str, Any]) -> None:
    item = make_lived()
    Repair.objects.filter(pk=item.pk).update(**change)
    assert [fault.kind for fault in LOOP.verify([item.pk])] == ["head"]


def test_verify_finds_events_of_another_item() -> None:
    item, other = make_repairs(2, at=MONDAY)
    swapped = events_of(item).get()
    events_of(other).delete()
    events_of(item).update(item=other)
    Repair.objects.filter(pk=other.pk).update(head_hash=swapped.hash)
    assert LOOP.verify([other.pk]) == [Fault(other.pk, 1, "changed")]


def test_verify_more_items_than_a_chunk_holds() -> None:
    items = make_repairs(501)
    steps(items, "dispatch")
    events_of(items[-1]).filter(seq=1).update(reason="改过")
    assert LOOP.verify() == [Fault(items[-1].pk, 1, "changed")]


def test_canonical_form_does_not_depend_on_order() -> None:
    assert canonical({"b": [1, (2,)], "a": "图"}) == '{"a":"图","b":[1,[2]]}'


@pytest.mark.parametrize("value", [1.5, {1: 2}, b"x", {"a": {2}}, "a\x00"])
def test_canonical_form_refuses_what_databases_change(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical(value)


@pytest.mark.usefixtures("append_only_events")
class TestTriggers:
    def refuse(self, sql: str) -> None:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)

    def test_update_an_event_when_the_table_is_append_only(self) -> None:
        item = make_repair()
        self.refuse("UPDATE toy_repairevent SET reason = 'x'")
        assert events_of(item).get().reason == ""

    def test_delete_an_event_when_the_table_is_append_only(self) -> None:
        item = make_repair()
        self.refuse("DELETE FROM toy_repairevent")
        assert events_of(item).count() == 1

    @pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite knows no TRUNCATE")
    def test_truncate_events_when_the_table_is_append_only(self) -> None:
        self.refuse("TRUNCATE toy_repairevent")

    def test_apply_when_the_table_is_append_only(self) -> None:
        item = make_repair()
        assert step(item, "dispatch").error is None
        assert events_of(item).count() == 2
