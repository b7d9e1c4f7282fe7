import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest

from tests.outputs.reports.paper.papers import holder, make_document, make_figure, make_report, rewrite
from wenming.kernel.documents.errors import PaperError
from wenming.outputs.reports.paper.blocks import Document, Figure, Text, figures
from wenming.outputs.reports.paper.build import build_docx
from wenming.outputs.reports.paper.read import ManifestState, read_paper
from wenming.outputs.reports.paper.verify import Counts, Edited, Lost, Moved, Why, verify_paper

MAIN = "word/document.xml"
RATE = make_figure(
    "problems.rectification_rate", "93.50%", name="问题整改率", unit="%", numerator=935, denominator=1000
)
FOUND = make_figure()


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "paper.docx"
    build_docx(make_document(Text("整改率"), RATE, Text("，发现"), FOUND, Text("。")), path)
    return path


def now(*changed: Figure) -> dict[str, Figure]:
    return {one.anchor: one for one in (RATE, FOUND)} | {one.anchor: one for one in changed}


def test_verify_finds_nothing_right_after_printing(tmp_path: Path) -> None:
    path = tmp_path / "r.docx"
    kept = build_docx(make_report(), path)
    found = verify_paper(read_paper(path), current={one.anchor: one for one in figures(make_report())}, kept=kept)
    assert (found.unchanged, found.is_current, found.manifest) == (len(kept.entries), True, ManifestState.INTACT)
    assert (found.drifted, found.strangers) == ([], [])


def test_verify_looks_a_figure_up_by_key_and_period(paper: Path) -> None:
    current = {one.reference: one for one in (RATE, FOUND)}
    assert verify_paper(read_paper(paper), current=current).unchanged == 2


def test_verify_reports_what_moved_and_why(paper: Path) -> None:
    moved = dataclasses.replace(RATE, display="93.55%", value="0.9355", numerator=943, denominator=1008)
    found = verify_paper(read_paper(paper), current=now(moved))
    assert found.moved == [
        Moved(RATE.key, "2026", RATE.anchor, "93.50%", "93.55%", Why.COUNTS, Counts(935, 1000), Counts(943, 1008))
    ]
    assert (found.unchanged, found.is_true_to_print, found.is_current) == (1, True, False)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"display": "九成三以上"}, Why.WORDING),
        ({"display": "93.51%", "value": "0.9351"}, Why.VALUE),
        ({"display": "94%", "source": "declared"}, Why.SOURCE),
        ({"display": None, "value": None, "source": "missing"}, Why.SOURCE),
    ],
)
def test_verify_names_the_deepest_difference(paper: Path, change: dict[str, Any], why: Why) -> None:
    found = verify_paper(read_paper(paper), current=now(dataclasses.replace(RATE, **change)))
    assert [one.why for one in found.moved] == [why]


def test_verify_mentions_counts_that_moved_under_one_text(paper: Path) -> None:
    drifted = dataclasses.replace(RATE, numerator=1870, denominator=2000)
    found = verify_paper(read_paper(paper), current=now(drifted))
    assert (found.unchanged, found.moved) == (2, [])
    assert [(one.was_counts, one.now_counts) for one in found.drifted] == [(Counts(935, 1000), Counts(1870, 2000))]


def test_verify_reports_a_figure_that_is_computed_no_more(paper: Path) -> None:
    found = verify_paper(read_paper(paper), current={RATE.anchor: RATE})
    assert [(one.key, one.now, one.why) for one in found.moved] == [("problems.found", None, Why.WITHDRAWN)]


def test_verify_reports_an_edit_before_a_move(paper: Path) -> None:
    changed = rewrite(paper, MAIN, lambda xml: xml.replace("93.50%", "98.50%"))
    moved = dataclasses.replace(RATE, display="93.55%")
    found = verify_paper(read_paper(changed), current=now(moved))
    assert found.edited == [Edited(RATE.key, "2026", RATE.anchor, "98.50%", "93.50%", "93.55%")]
    assert (found.moved, found.unchanged) == ([], 1)


