"""A city ends alike on either database, and however often its making was cut off."""

import random
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from tests.config.installations import Installation, installation
from tests.demo import digests
from wenming.demo import city
from wenming.kernel import clock

KILLS = 2


def today() -> str:
    return city.last_look(clock.now()).isoformat()


def built(made: Installation, scale: str, day: str) -> dict[str, Any]:
    told = digests.answer(digests.start(made.environment, "build", scale, day))
    told.pop("peak_kib")
    return told


def on_sqlite(home: Path, made: Installation) -> Installation:
    kept = {name: value for name, value in made.environment.items() if name != "DATABASE_URL"}
    return Installation(home, {**kept, "WENMING_HOME": str(home)})


def filed(made: Installation) -> int:
    """How many problems are there to be seen from outside; none while there is no table yet."""
    count = "SELECT count(*) FROM problems_problem"
    try:
        if "DATABASE_URL" in made.environment:
            with psycopg.connect(made.environment["DATABASE_URL"]) as client:
                row = client.execute(count).fetchone()
        else:
            with closing(sqlite3.connect(made.home / "wenming.sqlite3", timeout=20)) as file:
                row = file.execute(count).fetchone()
    except (sqlite3.OperationalError, psycopg.errors.UndefinedTable):
        return 0
    return int(row[0]) if row else 0


def kill_beyond(made: Installation, scale: str, day: str, problems: int) -> None:
    """As soon as more than so many problems are there, and a moment later: in the middle of what comes then."""
    process = digests.start(made.environment, "build", scale, day)
    while filed(made) <= problems:
        assert process.poll() is None, "there was nothing left to cut off"
        time.sleep(0.01)
    time.sleep(random.uniform(0, 0.05))
    process.send_signal(signal.SIGKILL)
    process.communicate()


def end_alike_after_kills(tmp_path: Path, scale: str) -> None:
    day = today()
    with installation(tmp_path / "whole") as whole:
        undisturbed = built(whole, scale, day)
    with installation(tmp_path / "broken") as broken:
        for share in sorted(random.uniform(0, 0.8) for _ in range(KILLS)):
            kill_beyond(broken, scale, day, int(undisturbed["problems"] * share))
        assert built(broken, scale, day) == undisturbed
    assert undisturbed["faults"] == 0


def be_the_same_on_both(tmp_path: Path, scale: str) -> dict[str, Any]:
    day = today()
    with installation(tmp_path / "postgresql") as made:
        on_postgresql = built(made, scale, day)
        assert built(on_sqlite(tmp_path / "sqlite", made), scale, day) == on_postgresql
    return on_postgresql


def test_build_ends_alike_after_kills(tmp_path: Path) -> None:
    end_alike_after_kills(tmp_path, "small")


def test_digests_are_the_same_on_both_databases(tmp_path: Path) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL only: this run is on SQLite")
    assert be_the_same_on_both(tmp_path, "small")["problems"] > 700
