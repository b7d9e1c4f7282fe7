"""What every test stands on: one database, no clock but ours, and a flush that our triggers allow."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management.commands import flush
from django.db import connections

from wenming.kernel import triggers

SHARED = Path(os.environ.get("WENMING_SHARED", Path(__file__).resolve().parent.parent.parent / "shared"))


class FlushWithoutTriggers(flush.Command):
    """Transaction tests end by emptying every table, which the append-only triggers rightly refuse."""

    def handle(self, **options: Any) -> None:
        connection = connections[options["database"]]
        triggers.drop_all(connection)
        try:
            super().handle(**options)
        finally:
            triggers.create_all(connection)


flush.Command = FlushWithoutTriggers  # type: ignore[misc]


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, settings: Any) -> None:
    settings.HOME = tmp_path / "home"
    settings.MEDIA_ROOT = settings.HOME / "media"
    # The real hasher costs 50 ms a user; one test of signing in uses it.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def shared() -> Path:
    """The folder of real data beside the checkout; the test is skipped where there is none."""
    if not (SHARED / "data").is_dir():
        pytest.skip(f"no shared data at {SHARED.name}/data")
    return SHARED
