import json
from pathlib import Path

import pytest
from django.utils import translation

from tests.factories.metrics import make_count
from wenming.engines.metrics import named
from wenming.engines.metrics.errors import DefinitionError, UnknownFigure

PROGRAMMES = {
    *("standards", "problems", "appeals", "dossiers", "assessments", "evaluations", "honours", "contests"),
    *("points", "practice", "learning", "plans", "outreach", "integrity"),
}


def test_catalogue_names_every_claim_of_the_report_once() -> None:
    figures = named.catalogue().values()
    assert len([figure for figure in figures if not figure.is_universal]) == 45
    assert len([figure for figure in figures if figure.is_universal]) == 8
    assert len({figure.name for figure in figures} | {figure.name_en for figure in figures}) == 2 * 53


def test_catalogue_says_what_can_prove_each_figure() -> None:
    for figure in named.catalogue().values():
        assert figure.evidence
        assert figure.evidence_en.isascii() or "“" in figure.evidence_en
        assert figure.programme in PROGRAMMES
        assert figure.system[0] == "S"
        assert bool(figure.unit) is not figure.is_universal


@pytest.mark.shared_data
def test_catalogue_has_the_keys_of_the_reference_report(shared: Path) -> None:
    claims = json.loads((shared / "reference" / "claims-2024.json").read_text(encoding="utf-8"))["claims"]
    asked = {claim["id"]: (claim["unit"], claim["system"]) for claim in claims}
    known = {key: (f.unit, f.system) for key, f in named.catalogue().items() if not f.is_universal}
    assert known == asked


def test_find_speaks_the_reader_s_language() -> None:
    with translation.override("en"):
        assert named.find("problems.found").label == "Problems found"
    assert named.find("problems.found").label == "发现问题"


def test_find_a_metric_that_the_report_does_not_name() -> None:
    make_count()
    found = named.find("toys.found")
    assert (found.name, found.unit, found.programme, found.is_declarable) == ("完成率", "个", "toys", False)
    assert found in named.figures()


def test_find_when_the_key_is_unknown() -> None:
    with pytest.raises(UnknownFigure, match=r"toys\.nothing"):
        named.find("toys.nothing")


@pytest.mark.parametrize(
    "text",
    [
        "- key: a.b",
        "- {key: a.b, kind: vague, declarable: true}",
        "- 1",
        "- {key: a.b, kind: numeric, declarable: true, colour: red}",
    ],
)
def test_load_refuses_what_is_no_named_figure(text: str) -> None:
    with pytest.raises(DefinitionError):
        named.load(text)
