"""Every release that was ever installed still becomes the present one: its kept city is restored and migrated.

`scripts/upgrade_dump.py` writes the folder of a release; nobody edits one afterwards.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.config.installations import Installation, installation

RELEASES = sorted(path.parent for path in Path(__file__).parent.glob("*/figures.json"))


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Installation]:
    with installation(tmp_path / "home") as made:
        yield made


def test_a_release_is_kept() -> None:
    assert "0.1.0" in [folder.name for folder in RELEASES]


@pytest.mark.parametrize("folder", RELEASES, ids=lambda folder: folder.name)
def test_upgrade_from_a_release_keeps_histories_and_figures(folder: Path, empty: Installation) -> None:
    done = empty.json("restore", str(folder / f"{connection.vendor}.wmbak"))
    assert (done["version"], done["faults"]) == (folder.name, [])
    assert empty.json("flow", "problems", "--verify")["faults"] == []
    # A release is kept without its photos.
    assert [p["code"] for p in empty.json("doctor", check=False)["problems"] if p["is_fatal"]] == ["files.missing"]
    kept = json.loads((folder / "figures.json").read_text())
    assert empty.figures("numerator", "denominator", "evidence_count") == kept
