"""House rules that no linter knows."""

import ast
import re

import pytest

from tests.architecture.source import (
    MODULE_LINES_MAX,
    ROOT,
    functions,
    imported,
    inner_imports,
    long_functions,
    modules,
    tracked,
)

OURS = ("src/", "yearbook/", "tests/", "scripts/", "benchmarks/")
SIGNALS = {"django.dispatch", "django.db.models.signals", "django.core.signals", "django.db.backends.signals"}
# Written in parts, so that this file does not accuse itself.
MACHINE = re.compile("|".join(("/wor" + "k/", "/roo" + "t/", "/hom" + r"e/\w")))
REGISTRY = re.compile(
    "|".join(("pypi" + r"\.org", "python" + "hosted", "npm" + r"js\.(?:org|com)", "proxy" + r"\.golang"))
)
BINARY = {".png", ".jpg", ".jpeg", ".mo", ".woff2", ".ico", ".xlsx", ".docx", ".pdf", ".gz"}


def test_modules_fit_in_400_lines() -> None:
    names = [p for p in tracked() if p.suffix == ".py" and "migrations" not in p.parts]
    long = {str(p.relative_to(ROOT)): n for p in names if (n := len(p.read_bytes().splitlines())) > MODULE_LINES_MAX}
    assert long == {}


def test_functions_fit_on_a_screen() -> None:
    assert {name: long for name, tree in modules(*OURS) if (long := long_functions(tree))} == {}


def test_long_functions_finds_a_planted_one() -> None:
    body = "\n".join(["def f():", *["    x = 1"] * 70])
    assert long_functions(ast.parse(body)) == ["f: 71 lines"]


def test_imports_stand_at_the_top_but_in_ready() -> None:
    found = {
        name: lines
        for name, tree in modules("src/", "yearbook/")
        if not name.endswith("/apps.py") and (lines := inner_imports(tree))
    }
    assert found == {}


def test_inner_imports_finds_a_planted_one() -> None:
    assert inner_imports(ast.parse("def f():\n    import os")) == [2]


def test_apps_import_inside_ready_alone() -> None:
    for name, tree in modules("src/"):
        if name.endswith("/apps.py"):
            others = [f for f in functions(tree) if f.name != "ready"]
            assert [inner_imports(f) for f in others if inner_imports(f)] == [], name


def test_no_signals_steer_the_flow() -> None:
    assert {name: hit for name, tree in modules("src/") if (hit := imported(tree) & SIGNALS)} == {}


def test_nothing_prints_but_through_the_command() -> None:
    calls = {
        f"{name}:{node.lineno}"
        for name, tree in modules("src/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    }
    assert calls == set()


def test_no_except_catches_everything_unseen() -> None:
    bare = {
        f"{name}:{node.lineno}"
        for name, tree in modules(*OURS)
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and node.type is None
    }
    assert bare == set()


@pytest.mark.parametrize(("what", "pattern"), [("machine", MACHINE), ("registry", REGISTRY)])
def test_no_file_names_this_machine_or_a_registry(what: str, pattern: re.Pattern[str]) -> None:
    found = []
    for path in tracked():
        if path.suffix in BINARY or "vendor" in path.parts:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if pattern.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert found == [], what
