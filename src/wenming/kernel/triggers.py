"""Triggers that Django's migrations do not know: SQLite drops them whenever a table is altered.

Apps register what they need when they are ready; `wenming migrate` drops all, migrates and makes them again.
"""

from dataclasses import dataclass
from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

PREFIX: Final = "wm_"
_FUNCTION: Final = "wm_refuse_change"


@dataclass(frozen=True, slots=True)
class Trigger:
    name: str
    table: str
    event: str  # UPDATE, DELETE or TRUNCATE


_registry: dict[str, Trigger] = {}


def append_only(table: str) -> None:
    """No row of `table` may be changed or deleted, not even by those who hold the database's keys by mistake."""
    for event in ("UPDATE", "DELETE", "TRUNCATE"):
        name = f"{PREFIX}{table}_no_{event.lower()}"
        _registry[name] = Trigger(name, table, event)


def append_only_tables() -> frozenset[str]:
    return frozenset(trigger.table for trigger in _registry.values())


def expected(connection: BaseDatabaseWrapper) -> dict[str, Trigger]:
    if connection.vendor == "postgresql":
        return dict(_registry)
    return {name: t for name, t in _registry.items() if t.event != "TRUNCATE"}


def create_all(connection: BaseDatabaseWrapper) -> None:
    """Makes every registered trigger whose table exists and which is not there yet."""
    tables = set(connection.introspection.table_names())
    there = present(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'append-only: % on %', TG_OP, TG_TABLE_NAME "
                "USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
        for name, trigger in expected(connection).items():
            if trigger.table in tables and name not in there:
                cursor.execute(_create_sql(connection, trigger))


def drop_all(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        for name, table in present(connection).items():
            suffix = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{suffix}")


def present(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Our triggers in the database's catalogue: name → table."""
    if connection.vendor == "postgresql":
        sql = (
            "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND n.nspname = current_schema()"
        )
    else:
        sql = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {name: table for name, table in cursor.fetchall() if name.startswith(PREFIX)}


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of triggers that should be there and are not."""
    return sorted(set(expected(connection)) - set(present(connection)))


def _create_sql(connection: BaseDatabaseWrapper, trigger: Trigger) -> str:
    if connection.vendor == "postgresql":
        each = "STATEMENT" if trigger.event == "TRUNCATE" else "ROW"
        return (
            f"CREATE TRIGGER {trigger.name} BEFORE {trigger.event} ON {trigger.table} "
            f"FOR EACH {each} EXECUTE FUNCTION {_FUNCTION}()"
        )
    return (
        f"CREATE TRIGGER {trigger.name} BEFORE {trigger.event} ON {trigger.table} "
        f"BEGIN SELECT RAISE(ABORT, 'append-only: {trigger.event} on {trigger.table}'); END"
    )
