"""What people really do with a report between the export and the check."""

import re
import zipfile
from pathlib import Path

import pytest

from tests.outputs.reports.paper.papers import holder, make_report, rewrite
from wenming.kernel.documents.pdf import convert
from wenming.outputs.reports.paper.blocks import Body, Document, Figure, Text, figures
from wenming.outputs.reports.paper.build import build_docx
from wenming.outputs.reports.paper.manifest import Manifest
from wenming.outputs.reports.paper.read import ManifestState, read_paper
from wenming.outputs.reports.paper.verify import Verification, verify_paper

MAIN = "word/document.xml"
TOLD: tuple[Figure, ...] = tuple(figures(make_report()))


def check(path: Path, kept: Manifest) -> Verification:
    return verify_paper(read_paper(path), current={one.anchor: one for one in TOLD}, kept=kept)


@pytest.fixture
def sent(tmp_path: Path) -> tuple[Path, Manifest]:
    path = tmp_path / "sent.docx"
    return path, build_docx(make_report(), path)


def test_verify_finds_the_paragraph_that_was_copied_to_another_file(
    sent: tuple[Path, Manifest], tmp_path: Path
) -> None:
    path, kept = sent
    with zipfile.ZipFile(path) as package:
        xml = package.read(MAIN).decode()
    copied = next(one for one in re.findall(r"<w:p>.*?</w:p>", xml, re.DOTALL) if TOLD[0].anchor in one)
    other = tmp_path / "other.docx"
    build_docx(Document((Body((Text("各县简报"),)),), "t"), other)
    other = rewrite(other, MAIN, lambda text: text.replace("<w:sectPr>", copied + "<w:sectPr>", 1))
    there = [one.anchor for one in read_paper(other).anchored]
    found = check(other, kept)
    assert there[0] == TOLD[0].anchor
    assert (found.unchanged, len(found.lost)) == (len(there), len(TOLD) - len(there))
    assert found.edited == []


@pytest.mark.docx
def test_verify_names_the_one_figure_that_was_deleted_before_libreoffice_saved(
    sent: tuple[Path, Manifest], tmp_path: Path
) -> None:
    path, kept = sent
    gone = TOLD[1]
    changed = rewrite(path, MAIN, lambda text: holder(gone.anchor).sub("", text))
    found = check(convert(changed, tmp_path / "saved.docx", form="docx"), kept)
    assert [one.anchor for one in found.lost] == [gone.anchor]
    assert (found.unchanged, found.edited, found.manifest) == (len(TOLD) - 1, [], ManifestState.INTACT)


@pytest.mark.docx
def test_verify_reads_a_tracked_change_as_if_it_were_accepted(sent: tuple[Path, Manifest], tmp_path: Path) -> None:
    path, kept = sent
    touched = TOLD[0]

    def track(text: str) -> str:
        run = re.search(rf"<w:sdtContent>(<w:r>.*?<w:t [^>]*>){re.escape(touched.shown)}</w:t></w:r>", text)
        assert run is not None
        by = 'w:author="a" w:date="2026-11-24T08:00:00Z"'
        old = run[0].removeprefix("<w:sdtContent>").replace("<w:t ", "<w:delText ").replace("</w:t>", "</w:delText>")
        new = f"{run[1]}99999</w:t></w:r>"
        said = f'<w:sdtContent><w:del w:id="901" {by}>{old}</w:del><w:ins w:id="902" {by}>{new}</w:ins>'
        return text[: run.start()] + said + text[run.end() :]

    changed = rewrite(path, MAIN, track)
    before = check(changed, kept)
    after = check(convert(changed, tmp_path / "saved.docx", form="docx"), kept)
    for found in (before, after):
        assert [(one.anchor, one.shown, one.expected) for one in found.edited] == [
            (touched.anchor, "99999", touched.shown)
        ]
        assert (found.lost, found.unchanged) == ([], len(TOLD) - 1)
