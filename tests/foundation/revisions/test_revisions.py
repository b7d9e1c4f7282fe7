"""What an office decides about its rules: each state kept, none lost, two people never overwriting each other."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from wenming.foundation.audit.models import AuditRecord
from wenming.foundation.revisions import errors, selectors, services
from wenming.foundation.revisions.models import Revision
from wenming.kernel.actors import Actor, ActorKind

pytestmark = pytest.mark.django_db

BY = Actor(ActorKind.USER, "7", 3)
VALUES = st.dictionaries(st.sampled_from("abc"), st.integers(0, 2) | st.lists(st.integers(0, 2), max_size=2))
BODIES = st.dictionaries(st.sampled_from("xyz"), VALUES | st.integers(0, 2))


def save(body: Any, key: str = "city", expected: int | None = None) -> Revision:
    return services.save(kind="toy", key=key, body=body, by=BY, note="因为", expected=expected)


def test_save_counts_from_one_and_is_audited() -> None:
    first, second = save({"a": 1}, expected=0), save({"a": 2}, expected=1)
    assert (first.number, second.number, second.actor_id, second.unit_id) == (1, 2, "7", 3)
    assert selectors.body("toy", "city") == {"a": 2}
    records = AuditRecord.objects.order_by("pk").values_list("action", "object_kind", "object_key", "after")
    assert list(records) == [("revisions.save", "toy", "city", {"number": n, "note": "因为"}) for n in (1, 2)]


def test_save_unchanged_makes_no_revision() -> None:
    save({"a": 1, "b": (1, 2)})
    assert save({"b": [1, 2], "a": 1}).number == 1
    assert Revision.objects.count() == 1


@pytest.mark.parametrize("expected", [0, 1, 3])
def test_save_over_what_was_not_seen_is_refused(expected: int) -> None:
    save({"a": 1})
    save({"a": 2})
    with pytest.raises(errors.RevisionStale) as caught:
        save({"a": 3}, expected=expected)
    assert (caught.value.status, caught.value.params) == (409, {"number": 2})
    assert selectors.body("toy", "city") == {"a": 2}


def test_save_all_with_one_stale_saves_none() -> None:
    save({"a": 1})
    with pytest.raises(errors.RevisionStale):
        services.save_all(kind="toy", bodies={"new": 1, "city": 2}, by=BY, expected={"city": 0})
    assert Revision.objects.count() == 1


def test_save_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "BODY_CHARS_MAX", 5)
    with pytest.raises(errors.RevisionTooLarge):
        save({"a": "long"})


def test_restore_makes_the_former_hold_again() -> None:
    for value in (1, 2, 3):
        save({"a": value})
    back = services.restore(kind="toy", key="city", number=1, by=BY, expected=3)
    assert (back.number, back.undoes, back.body) == (4, 3, {"a": 1})
    assert [row.number for row in selectors.history("toy", "city")] == [4, 3, 2, 1]
    with pytest.raises(errors.RevisionStale):
        services.restore(kind="toy", key="city", number=2, by=BY, expected=3)
    with pytest.raises(errors.RevisionMissing):
        services.restore(kind="toy", key="city", number=9, by=BY, expected=4)


@pytest.mark.parametrize("count", [1, 3])
def test_save_all_costs_a_fixed_number_of_statements(count: int) -> None:
    save(0, key="0")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        services.save_all(kind="toy", bodies={str(n): n + 1 for n in range(count)}, by=BY)
    statements = [q["sql"] for q in queries if q["sql"].startswith(("SELECT", "INSERT"))]
    assert len(statements) == 3


def test_body_is_read_once_until_it_changes() -> None:
    save({"a": 1})
    selectors.body("toy", "city")
    with CaptureQueriesContext(connection) as queries:
        assert selectors.body("toy", "city") == {"a": 1}
    assert len(queries) == 1
    save({"a": 2})
    assert selectors.body("toy", "city") == {"a": 2}
    assert selectors.body("toy", "elsewhere") is None


def test_body_after_a_rollback_is_not_what_was_taken_back() -> None:
    with transaction.atomic():
        save({"a": 1})
        assert selectors.body("toy", "city") == {"a": 1}
        transaction.set_rollback(True)
    save({"a": 2})
    assert selectors.body("toy", "city") == {"a": 2}


@pytest.mark.parametrize("sql", ["UPDATE revisions_revision SET number = 9", "DELETE FROM revisions_revision"])
def test_change_is_refused_by_the_database(sql: str) -> None:
    save(1)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_number_taken_meanwhile_is_told_as_stale() -> None:
    save(1)
    taken = Revision(kind="toy", key="city", number=1, body=2, made_at=selectors.history("toy", "city")[0].made_at)
    with pytest.raises(errors.RevisionStale):
        services._insert([taken])


def test_diff_names_the_fields_that_changed() -> None:
    found = selectors.diff({"a": {"x": 1, "y": [1]}, "gone": 2}, {"a": {"x": 1, "y": [1, 2]}, "new": 3})
    assert [(d.path, d.before, d.after) for d in found] == [("a.y", [1], [1, 2]), ("gone", 2, None), ("new", None, 3)]


@given(before=BODIES, after=BODIES)
def test_diff_is_the_same_read_from_the_other_side(before: Any, after: Any) -> None:
    there, back = selectors.diff(before, after), selectors.diff(after, before)
    assert [(d.path, d.before, d.after) for d in there] == [(d.path, d.after, d.before) for d in back]
    assert selectors.diff(before, before) == []
