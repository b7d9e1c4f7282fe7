"""A database that goes away and comes back: a clear answer, and no restart needed."""

import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from tests.config.installations import Installation, installation
from tests.config.test_serve import wait_for

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL alone is a server that can go away"),
]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Installation, int]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with installation(tmp_path / "home") as made:
        made.run("migrate", "-v0")
        process = made.start("serve", "--port", str(port), "--workers", "1", "--no-worker")
        try:
            assert wait_for(lambda: status(port, "/-/ready") == 200, 60)
            yield made, port
        finally:
            process.terminate()
            process.wait(30)


def status(port: int, path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def let_in(made: Installation, *, nobody: bool) -> None:
    """Shuts the database's door, and puts out whoever is in it; or opens it again."""
    given = connection.settings_dict
    name = made.environment["DATABASE_URL"].rsplit("/", 1)[1]
    with psycopg.connect(
        host=given["HOST"], port=given["PORT"], user=given["USER"], password=given["PASSWORD"], dbname="postgres",
        autocommit=True,
    ) as admin:  # fmt: skip
        word = sql.SQL("false" if nobody else "true")
        admin.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}").format(sql.Identifier(name), word))
        if nobody:
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


def test_serve_outlives_its_database(served: tuple[Installation, int]) -> None:
    made, port = served
    assert status(port, "/sign-in/") == 200
    let_in(made, nobody=True)
    try:
        assert status(port, "/-/alive") == 200
        assert status(port, "/-/ready") == 503
        assert status(port, "/r/1-abcdefghijklmnop/") == 503
    finally:
        let_in(made, nobody=False)
    assert wait_for(lambda: status(port, "/-/ready") == 200, 20)
    assert status(port, "/r/1-abcdefghijklmnop/") in (404, 410)
