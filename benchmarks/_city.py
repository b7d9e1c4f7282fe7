"""A demonstration city for benchmarks, on SQLite or on PostgreSQL, and many more problems than anybody filed.

The further rows are clones: they satisfy every constraint and index, but have no history, so a city that was blown up
is thrown away afterwards.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wenming.config.settings")

WENMING = [sys.executable, "-m", "wenming.config.cli"]
STEP = 1_000_000
# Open problems are the work of some weeks and do not grow with the years: beyond these many rows clones are closed.
OPEN_AMONG = 35_000
HOURS_APART = 7


def on_postgresql() -> None:
    """Starts this program again within a PostgreSQL of its own, durable as in production, unless it is in one."""
    if os.environ.get("DATABASE_URL"):
        return
    script = Path(__file__).resolve().parent.parent / "scripts" / "on-postgresql.sh"
    # Half of the default machine's memory is what PostgreSQL's manual advises for shared buffers and cache together.
    options = [word for option in ("shared_buffers=1GB", "max_wal_size=8GB", "jit=off") for word in ("-o", option)]
    command = ["pg_virtualenv", "-t", *options, str(script), sys.executable, *sys.argv]
    raise SystemExit(subprocess.run(command, check=False).returncode)


@contextmanager
def city(scale: str = "small") -> Iterator[dict[str, Any]]:
    """What `wenming demo` prints, its home in the environment of this process and of all that it starts."""
    home = tempfile.mkdtemp(prefix="wenming-bench-")
    os.environ["WENMING_HOME"] = home
    words = ["--database", "env"] if os.environ.get("DATABASE_URL") else []
    try:
        print("a city is built …", file=sys.stderr)
        done = subprocess.run(
            [*WENMING, "demo", "--no-serve", "--json", "--scale", scale, *words],
            capture_output=True,
            text=True,
            check=True,
        )
        yield json.loads(done.stdout)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def grow(rows: int) -> None:
    """Clones problems, with their facts, until there are `rows`."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), max(id) FROM problems_problem WHERE id < %s", [STEP])
        base, highest = cursor.fetchone()
        cursor.execute("SELECT count(*), max(id) / %s FROM problems_problem", [STEP])
        there, last = cursor.fetchone()
    if highest >= STEP:
        raise SystemExit("the city is too large to be cloned")
    first = int(last) + 1
    copies = (rows - there) // base
    batch = 200
    for start in range(first, first + copies, batch):
        _clone(start, min(start + batch, first + copies) - 1, base)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in ("problems_problem", "problems_problemfact"):
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
                cursor.execute(f"VACUUM (ANALYZE) {table}")
        else:
            cursor.execute("ANALYZE")


def _clone(first: int, last: int, base: int) -> None:
    from django.db import connection, transaction

    is_pg = connection.vendor == "postgresql"
    numbers = (
        f"generate_series({first}::bigint, {last}::bigint) AS k(n)"
        if is_pg
        else f"(WITH RECURSIVE k(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM k WHERE n < {last}) SELECT n FROM k) k"
    )
    key = f"(p.id + k.n * {STEP})"
    closed = f"k.n * {base} > {OPEN_AMONG}"
    moved = f"k.n * {HOURS_APART}"
    at = (
        (lambda column: f"p.{column} - make_interval(hours => ({moved})::int)")
        if is_pg
        else (lambda column: f"strftime('%Y-%m-%d %H:%M:%f', p.{column}, '-' || ({moved}) || ' hours')")
    )
    now = "now()" if is_pg else "strftime('%Y-%m-%d %H:%M:%f', 'now')"
    hexed = f"lpad(to_hex({key}), 10, '0')" if is_pg else f"printf('%010x', {key})"
    problem = {
        "id": key,
        "public_id": "gen_random_uuid()" if is_pg else "lower(hex(randomblob(16)))",
        "code": f"'B' || {hexed}",
        "tracking_code": f"'T' || {hexed}",
        "source": "''",
        "found_at": at("found_at"),
        "state": f"CASE WHEN {closed} AND p.state <> 'void' THEN 'closed' ELSE p.state END",
        "closed_at": f"CASE WHEN {closed} AND p.state <> 'void' THEN COALESCE(p.closed_at, {now}) ELSE p.closed_at END",
        "pending_request": f"CASE WHEN {closed} THEN '' ELSE p.pending_request END",
    }
    fact = {
        "problem_id": f"(p.problem_id + k.n * {STEP})",
        "found_us": f"p.found_us - k.n * {HOURS_APART * 3600 * 1_000_000}",
        "state": problem["state"],
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_insert("problems_problem", problem, numbers, f"p.id < {STEP}", skips=frozenset()))
        current = f"p.valid_to_us = 9223372036854775807 AND p.problem_id < {STEP}"
        cursor.execute(_insert("problems_problemfact", fact, numbers, current, skips=frozenset({"id"})))


def _insert(table: str, changed: dict[str, str], numbers: str, where: str, *, skips: frozenset[str]) -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        columns = [c.name for c in connection.introspection.get_table_description(cursor, table) if c.name not in skips]
    values = ", ".join(changed.get(name, f'p."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    return f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} p CROSS JOIN {numbers} WHERE {where}"
