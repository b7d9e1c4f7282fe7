"""`wenming report`, as scripts see it."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.factories.problems import bring_to
from tests.outputs.reports.casts import CLAIMS, MONTHS, NOW, OF_APPEALS, declare, make_year, rewrite, without_anchor
from wenming.kernel import clock
from wenming.outputs.reports.paper.blocks import anchor_of
from wenming.outputs.reports.paper.read import read_paper
from wenming.programmes.problems.enums import Action

pytestmark = pytest.mark.django_db
RATE = anchor_of("problems.rectification_rate", "2024")


def run(*arguments: str) -> tuple[int, str]:
    """The exit code and what went to standard output."""
    out = StringIO()
    try:
        call_command("report", *arguments, stdout=out, stderr=StringIO())
    except CommandError as error:
        return error.returncode, out.getvalue()
    return 0, out.getvalue()


def build(folder: Path, *more: str) -> tuple[Path, dict[str, Any]]:
    out = folder / "r.docx"
    code, said = run("build", "--period", "2024", "--out", str(out), "--json", *more)
    assert code == 0
    return out, json.loads(said)


def verify(path: Path) -> tuple[int, dict[str, Any]]:
    code, said = run("verify", str(path), "--json")
    return code, json.loads(said)


def test_build_prints_every_figure_once(tmp_path: Path) -> None:
    with clock.set_to(NOW):
        make_year()
        declare("points.redemptions", "94321")
        out, document = build(tmp_path)
    figures = {row["key"]: row for row in document["figures"]}
    assert sorted(figures) == [*OF_APPEALS, "points.redemptions", "problems.found", "problems.rectification_rate"]
    rate = figures["problems.rectification_rate"]
    assert (rate["display"], rate["value"], rate["anchor"], rate["source"]) == (
        "66.67%",
        "0.666666666667",
        RATE,
        "computed",
    )
    assert (rate["numerator"], rate["denominator"]) == (2, 3)
    declared = figures["points.redemptions"]
    assert (declared["display"], declared["value"], declared["source"]) == ("9.4万余", "94321", "declared")
    assert len(document["missing"]) == CLAIMS - 6
    assert all(row["needs"] and row["name"] for row in document["missing"])
    anchors = {row["anchor"] for row in document["figures"] + document["charted"] + document["missing"]}
    assert anchors == {one.anchor for one in read_paper(out).anchored}


def test_build_as_of_and_cutoff(tmp_path: Path) -> None:
    with clock.set_to(NOW):
        cast, problems = make_year(found=2, reviewed=1)
    with clock.set_to(NOW + timedelta(days=2)):
        bring_to(cast, problems[1], Action.PASS_REVIEW)
        displays = []
        for more in ((), ("--as-of", "2024-12-03"), ("--cutoff", "2024-12-03T00:00"), ("--as-of", "2024-12-01")):
            _out, document = build(tmp_path, *more)
            found = {row["key"]: row["display"] for row in document["figures"]}
            displays.append((found["problems.found"], found.get("problems.rectification_rate")))
    assert displays == [("2", "100.00%"), ("2", "50.00%"), ("2", "50.00%"), ("0", None)]


def test_verify_tells_unchanged_moved_edited_and_lost(tmp_path: Path) -> None:
    with clock.set_to(NOW):
        cast, problems = make_year(found=3, reviewed=2)
        out, _document = build(tmp_path)
        code, said = verify(out)
        assert (code, said["unchanged"], said["moved"], said["edited"], said["lost"]) == (
            0,
            CLAIMS + MONTHS,
            [],
            [],
            [],
        )
    with clock.set_to(NOW + timedelta(hours=1)):
        bring_to(cast, problems[2], Action.PASS_REVIEW)
        code, said = verify(out)
        assert (code, said["unchanged"], len(said["moved"])) == (0, CLAIMS + MONTHS - 1, 1)
        assert said["moved"][0] == {
            "key": "problems.rectification_rate",
            "name": "问题整改率",
            "period": "2024",
            "anchor": RATE,
            "was": "66.67%",
            "now": "100.00%",
            "why": "counts",
            "was_counts": {"numerator": 2, "denominator": 3},
            "now_counts": {"numerator": 3, "denominator": 3},
            "reasons": [
                {
                    "effect": "counted",
                    "cause": "happened",
                    "column": "reviewed_us",
                    "words": "审核通过",
                    "count": 1,
                    "codes": [problems[2].code],
                }
            ],
        }
        rewrite(out, lambda xml: xml.replace(">3<", ">8<", 1))
        code, said = verify(out)
        assert (code, [row["key"] for row in said["edited"]]) == (1, ["problems.found"])
        assert (said["edited"][0]["shown"], said["edited"][0]["expected"]) == ("8", "3")
        rewrite(out, lambda xml: without_anchor(xml, RATE, "wm:problems.rectification_rate#2024"))
        code, said = verify(out)
        assert (code, [row["key"] for row in said["lost"]]) == (1, ["problems.rectification_rate"])


def test_verify_and_build_speak_without_json(tmp_path: Path) -> None:
    with clock.set_to(NOW):
        make_year()
        out = tmp_path / "r.docx"
        code, said = run("build", "--period", "2024", "--out", str(out))
        assert (code, "5 computed, 0 declared, 48 missing" in said, "missing plan.tasks" in said) == (0, True, True)
        rewrite(out, lambda xml: xml.replace("66.67%", "96.67%"))
        code, said = run("verify", str(out))
    assert (code, "96.67% stands where 66.67% was printed" in said) == (1, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("build", "--period", "2024年", "--out", "r.docx"),
        ("build", "--period", "2024", "--out", "r.docx", "--as-of", "昨天"),
        ("build", "--period", "2024", "--out", "r.pdf"),
        ("build", "--period", "2024", "--out", "nowhere/r.docx"),
        ("build", "--period", "2024", "--out", "r.docx", "--template", "t.docx"),
        ("build", "--period", "2024", "--out", "r.docx", "--template", "text.docx"),
        ("verify", "nothing.docx"),
        ("verify", "text.docx"),
    ],
)
def test_report_used_wrongly_exits_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("text.docx").write_text("not a zip")
    assert run(*arguments) == (2, "")
    assert [path.name for path in tmp_path.iterdir() if path.suffix] == ["text.docx"]


def test_report_without_a_verb_says_how(tmp_path: Path) -> None:
    assert run()[0] != 0
    assert run("check", "text.txt")[0] != 0