def test_verify_keeps_a_figure_whose_control_was_removed(paper: Path) -> None:
    changed = rewrite(paper, MAIN, lambda xml: re.sub(r"</?w:sdt(Content)?>|<w:sdtPr>.*?</w:sdtPr>", "", xml))
    found = verify_paper(read_paper(changed), current=now())
    assert (found.unchanged, found.lost) == (2, [])


def test_verify_keeps_a_figure_whose_bookmark_was_removed(paper: Path) -> None:
    changed = rewrite(paper, MAIN, lambda xml: re.sub(r"<w:bookmark(Start|End) [^>]*/>", "", xml))
    assert verify_paper(read_paper(changed), current=now()).unchanged == 2


def test_verify_reports_a_figure_typed_over_without_its_holders(paper: Path) -> None:
    changed = rewrite(paper, MAIN, lambda xml: holder(RATE.anchor).sub("<w:r><w:t>93.50%</w:t></w:r>", xml))
    found = verify_paper(read_paper(changed), current=now())
    assert found.lost == [Lost(RATE.key, "2026", RATE.anchor, "93.50%")]
    assert found.unchanged == 1


def test_verify_reports_a_placeholder_filled_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "m.docx"
    missing = make_figure(display=None)
    build_docx(make_document(missing), path)
    changed = rewrite(path, MAIN, lambda xml: xml.replace(missing.shown, "120万元", 1))
    found = verify_paper(read_paper(changed), current={missing.anchor: missing})
    assert [(one.shown, one.expected) for one in found.edited] == [("120万元", "【待补：发现问题数】")]


def test_verify_sees_an_edit_in_a_pasted_copy(paper: Path) -> None:
    def paste(xml: str) -> str:
        found = holder(RATE.anchor).search(xml)
        assert found is not None
        return xml.replace("</w:body>", f"<w:p>{found['control'].replace('93.50', '99.50')}</w:p></w:body>")

    found = verify_paper(read_paper(rewrite(paper, MAIN, paste)), current=now())
    assert [one.shown for one in found.edited] == ["99.50%"]


def test_verify_reports_holders_from_another_paper(paper: Path) -> None:
    stranger = make_figure("points.repeat", "57个")
    kept = build_docx(make_document(RATE, stranger), paper)
    build_docx(make_document(RATE, FOUND, stranger), paper)
    found = verify_paper(read_paper(paper), current=now(stranger), kept=kept)
    assert found.strangers == [FOUND.anchor]


def test_verify_prefers_the_manifest_of_the_server(paper: Path) -> None:
    kept = read_paper(paper).manifest
    changed = rewrite(paper, MAIN, lambda xml: xml.replace("93.50%", "98.50%"))
    forged = rewrite(changed, "customXml/item1.xml", lambda xml: xml.replace("93.50%", "98.50%"))
    assert verify_paper(read_paper(forged), current=now()).edited == []
    assert verify_paper(read_paper(forged), current=now()).manifest is ManifestState.TAMPERED
    found = verify_paper(read_paper(forged), current=now(), kept=kept)
    assert (found.manifest, [one.shown for one in found.edited]) == (ManifestState.TAMPERED, ["98.50%"])


def test_verify_knows_a_manifest_forged_with_its_digest(paper: Path, tmp_path: Path) -> None:
    kept = read_paper(paper).manifest
    other = tmp_path / "other.docx"
    build_docx(make_document(Text("整改率"), dataclasses.replace(RATE, display="98.50%"), Text("，发现"), FOUND), other)
    assert read_paper(other).state is ManifestState.INTACT
    assert verify_paper(read_paper(other), current=now(), kept=kept).manifest is ManifestState.TAMPERED


def test_verify_refuses_without_any_manifest(paper: Path) -> None:
    kept = read_paper(paper).manifest
    bare = read_paper(rewrite(paper, "customXml/item1.xml", lambda _: None))
    with pytest.raises(PaperError) as refused:
        verify_paper(bare, current=now())
    assert refused.value.code == "paper.manifest_lost"
    found = verify_paper(bare, current=now(), kept=kept)
    assert (found.unchanged, found.manifest) == (2, ManifestState.LOST)


def test_verify_finds_an_empty_paper_current(tmp_path: Path) -> None:
    path = tmp_path / "e.docx"
    kept = build_docx(Document((), "t"), path)
    assert verify_paper(read_paper(path), current={}, kept=kept).is_current
