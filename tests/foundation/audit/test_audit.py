"""What was recorded stays as it was, and whoever changes it all the same is found."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from wenming.foundation.audit import context, services
from wenming.foundation.audit.models import AuditRecord, AuditSeal
from wenming.foundation.audit.services import Entry
from wenming.kernel import clock, triggers, writers
from wenming.kernel.actors import SYSTEM, Actor, ActorKind

# Committed, since on PostgreSQL nothing is sealed that an open transaction may still add to: not a test's own either.
pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
LATER = NOON + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with clock.set_to(NOON):
        yield


def write(count: int) -> None:
    services.record_all([Entry("test.act", "thing", str(n), {"n": n}, {"n": n + 1}) for n in range(count)], by=SYSTEM)


def sealed(count: int) -> None:
    write(count)
    with clock.set_to(LATER):
        assert services.seal() == count


def tamper(sql: str) -> None:
    """As somebody with the keys of the database would."""
    triggers.drop_all(connection)
    with connection.cursor() as cursor:
        cursor.execute(sql)
    triggers.create_all(connection)


def faults() -> list[str]:
    with clock.set_to(LATER):
        return services.verify().faults


def test_record_holds_who_when_where_and_what() -> None:
    with context.from_address("192.0.2.7"):
        services.record(
            by=Actor(ActorKind.USER, "7", 3),
            action="test.act",
            kind="thing",
            key=9,
            before={"at": NOON},
            after={"n": 1},
        )
    row = AuditRecord.objects.get()
    assert (row.actor_kind, row.actor_id, row.unit_id, row.address) == ("user", "7", 3, "192.0.2.7")
    assert (row.recorded_at, row.object_kind, row.object_key) == (NOON, "thing", "9")
    assert (row.before, row.after) == ({"at": "2026-11-24T04:00:00Z"}, {"n": 1})


@pytest.mark.parametrize("table", ["audit_auditrecord", "audit_auditseal"])
@pytest.mark.parametrize("sql", ["UPDATE {} SET id = id + 1000", "DELETE FROM {}"])
def test_change_is_refused_by_the_database(table: str, sql: str) -> None:
    sealed(2)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.format(table))


def test_record_is_undone_with_its_transaction() -> None:
    with transaction.atomic():
        write(1)
        transaction.set_rollback(True)
    assert not AuditRecord.objects.exists()


def test_seal_waits_for_who_took_an_earlier_id_and_is_still_writing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sealed without him, his record would look as if somebody had put it in afterwards."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one write at a time")
    monkeypatch.setattr(writers, "SECONDS_MAX", 0.1)
    sealed(1)
    late, early = connection.copy(), connection.copy()
    try:
        for each in (late, early):
            each.set_autocommit(False)
        with late.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")  # The lower number of a transaction, and the higher id.
        insert(early)
        insert(late)
        late.commit()
        with clock.set_to(LATER):
            assert services.seal() == 0
            early.commit()
            assert services.seal() == 2
        assert faults() == []
    finally:
        late.close()
        early.close()


def insert(by: BaseDatabaseWrapper) -> None:
    """One more record like the first, not yet committed."""
    columns = "recorded_at, actor_kind, actor_id, unit_id, address, action, object_kind, object_key, before, after"
    with by.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO audit_auditrecord ({columns}) SELECT {columns} FROM audit_auditrecord ORDER BY id LIMIT 1"
        )


def test_seal_of_many_makes_several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "SEAL_RECORDS_MAX", 4)
    sealed(10)
    assert list(AuditSeal.objects.order_by("pk").values_list("records", flat=True)) == [4, 4, 2]
    assert faults() == []


def test_verify_counts_sealed_and_unsealed() -> None:
    sealed(3)
    write(2)
    assert services.verify() == services.Verification(5, [])


def test_verify_of_nothing() -> None:
    assert services.verify() == services.Verification(0, [])


@pytest.mark.parametrize(
    "column",
    [
        "actor_id = 'x'",
        "action = 'x'",
        "object_key = 'x'",
        "address = 'x'",
        "unit_id = 1",
        "before = NULL",
        "after = '{}'",
    ],
)
def test_verify_finds_a_changed_record(column: str) -> None:
    sealed(5)
    first = AuditRecord.objects.order_by("pk").values_list("pk", flat=True)[2]
    tamper(f"UPDATE audit_auditrecord SET {column} WHERE id = {first}")
    assert len(faults()) == 1
    assert "was changed" in faults()[0]


def test_verify_finds_a_record_taken_away() -> None:
    sealed(5)
    tamper("DELETE FROM audit_auditrecord WHERE object_key = '3'")
    assert ["5 records sealed, 4 found" in fault for fault in faults()] == [True]


def test_verify_finds_every_seal_after_a_changed_one() -> None:
    sealed(2)
    write(2)
    with clock.set_to(LATER + timedelta(minutes=1)):
        services.seal()
    tamper("UPDATE audit_auditseal SET root = 'x' WHERE id = (SELECT min(id) FROM audit_auditseal)")
    assert len(faults()) == 2


def test_verify_names_a_missing_trigger() -> None:
    triggers.drop_all(connection)
    assert faults() == [f"trigger {name} is missing" for name in sorted(triggers.expected(connection))]


def test_command_verify_when_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    sealed(2)
    call_command("audit", "verify", "--json")
    assert '"checked": 2' in capsys.readouterr().out


def test_command_verify_when_a_record_was_changed() -> None:
    sealed(2)
    tamper("UPDATE audit_auditrecord SET action = 'x'")
    with pytest.raises(CommandError) as caught:
        call_command("audit", "verify")
    assert caught.value.returncode == 1


def test_command_seal(capsys: pytest.CaptureFixture[str]) -> None:
    write(2)
    with clock.set_to(LATER):
        call_command("audit", "seal", "--json")
    assert capsys.readouterr().out.strip() == '{"sealed": 2}'
