import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from tests.factories.metrics import (
    COUNTY,
    OTHER_COUNTY,
    TOYS,
    definition,
    make_count,
    make_declared,
    make_metric,
    make_toy,
    write_toys,
)
from tests.factories.people import make_acting
from wenming.engines.metrics import registry, services
from wenming.foundation.people.enums import Role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("toys")]


@pytest.fixture
def answer(capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*words: str) -> Any:
        capsys.readouterr()
        call_command("figures", *words, "--json")
        return json.loads(capsys.readouterr().out)

    return run


def refusal(*words: str) -> tuple[int, str]:
    with pytest.raises(CommandError) as caught:
        call_command("figures", *words, "--json")
    return caught.value.returncode, str(caught.value)


def test_eval_gives_the_promised_keys(answer: Any) -> None:
    make_metric()
    write_toys(make_toy(done="2024-03-06"), make_toy(), make_toy())
    found = answer("eval", "toys.done_rate", "--period", "2024", "--cutoff", "2025-01-01")
    assert (found["key"], found["version"], found["source"], found["on"]) == (
        *("toys.done_rate", 1, "computed"),
        connection.vendor,
    )
    assert (found["numerator"], found["denominator"], found["value"], found["display"]) == (
        *(1, 3, "0.333333333333", "33.33%"),
    )
    assert (found["evidence_count"], len(found["evidence_sha256"])) == (3, 64)
    assert found["cutoff"] == "2025-01-01T00:00:00+08:00"
    assert "rows" not in found


def test_eval_by_region_and_month(answer: Any) -> None:
    make_metric()
    write_toys(make_toy(done="2024-03-06"), make_toy(county_code=OTHER_COUNTY, found="2024-05-01"))
    found = answer("eval", "toys.done_rate", "--period", "2024", "--by", "region,ym")
    assert [(r["region"], r["ym"], r["numerator"], r["denominator"], r["value"]) for r in found["rows"]] == [
        (COUNTY, 202403, 1, 1, "1"),
        (OTHER_COUNTY, 202405, 0, 1, "0"),
    ]


def test_eval_as_of_a_day_knows_what_was_recorded_before_it(answer: Any) -> None:
    make_count()
    write_toys(make_toy(), recorded="2024-04-01 00:00:01")
    assert answer("eval", "toys.found", "--period", "2024", "--as-of", "2024-04-01")["value"] == "0"
    assert answer("eval", "toys.found", "--period", "2024", "--as-of", "2024-04-01T01:00")["value"] == "1"
    assert answer("eval", "toys.found", "--period", "2024", "--on", connection.vendor)["value"] == "1"


def test_eval_of_a_declared_figure_names_its_source(answer: Any) -> None:
    declared = make_declared(by=make_acting(Role.AUTHOR).actor)
    services.confirm_figure(declared, by=make_acting(Role.OFFICE).actor)
    found = answer("eval", "outreach.topic_reads", "--period", "2024")
    assert (found["source"], found["value"], found["numerator"]) == ("declared", "932000", None)
    assert found["declaration"]["sha256"] == declared.source_file.sha256_received


def test_eval_of_a_missing_figure_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    code, message = refusal("eval", "integrity.talks", "--period", "2024")
    assert (code, "nobody declared it" in message) == (1, True)
    document = json.loads(capsys.readouterr().out)
    assert (document["source"], document["value"]) == ("missing", None)


@pytest.mark.parametrize(
    "words",
    [
        ("eval", "toys.nothing", "--period", "2024"),
        ("eval", "toys.found", "--period", "2024-13"),
        ("eval", "toys.found", "--period", "last year"),
        ("eval", "toys.found", "--period", "2024", "--by", "colour"),
        ("eval", "toys.found", "--period", "2024", "--as-of", "yesterday"),
        ("eval", "toys.found", "--period", "2024", "--cutoff", "2024-02-30"),
        ("eval", "toys.found", "--period", "2024", "--on", "duckdb"),
        ("eval", "toys.found", "--period", "2024", "--on", "spark"),
        ("show", "toys.nothing"),
        ("list", "--period", "soon"),
    ],
)
def test_wrong_use_is_refused_without_a_word_on_standard_output(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    make_count()
    code, message = refusal(*words)
    assert code == 2
    assert message
    assert capsys.readouterr().out == ""


def test_list_names_every_figure(answer: Any) -> None:
    make_count()
    rows = {row["key"]: row for row in answer("list")["figures"]}
    assert rows["integrity.talks"]["is_declarable"] is True
    assert rows["toys.found"]["is_computed"] is True
    assert "value" not in rows["toys.found"]


def test_list_with_a_period_gives_values(answer: Any) -> None:
    make_count()
    write_toys(make_toy())
    rows = {row["key"]: row for row in answer("list", "--period", "2024")["figures"]}
    assert (rows["toys.found"]["source"], rows["toys.found"]["display"]) == ("computed", "1")
    assert (rows["integrity.talks"]["source"], rows["integrity.talks"]["value"]) == ("missing", None)


def test_show_says_what_is_counted(answer: Any) -> None:
    make_metric(target={"op": ">=", "value": "0.9"})
    found = answer("show", "toys.done_rate")
    assert (found["numerator"], found["denominator_words_en"]) == ("done_at is not null", "toys that are not void")
    assert (found["target"], found["version"]) == (">= 0.9", 1)
    assert answer("show", "integrity.talks")["is_declarable"] is True


def test_answers_are_readable_without_json(capsys: pytest.CaptureFixture[str]) -> None:
    make_metric()
    write_toys(make_toy())
    call_command("figures", "eval", "toys.done_rate", "--period", "2024", "--by", "region")
    assert capsys.readouterr().out == (f"完成率 2024: 0.00%  0 / 1  (computed)\n  region={COUNTY}: 0.00%\n")


def test_lock_publishes_what_is_new_and_changes_nothing(answer: Any, tmp_path: Path) -> None:
    registry.register_fact(TOYS)
    (tmp_path / "toys.yaml").write_text(yaml.safe_dump(definition(), allow_unicode=True), encoding="utf-8")
    registry.register_figures(tmp_path)
    # Only this directory: those of the programmes are not a test's to publish.
    registry._directories[:] = [tmp_path]
    assert answer("lock")["added"] == ["toys.done_rate@1"]
    published = (tmp_path / "published.lock").read_bytes()
    assert answer("lock")["added"] == []
    assert (tmp_path / "published.lock").read_bytes() == published
