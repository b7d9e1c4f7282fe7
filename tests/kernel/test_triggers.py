"""History stays as it was, whatever the migrations do to its table."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from tests.factories.people import make_unit
from wenming.foundation.audit.models import AuditRecord
from wenming.kernel import triggers

pytestmark = pytest.mark.django_db


def refused(sql: str) -> str:
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    return str(caught.value)


@pytest.mark.parametrize("table", sorted(triggers.append_only_tables()))
def test_every_append_only_table_is_there(table: str) -> None:
    assert table in connection.introspection.table_names()


def test_update_is_refused() -> None:
    make_unit()
    assert "append-only: UPDATE" in refused("UPDATE audit_auditrecord SET action = 'x'")


def test_delete_is_refused() -> None:
    make_unit()
    assert "append-only: DELETE" in refused("DELETE FROM audit_auditrecord")
    assert AuditRecord.objects.exists()


def test_truncate_is_refused_where_there_is_one() -> None:
    message = refused("TRUNCATE audit_auditrecord")
    assert ("append-only: TRUNCATE" if connection.vendor == "postgresql" else "syntax error") in message


def test_drop_and_create_are_repeatable() -> None:
    triggers.drop_all(connection)
    triggers.drop_all(connection)
    assert triggers.missing(connection) == sorted(triggers.expected(connection))
    triggers.create_all(connection)
    triggers.create_all(connection)
    assert triggers.missing(connection) == []


def test_migrate_leaves_the_triggers_up() -> None:
    triggers.drop_all(connection)
    call_command("migrate", verbosity=0)
    assert triggers.missing(connection) == []
