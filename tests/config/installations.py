"""Installations of their own for tests that need a real database on disk: commands run in processes of their own."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql

CLI = [sys.executable, "-m", "wenming.config.cli"]
COMPUTED = (
    "problems.found",
    "problems.rectification_rate",
    "problems.closed",
    "problems.on_time_rate",
    "problems.rework_rate",
    "problems.extension_rate",
    "problems.unlocated",
)


@dataclass(frozen=True)
class Installation:
    """`home` and, on PostgreSQL, a database that nobody else uses."""

    home: Path
    environment: dict[str, str]

    def run(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [*CLI, *words], env=self.environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )
        assert done.returncode == 0 or not check, done.stderr
        return done

    def do(self, code: str) -> None:
        subprocess.run([sys.executable, "-c", code], env=self.environment, check=True)

    def python(self, code: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", code], env=self.environment, stdout=subprocess.PIPE)

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([*CLI, *words], env=self.environment, stderr=subprocess.DEVNULL)

    def json(self, *words: str, check: bool = True) -> Any:
        return json.loads(self.run(*words, "--json", check=check).stdout)

    def figures(self, *names: str, of: tuple[str, ...] = COMPUTED) -> dict[str, dict[str, Any]]:
        """The computed figures of 2024, each with the keys asked for."""
        answers = {key: self.json("figures", "eval", key, "--period", "2024") for key in of}
        return {key: {name: answer[name] for name in names} for key, answer in answers.items()}


@contextmanager
def installation(home: Path) -> Iterator[Installation]:
    """On the database that these tests run on."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WENMING_", "DATABASE_URL"))}
    environment = {**kept, "WENMING_HOME": str(home), "DJANGO_SETTINGS_MODULE": "wenming.config.settings"}
    if connection.vendor != "postgresql":
        yield Installation(home, environment)
        return
    given = connection.settings_dict
    name = f"of_test_{uuid.uuid4().hex[:12]}"
    place = {"host": given["HOST"], "port": given["PORT"], "user": given["USER"], "password": given["PASSWORD"]}
    environment["DATABASE_URL"] = "postgresql://{user}:{password}@{host}:{port}/{name}".format(**place, name=name)
    with psycopg.connect(**place, dbname="postgres", autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield Installation(home, environment)
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
