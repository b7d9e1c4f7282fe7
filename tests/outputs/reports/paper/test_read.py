import io
import re
import struct
import zipfile
from pathlib import Path

import pytest

from tests.outputs.reports.paper.papers import holder, make_document, make_figure, make_report, part_of, rewrite
from wenming.kernel.documents import unzip
from wenming.kernel.documents.errors import PaperError
from wenming.outputs.reports.paper.blocks import Text, figures
from wenming.outputs.reports.paper.build import build_docx
from wenming.outputs.reports.paper.read import ManifestState, read_anchors, read_paper

MAIN = "word/document.xml"
FIGURE = make_figure()
ALTERNATIVES = (
    '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    "<mc:Choice><w:r><w:t>1</w:t></w:r></mc:Choice><mc:Fallback><w:r><w:t>1</w:t></w:r></mc:Fallback>"
    "</mc:AlternateContent>"
)


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "paper.docx"
    build_docx(make_document(Text("发现问题"), FIGURE, Text("。")), path)
    return path


def refused_code(path: Path) -> str:
    with pytest.raises(PaperError) as refused:
        read_paper(path)
    return refused.value.code


def test_read_finds_every_figure_and_the_manifest(tmp_path: Path) -> None:
    path = tmp_path / "r.docx"
    kept = build_docx(make_report(), path)
    read = read_paper(path)
    assert [(one.anchor, one.bookmarks, one.controls) for one in read.anchored] == [
        (one.anchor, (one.shown,), (one.shown,)) for one in figures(make_report())
    ]
    assert (read.manifest, read.state) == (kept, ManifestState.INTACT)


@pytest.mark.parametrize(
    ("found", "put", "shown"),
    [
        ('<w:t xml:space="preserve">31462件</w:t>', "<w:delText>31462件</w:delText>", ""),
        ("<w:sdtContent>", "<w:sdtContent><w:del><w:r><w:t>9</w:t></w:r></w:del>", "31462件"),
        ("<w:sdtContent>", "<w:sdtContent><w:ins><w:r><w:t>9</w:t></w:r></w:ins>", "931462件"),
        ("<w:sdtContent>", "<w:sdtContent><w:r><w:rPr><w:vanish/></w:rPr><w:t>9</w:t></w:r>", "31462件"),
        ("<w:sdtContent>", "<w:sdtContent><w:r><w:t>9</w:t><w:tab/></w:r>", "9\t31462件"),
        (
            "<w:sdtContent>",
            f"<w:sdtContent>{ALTERNATIVES}",
            "131462件",
        ),
    ],
)
def test_read_sees_what_the_reader_sees(paper: Path, found: str, put: str, shown: str) -> None:
    changed = rewrite(paper, MAIN, lambda xml: xml.replace(found, put, 1))
    (anchored,) = read_anchors(changed)
    assert (anchored.controls, anchored.bookmarks) == ((shown,), (shown,))


def test_read_joins_a_figure_that_word_split_in_runs(paper: Path) -> None:
    changed = rewrite(
        paper, MAIN, lambda xml: xml.replace("31462件", '314</w:t></w:r><w:r><w:t xml:space="preserve">62件')
    )
    assert read_anchors(changed)[0].texts == ("31462件", "31462件")


def test_read_takes_the_strict_vocabulary_too(paper: Path) -> None:
    changed = rewrite(
        paper,
        MAIN,
        lambda xml: xml.replace(
            "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            "http://purl.oclc.org/ooxml/wordprocessingml/main",
        ),
    )
    assert read_anchors(changed) == read_anchors(paper)


def test_read_finds_a_figure_in_a_footnote(paper: Path) -> None:
    anchored = holder(FIGURE.anchor).search(part_of(paper, MAIN))
    assert anchored is not None
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    note = f"<w:footnotes {space}><w:footnote><w:p>{anchored[0]}</w:p></w:footnote></w:footnotes>"
    changed = rewrite(paper, MAIN, lambda xml: holder(FIGURE.anchor).sub("", xml))
    changed = rewrite(
        changed,
        "word/_rels/document.xml.rels",
        lambda xml: xml.replace(
            'relationships/settings" Target="settings.xml"', 'relationships/footnotes" Target="settings.xml"'
        ),
    )
    changed = rewrite(changed, "word/settings.xml", lambda _: note)
    assert read_anchors(changed)[0].texts == ("31462件", "31462件")


