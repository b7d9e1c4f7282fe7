"""What every test stands on: one database, no clock but ours, and a flush that our triggers allow."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management.commands import flush
from django.db import connections
from playwright.sync_api import Browser, sync_playwright

from wenming.kernel import triggers

NO_SHARED_DATA = "no shared data"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
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
        pytest.skip(f"{NO_SHARED_DATA} at {SHARED.name}/data")
    return SHARED


@pytest.fixture(scope="session")
def browser(django_db_setup: None) -> Iterator[Browser]:
    """One Chromium for all: the driver of a second would find the first one's event loop running."""
    if not Path(CHROMIUM).exists():
        pytest.skip("no Chromium (set CHROMIUM to its path)")
    # The driver runs an event loop in this thread, which Django would take for its own.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


def _skips(config: pytest.Config) -> list[str]:
    """Why tests were skipped, once each."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    reports = reporter.stats.get("skipped", []) if reporter is not None else []
    return sorted(
        {str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr) for report in reports}
    )


def _is_excused(reason: str) -> bool:
    """Data that is not part of the project, and what one database cannot show and the other phase does."""
    return NO_SHARED_DATA in reason or reason.removeprefix("Skipped: ").startswith(("SQLite ", "PostgreSQL "))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """WENMING_NO_SKIP=1: what could not be tested counts as broken, but for data that is not part of the project."""
    if os.environ.get("WENMING_NO_SKIP") != "1" or hasattr(session.config, "workerinput"):
        return
    if any(not _is_excused(reason) for reason in _skips(session.config)):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """The phases of `make test` hand on what they skipped; the last one tells all of it."""
    kept = Path(os.environ["WENMING_SKIPS"]) if "WENMING_SKIPS" in os.environ else None
    if kept is None:
        return
    with kept.open("a", encoding="utf-8") as file:
        file.writelines(f"{reason}\n" for reason in _skips(config))
    if os.environ.get("WENMING_LAST_PHASE") == "1":
        reasons = sorted(set(kept.read_text(encoding="utf-8").splitlines()))
        terminalreporter.section("not tested")
        for reason in reasons or ["nothing was skipped"]:
            terminalreporter.line(reason)
