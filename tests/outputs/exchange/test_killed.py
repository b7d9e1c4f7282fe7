"""An import that is killed and run again ends where an undisturbed one ends."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.outputs.exchange.tables import row, write_csv, write_mapping

ROWS = 1_600
STATUSES = ("new", "sent", "open", "done", "twice")
SECONDS_MAX = 120


def wenming(home: Path, *words: str) -> "subprocess.Popen[str]":
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.Popen(
        [sys.executable, "-m", "wenming.config.cli", *words],
        env={**environment, "WENMING_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(process: "subprocess.Popen[str]") -> str:
    out, errors = process.communicate(timeout=SECONDS_MAX)
    assert process.returncode == 0, errors
    return out


def asked(home: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(home / "wenming.sqlite3", timeout=20)) as connection:
        return connection.execute(sql).fetchall()


def filed(home: Path) -> int:
    return int(asked(home, "SELECT count(*) FROM problems_problem")[0][0])


def kill_after(home: Path, rows: int, words: tuple[str, ...]) -> None:
    """Ends the import as soon as more than `rows` rows are there, in the middle of what comes then."""
    process = wenming(home, *words)
    deadline = time.monotonic() + SECONDS_MAX
    while filed(home) <= rows and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.communicate()


def told(home: Path) -> list[list[tuple[Any, ...]]]:
    """All that a reader can know, by the keys of the source: ids and times of recording may differ."""
    problems = (
        "SELECT source_key, state, title, found_at, dispatched_at, signed_at, closed_at, voided_at, handle_due_at, code, "
        "is_unlocated, lat, source_hash FROM problems_problem ORDER BY source_key"
    )
    events = (
        "SELECT p.source_key, e.seq, e.action, e.happened_at, e.actor_kind, e.actor_id FROM problems_problemevent e "
        "JOIN problems_problem p ON p.id = e.item_id ORDER BY 1, 2"
    )
    facts = (
        "SELECT p.source_key, f.state, f.closed_us, f.due_us FROM problems_problemfact f "
        "JOIN problems_problem p ON p.id = f.problem_id WHERE f.valid_to_us = 9223372036854775807 ORDER BY 1"
    )
    units = "SELECT code, name FROM people_unit ORDER BY 1"
    return [asked(home, sql) for sql in (problems, events, facts, units)]


def test_end_alike_after_kills(tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    finished(wenming(whole, "migrate", "--verbosity", "0"))
    shutil.copytree(whole, broken)
    path = write_csv(
        tmp_path / "table.csv",
        *(row(f"{n:05}", status=STATUSES[n % 5], agency=f"单位{n % 7}", lat=str(30 + n / 1e5)) for n in range(ROWS)),
    )
    words = ("import", "requests", str(path), "--mapping", str(write_mapping(tmp_path)), "--json")
    finished(wenming(whole, *words))
    for rows in (0, 500, 1_000):
        kill_after(broken, rows, words)
    # The kills came while there was still something to do.
    assert filed(broken) < ROWS
    finished(wenming(broken, *words))
    assert told(broken) == told(whole)
    assert [len(rows) for rows in told(whole)[:1]] == [ROWS]
    assert "0 faults" in finished(wenming(broken, "flow", "problems", "--verify"))
