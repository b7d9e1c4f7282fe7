"""What migrations and triggers promise."""

import pytest
from django.core.management import call_command
from django.db import connection

from wenming.kernel import triggers

pytestmark = pytest.mark.django_db


def test_migrations_say_what_the_models_say() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_triggers_are_there() -> None:
    assert triggers.missing(connection) == []


def test_missing_names_a_trigger_that_is_gone() -> None:
    name = sorted(triggers.present(connection))[0]
    table = triggers.present(connection)[name]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))
    assert triggers.missing(connection) == [name]
    triggers.create_all(connection)
    assert triggers.missing(connection) == []
