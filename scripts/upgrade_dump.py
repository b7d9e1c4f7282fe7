"""Keeps this release for the tests of later ones: tests/upgrades/VERSION, one backup for each database.

    .venv/bin/python scripts/upgrade_dump.py
    pg_virtualenv -t scripts/on-postgresql.sh .venv/bin/python scripts/upgrade_dump.py

Run once at a release, for each database; what is kept is never written again.
"""

import json
import os
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.config.installations import CLI, COMPUTED  # noqa: E402 - the root is no package


def main() -> None:
    vendor = "postgresql" if os.environ.get("DATABASE_URL") else "sqlite"
    folder = ROOT / "tests" / "upgrades" / version("wenming")
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "WENMING_HOME": home}

        def run(*words: str) -> str:
            done = subprocess.run([*CLI, *words], env=environment, capture_output=True, text=True, check=True)  # noqa: S603
            return done.stdout

        run("demo", "--no-serve", *(("--database", "env") if vendor == "postgresql" else ()))
        run("backup", "--out", str(folder / f"{vendor}.wmbak"), "--without-files")
        answers = {key: json.loads(run("figures", "eval", key, "--period", "2024", "--json")) for key in COMPUTED}
    names = ("numerator", "denominator", "evidence_count")
    figures = {key: {name: answer[name] for name in names} for key, answer in answers.items()}
    (folder / "figures.json").write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
