"""A consistent copy of the database while others write to it, and its way back."""

import contextlib
import gzip
import os
import shutil
import sqlite3
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection

from wenming.config.backup.archive import PIECE_BYTES
from wenming.config.backup.errors import InUse, ToolFailed, ToolMissing
from wenming.kernel import clock

REASON_CHARS_MAX: Final = 500
_PAGES_A_STEP: Final = 2000


@dataclass(frozen=True, slots=True)
class Snapshot:
    path: Path
    rows: dict[str, int]


class Database(ABC):
    """`put_back` returns where the former data lies, or "" where there was none; `undo` returns to it."""

    vendor: str

    @abstractmethod
    def snapshot(self, folder: Path) -> Snapshot: ...

    @abstractmethod
    def put_back(self, packed: Path, *, replaces: bool) -> str: ...

    @abstractmethod
    def undo(self, former: str) -> None: ...


def of_this_installation() -> Database:
    return _PostgreSQL() if connection.vendor == "postgresql" else _SQLite()


def is_empty() -> bool:
    """No table at all, or ours with nobody in it: what `wenming migrate` leaves may be written over, a stranger's
    tables may not."""
    tables = set(connection.introspection.table_names())
    if "people_user" not in tables:
        return not tables
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM people_user LIMIT 1")
        return cursor.fetchone() is None


def count_rows() -> dict[str, int]:
    with connection.cursor() as cursor:
        return _rows(cursor, connection.introspection.table_names())


def _rows(cursor: Any, tables: list[str]) -> dict[str, int]:
    found = {}
    for table in sorted(tables):
        cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - names from the catalogue
        found[table] = int(cursor.fetchone()[0])
    return found


class _SQLite(Database):
    vendor = "sqlite"

    def snapshot(self, folder: Path) -> Snapshot:
        """SQLite's online backup, a few pages at a time, so that no writer waits long."""
        copy = folder / "wenming.sqlite3"
        with (
            contextlib.closing(sqlite3.connect(_file())) as source,
            contextlib.closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target, pages=_PAGES_A_STEP, sleep=0.01)
            # One file, with nothing beside it.
            target.execute("PRAGMA journal_mode=DELETE")
            cursor = target.cursor()
            tables = cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            ).fetchall()
            rows = _rows(cursor, [name for (name,) in tables])
        packed = folder / "database.gz"
        with copy.open("rb") as source_file, gzip.open(packed, "wb", compresslevel=6) as target_file:
            shutil.copyfileobj(source_file, target_file, PIECE_BYTES)
        copy.unlink()
        return Snapshot(packed, rows)

    def put_back(self, packed: Path, *, replaces: bool) -> str:
        """One rename puts the new file in the place of the old; whoever is killed before it has changed nothing."""
        place = _file()
        fresh = packed.with_name("restored.sqlite3")
        with gzip.open(packed, "rb") as source, fresh.open("wb") as target:
            shutil.copyfileobj(source, target, PIECE_BYTES)
            target.flush()
            os.fsync(target.fileno())
        fresh.chmod(0o600)
        with contextlib.closing(sqlite3.connect(fresh)) as probe:
            if probe.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
                raise ToolFailed(tool="SQLite", reason="integrity_check")
        former = ""
        if place.exists():
            _become_one_file(place)
            if replaces:
                aside = place.with_name(f"before-{_stamp()}.sqlite3")
                os.link(place, aside)
                former = str(aside)
        fresh.replace(place)
        _sync(place.parent)
        return former

    def undo(self, former: str) -> None:
        connection.close()
        place = _file()
        for suffix in ("-wal", "-shm"):
            place.with_name(place.name + suffix).unlink(missing_ok=True)
        if former:
            Path(former).replace(place)
        else:
            place.unlink(missing_ok=True)


def _become_one_file(place: Path) -> None:
    """Ends the write-ahead log, which SQLite allows only to the last one who has the file open. Raises InUse."""
    connection.close()
    with contextlib.closing(sqlite3.connect(place, timeout=2)) as own:
        try:
            mode = own.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
        except sqlite3.OperationalError as error:
            raise InUse from error
    if mode != "delete":
        raise InUse


class _PostgreSQL(Database):
    vendor = "postgresql"

    def snapshot(self, folder: Path) -> Snapshot:
        """`pg_dump` reads the very snapshot in which the rows were counted."""
        packed = folder / "database.pgdump"
        with _repeatable() as cursor:
            cursor.execute("SELECT pg_export_snapshot()")
            name = cursor.fetchone()[0]
            rows = _rows(cursor, connection.introspection.table_names(cursor))
            _run(
                "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={name}", f"--file={packed}"
            )
        return Snapshot(packed, rows)

    def put_back(self, packed: Path, *, replaces: bool) -> str:
        """All in one transaction: the old schema steps aside under another name and the dump takes its place."""
        script = packed.with_name("restore.sql")
        _run("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(packed))
        former = f"before_{_stamp()}" if replaces else ""
        with connection.cursor() as cursor:
            others = (
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            cursor.execute(others + " AND backend_type = 'client backend'")
            if cursor.fetchone()[0]:
                raise InUse
        connection.close()
        aside = f"ALTER SCHEMA public RENAME TO {former}" if replaces else "DROP SCHEMA public CASCADE"
        _run(
            "psql",
            "-X",
            "-q",
            "-1",
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            aside,
            "-c",
            "CREATE SCHEMA public",
            "-f",
            str(script),
        )
        return former

    def undo(self, former: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute(f"ALTER SCHEMA {former} RENAME TO public" if former else "CREATE SCHEMA public")


@contextlib.contextmanager
def _repeatable() -> Iterator[Any]:
    with connection.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            yield cursor
        finally:
            cursor.execute("ROLLBACK")


def _run(tool: str, *words: str) -> None:
    """One of PostgreSQL's own tools; the password travels in the environment, where other accounts cannot read it."""
    path = shutil.which(tool)
    if path is None:
        raise ToolMissing(tool=tool)
    given = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    environment = os.environ | {name: str(given[key]) for name, key in names.items() if given.get(key)}
    done = subprocess.run(  # noqa: S603 - our own words
        [path, *words], env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        raise ToolFailed(tool=tool, reason=done.stderr.strip()[:REASON_CHARS_MAX] or done.returncode)


def _file() -> Path:
    return Path(settings.DATABASES["default"]["NAME"])


def _stamp() -> str:
    return f"{clock.now():%Y%m%d_%H%M%S}"


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
