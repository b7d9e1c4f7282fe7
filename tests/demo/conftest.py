"""A city read into an empty database, without the command around it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


def write_yearbook(folder: Path, *, seed: int, today: str = "", scale: str = "") -> Path:
    command = [sys.executable, "-m", "yearbook", "write", "--out", str(folder), "--year", "2024", "--seed", str(seed)]
    command += ["--today", today] if today else []
    command += ["--scale", scale] if scale else []
    subprocess.run(command, check=True, capture_output=True)
    return folder


def count_yearbook(folder: Path) -> dict[str, Any]:
    """What the yearbook's own reader counts in the raw workbooks; it shares no code with the product."""
    done = subprocess.run(
        [sys.executable, "-m", "yearbook", "count", str(folder), "--json"], check=True, capture_output=True, text=True
    )
    counted: dict[str, Any] = json.loads(done.stdout)
    return counted


@pytest.fixture(scope="session")
def yearbook_one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    yield write_yearbook(tmp_path_factory.mktemp("yearbook") / "one", seed=1)
