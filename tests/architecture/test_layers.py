"""The import contracts hold, and each kind of breach is noticed when it is planted in a copy."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.apps.registry import Apps
from django.db import models

from tests.architecture.source import PACKAGE, ROOT

LINTER = Path(sys.executable).parent / "lint-imports"
LAYERS = ("config", "demo", "outputs", "programmes", "engines", "foundation", "kernel")
FOUNDATION = ("jobs", "notices", "places", "people", "revisions", "files", "throttle", "audit")
# Programmes that every other programme may refer to.
REFERRED = frozenset({"standards"})

APPS = sorted(
    f"{layer}/{folder.name}"
    for layer in ("outputs", "programmes", "engines", "foundation")
    for folder in (PACKAGE / layer).iterdir()
    if (folder / "apps.py").exists()
)


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(root / "src")}
    words = [str(LINTER), "--no-cache", "--config", str(root / ".importlinter")]
    return subprocess.run(words, cwd=root, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    ignore = shutil.ignore_patterns("__pycache__", "static", "templates", "locale", "migrations")
    shutil.copytree(PACKAGE, tmp_path / "src" / "wenming", ignore=ignore)
    shutil.copy(ROOT / ".importlinter", tmp_path)
    return tmp_path


def plant(root: Path, module: str, line: str) -> None:
    path = root / "src" / "wenming" / module
    path.write_text(line + "\n" + (path.read_text(encoding="utf-8") if path.exists() else ""), encoding="utf-8")


def test_imports_keep_the_contracts() -> None:
    found = lint(ROOT)
    assert found.returncode == 0, found.stdout


def test_every_app_has_a_contract_of_its_own() -> None:
    text = (ROOT / ".importlinter").read_text(encoding="utf-8")
    unguarded = [app for app in APPS if f"protected_modules = wenming.{app.replace('/', '.')}\n" not in text]
    assert unguarded == []


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("kernel/clock.py", "import wenming.foundation.people.services", "Imports go downwards"),
        ("foundation/audit/services.py", "import wenming.foundation.files.services", "The order within the foundation"),
        ("engines/loop/services.py", "import wenming.engines.metrics.services", "Engines are strangers"),
        ("programmes/standards/services/units.py", "import wenming.programmes.problems.services", "Programmes are strangers"),
        ("programmes/problems/rules.py", "import wenming.foundation.people.views", "people is entered"),
        ("outputs/desk/urls.py", "import wenming.foundation.notices.views", "notices is entered"),
        ("foundation/notices/rules.py", "import wenming.foundation.people.middleware", "people is entered"),
        # A module that is written tomorrow is private from its first day.
        ("outputs/desk/apps.py", "import wenming.engines.metrics.not_yet_thought_of", "metrics is entered"),
    ],
)  # fmt: skip
def test_contract_notices_a_planted_import(copy: Path, module: str, line: str, contract: str) -> None:
    if "not_yet_thought_of" in line:
        plant(copy, "engines/metrics/not_yet_thought_of.py", "")
    plant(copy, module, line)
    found = lint(copy)
    broken = [row for row in found.stdout.splitlines() if " BROKEN" in row and row.startswith(contract)]
    assert (found.returncode, len(broken)) == (1, 1), found.stdout


def _place(model: type[models.Model]) -> tuple[str, str] | None:
    """(layer, app) of one of our models."""
    name = apps.get_app_config(model._meta.app_label).name.split(".")
    if name[0] != "wenming":
        return None
    return name[1], name[-1]


def may_point(source: tuple[str, str], target: tuple[str, str]) -> bool:
    if source == target:
        return True
    if source[0] != target[0]:
        return LAYERS.index(source[0]) < LAYERS.index(target[0])
    if source[0] == "foundation":
        return FOUNDATION.index(source[1]) < FOUNDATION.index(target[1])
    return source[0] == "programmes" and target[1] in REFERRED


def upward_keys(found: list[type[models.Model]]) -> list[str]:
    """Foreign keys against the layers: as strings they are invisible to the import contracts."""
    wrong = []
    for model in found:
        source = _place(model)
        for field in model._meta.get_fields():
            target = field.related_model if field.concrete and field.is_relation else None
            if source is None or not isinstance(target, type):
                continue
            place = _place(target)
            if place is not None and not may_point(source, place):
                wrong.append(f"{model._meta.label}.{field.name} → {target._meta.label}")
    return wrong


def test_foreign_keys_point_downwards() -> None:
    assert upward_keys(apps.get_models()) == []


def test_upward_keys_finds_a_planted_one() -> None:
    registry = Apps()

    class Planted(models.Model):
        problem = models.ForeignKey("problems.Upper", on_delete=models.CASCADE)

        class Meta:
            app_label, apps = "audit", registry

    class Upper(models.Model):
        class Meta:
            app_label, apps = "problems", registry

    assert upward_keys([Planted, Upper]) == ["audit.Planted.problem → problems.Upper"]
