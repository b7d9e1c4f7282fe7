"""One loop for all: a programme brings a table, words and columns; stepping, clocks and chains are the engine's alone."""

import ast
from pathlib import Path

from tests.architecture.source import PACKAGE

PROGRAMMES = PACKAGE / "programmes"
# Written by the engine and by nobody else.
ENGINE_COLUMNS = {"state", "version", "seq", "head_hash", "last_happened_at", "due_at", "due_is_provisional"}
ENGINE_CALLS = {"event_hash", "set_due", "carry_out_clocks", "ItemClocks", "Batch"}


def loops() -> list[Path]:
    return sorted(path.parent for path in PROGRAMMES.glob("*/flow.py"))


def faults(tree: ast.AST) -> list[str]:
    """Assignments to the engine's columns, updates of them, and calls of the engine's own parts."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found += [f"{t.attr} =" for t in targets if isinstance(t, ast.Attribute) and t.attr in ENGINE_COLUMNS]
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            found += [name] if name in ENGINE_CALLS else []
            if name == "update":
                found += [f"update {k.arg}" for k in node.keywords if k.arg in ENGINE_COLUMNS]
    return found


def test_each_programme_with_a_flow_runs_the_one_loop() -> None:
    assert {"appeals", "dossiers", "problems"} <= {folder.name for folder in loops()}
    for folder in loops():
        text = "\n".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
        assert ("Loop(FLOW" in text, "(LoopItem" in text) == (True, True), folder.name


def test_no_programme_steps_by_itself() -> None:
    wrong = {
        str(path.relative_to(PROGRAMMES)): found
        for folder in loops()
        for path in folder.rglob("*.py")
        if "migrations" not in path.parts and (found := faults(ast.parse(path.read_text(encoding="utf-8"))))
    }
    assert wrong == {}


def test_faults_finds_planted_ones() -> None:
    planted = "item.state = 'closed'\nitem.seq += 1\nrows.update(version=2)\nevent_hash(event, 1)\n"
    assert faults(ast.parse(planted)) == ["state =", "seq =", "update version", "event_hash"]
