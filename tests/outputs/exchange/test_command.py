"""`wenming import` as scripts rely on it."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.outputs.exchange.tables import MAPPING, row, write_csv, write_mapping
from wenming.outputs.exchange import kinds
from wenming.programmes.problems.models import Problem

pytestmark = pytest.mark.django_db


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = 0
    message = ""
    try:
        call_command("import", *words)
    except CommandError as error:
        code, message = error.returncode, str(error)
    return code, capsys.readouterr().out, message


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    code, out, _message = run(capsys, *words, "--json")
    return code, json.loads(out)


def test_know_all_kinds() -> None:
    assert set(kinds.known()) >= {
        "regions", "boundaries", "units", "people", "points", "standard", "problem-types", "field-rules", "requests",
        "messages", "problems", "declared",
    }  # fmt: skip


def test_answer_in_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(write_csv(tmp_path / "a.csv", row("1"), row("2", created="x")))
    mapping = str(write_mapping(tmp_path))
    code, tried = answer(capsys, "requests", path, "--mapping", mapping, "--dry-run")
    assert not Problem.objects.exists()
    again, document = answer(capsys, "requests", path, "--mapping", mapping)
    assert (code, again) == (1, 1)
    assert tried | {"dry_run": False} == document
    assert {name: document[name] for name in ("read", "created", "unchanged", "updated", "rejected")} == {
        "read": 2,
        "created": 1,
        "unchanged": 0,
        "updated": 0,
        "rejected": 1,
    }
    assert [(error["row"], error["field"], error["code"]) for error in document["errors"]] == [
        (3, "found_at", "exchange.bad_time")
    ]
    assert Problem.objects.count() == 1


def test_exit_with_0_when_all_rows_are_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, mapping = write_csv(tmp_path / "a.csv", row("1")), write_mapping(tmp_path)
    code, out, _message = run(capsys, "requests", str(path), "--mapping", str(mapping))
    assert (code, out.startswith("requests: read 1, created 1")) == (0, True)


def test_exit_with_1_for_a_file_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    code, document = answer(capsys, "requests", str(tmp_path / "a.csv"), "--mapping", str(write_mapping(tmp_path)))
    assert (code, document["read"], document["errors"][0]["code"]) == (1, 0, "exchange.columns_missing")


@pytest.mark.parametrize(
    ("asked", "mapping", "says"),
    [
        (("wishes", "a.csv"), None, "requests"),
        (("requests", "missing.csv"), MAPPING, "missing.csv"),
        (("requests", "a.csv"), None, "baltimore.requests.yaml"),
        (("requests", "a.csv"), "kind: requests\nwish: 1\n", "wish"),
        (("regions", "a.csv"), MAPPING, "--mapping"),
    ],
)
def test_exit_with_2_for_wrong_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], asked: tuple[str, str], mapping: str | None, says: str
) -> None:
    kind, name = asked
    write_csv(tmp_path / "a.csv", row("1"))
    more = [] if mapping is None else ["--mapping", str(write_mapping(tmp_path, mapping))]
    code, out, message = run(capsys, kind, str(tmp_path / name), *more)
    assert (code, out) == (2, "")
    assert says in message
    assert not Problem.objects.exists()