def test_read_trusts_no_bookmark_without_an_end(paper: Path) -> None:
    changed = rewrite(paper, MAIN, lambda xml: re.sub("<w:bookmarkEnd [^>]*/>", "", xml))
    assert read_anchors(changed)[0].bookmarks == ()


def test_read_leaves_foreign_holders_alone(paper: Path) -> None:
    changed = rewrite(
        paper,
        MAIN,
        lambda xml: xml.replace(FIGURE.anchor, "_Toc1").replace("wm:problems.found#2026", "client-name"),
    )
    assert read_anchors(changed) == ()


def test_read_says_when_the_manifest_was_changed(paper: Path) -> None:
    changed = rewrite(paper, "customXml/item1.xml", lambda xml: xml.replace("31462", "31463"))
    assert read_paper(changed).state is ManifestState.TAMPERED
    emptied = rewrite(paper, "customXml/item1.xml", lambda xml: xml.replace('source="computed"', ""))
    assert read_paper(emptied).state is ManifestState.TAMPERED


def test_read_says_when_the_manifest_is_lost(paper: Path) -> None:
    read = read_paper(rewrite(paper, "customXml/item1.xml", lambda _: None))
    assert (read.manifest, read.state, len(read.anchored)) == (None, ManifestState.LOST, 1)


def test_refuse_what_is_no_word_file(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    assert refused_code(path) == "paper.no_file"
    path.write_bytes(b"hello")
    assert refused_code(path) == "paper.not_word"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert refused_code(path) == "paper.is_locked"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("xl/workbook.xml", "<x/>")
    assert refused_code(path) == "paper.not_word"


def test_refuse_a_paper_without_its_text(paper: Path) -> None:
    assert refused_code(rewrite(paper, MAIN, lambda _: None)) == "paper.not_word"
    assert refused_code(rewrite(paper, MAIN, lambda xml: xml[:-40])) == "paper.is_damaged"
    assert refused_code(rewrite(paper, MAIN, lambda _: "")) == "paper.is_damaged"


@pytest.mark.parametrize(
    "dtd",
    [
        '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE d SYSTEM "http://127.0.0.1:9/x.dtd">',
    ],
)
@pytest.mark.parametrize("part", [MAIN, "word/_rels/document.xml.rels", "customXml/item1.xml"])
def test_refuse_a_document_type(paper: Path, part: str, dtd: str) -> None:
    changed = rewrite(paper, part, lambda xml: re.sub(r"(<\?xml[^>]*\?>)", rf"\1{dtd}", xml))
    assert refused_code(changed) == "paper.has_dtd"


def test_refuse_a_part_that_is_packed_too_densely(paper: Path) -> None:
    blown = rewrite(paper, MAIN, lambda xml: xml + " " * (4 * 1024 * 1024))
    assert refused_code(blown) == "paper.too_dense"


def test_refuse_a_part_over_the_limit(paper: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unzip, "MAX_PART_BYTES", 1000)
    assert refused_code(paper) == "paper.too_large"


def test_refuse_a_file_over_the_limit(paper: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unzip, "MAX_FILE_BYTES", 1000)
    assert refused_code(paper) == "paper.too_large"


def test_refuse_a_part_that_lies_about_its_size(paper: Path) -> None:
    data = bytearray(paper.read_bytes())
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        real = package.getinfo(MAIN).file_size
    at = data.rindex(MAIN.encode()) - 46
    assert struct.unpack_from("<I", data, at + 24)[0] == real
    struct.pack_into("<I", data, at + 24, 10)
    paper.write_bytes(data)
    assert refused_code(paper) == "paper.is_damaged"


def test_refuse_two_parts_of_one_name(paper: Path) -> None:
    with zipfile.ZipFile(paper, "a") as package, pytest.warns(UserWarning, match="Duplicate"):
        package.writestr(MAIN, "<x/>")
    assert refused_code(paper) == "paper.is_damaged"


def test_refuse_endless_nesting(paper: Path) -> None:
    deep = "<a>" * 5000 + "</a>" * 5000
    assert refused_code(rewrite(paper, MAIN, lambda _: deep)) == "paper.is_damaged"


def test_error_tells_what_to_do() -> None:
    error = PaperError("paper.x", "缺 {name}。", name="正文")
    assert str(error) == "缺 正文。"
