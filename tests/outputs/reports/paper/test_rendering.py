"""The form of the paper as it comes out of LibreOffice."""

import os
import re
import subprocess
from pathlib import Path

import pypdf
import pytest
from PIL import Image, ImageChops

from tests.outputs.reports.paper.papers import make_report
from wenming.kernel.documents.errors import PaperError
from wenming.kernel.documents.pdf import convert, font_configuration, to_pdf
from wenming.kernel.documents.words import half_widths, seams
from wenming.outputs.reports.paper.blocks import Body, Document, Text, figures
from wenming.outputs.reports.paper.build import build_docx
from wenming.outputs.reports.paper.read import ManifestState, read_paper
from wenming.outputs.reports.paper.verify import verify_paper

POINTS_PER_MM = 72 / 25.4
LEFT, RIGHT = 28 * POINTS_PER_MM, (28 + 156) * POINTS_PER_MM
TOP, BOTTOM = 37 * POINTS_PER_MM, (37 + 225) * POINTS_PER_MM
HAN = "街道社区文明实践志愿服务督查整改核验通报"


def words_of(pdf: Path, page: int) -> list[tuple[str, float, float, float, float]]:
    """(text, left, top, right, bottom) in points from the top left corner."""
    said = subprocess.run(
        ["pdftotext", "-bbox", "-f", str(page), "-l", str(page), str(pdf), "-"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    found = re.findall(r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)</word>', said)
    return [(text, float(x), float(y), float(x2), float(y2)) for x, y, x2, y2, text in found]


@pytest.mark.docx
def test_render_22_lines_of_28_characters(tmp_path: Path) -> None:
    # The first line gives up two characters to its indent; the last page is full, too.
    text = (HAN * 100)[: 28 * 22 * 3 - 2]
    build_docx(Document((Body((Text(text),)),), "t"), tmp_path / "full.docx")
    pdf = to_pdf(tmp_path / "full.docx", tmp_path / "full.pdf")
    pages = pypdf.PdfReader(pdf).pages
    lines = [page.extract_text().split("\n") for page in pages]
    lines = [[line.strip() for line in page if "—" not in line and line.strip()] for page in lines]
    assert [len(page) for page in lines] == [22, 22, 22]
    assert [len(line) for page in lines for line in page] == [26] + [28] * 65
    for page in (1, 2, 3):
        han = [word for word in words_of(pdf, page) if word[0][0] in HAN]
        assert min(word[1] for word in han) == pytest.approx(LEFT, abs=1)
        assert max(word[3] for word in han) == pytest.approx(RIGHT, abs=3)
        assert min(word[2] for word in han) >= TOP - 4
        assert max(word[4] for word in han) <= BOTTOM + 4


@pytest.mark.docx
@pytest.mark.parametrize(
    "mixed",
    ["全年发现问题34715个整改率93.63%已核验", "依托12345热线和AI巡查发现1200件", "PM2.5监测点20处GB/T9704格式"],
)
def test_render_22_lines_with_digits_and_latin_letters(tmp_path: Path, mixed: str) -> None:
    text = mixed * (28 * 22 * 3 // len(mixed))
    build_docx(Document((Body((Text(text),)),), "t"), tmp_path / "mixed.docx")
    pdf = to_pdf(tmp_path / "mixed.docx", tmp_path / "mixed.pdf")
    lines = [
        line for line in pypdf.PdfReader(pdf).pages[0].extract_text().split("\n") if line.strip() and "—" not in line
    ]
    assert len(lines) == 22
    # A seam of Han and digits is a quarter of a character; a number that would not break leaves the rest of its line.
    wide = [half_widths(line.replace(" ", "")) + seams(line.replace(" ", "")) / 2 for line in lines[1:]]
    assert max(wide) <= 2 * 28 + 1
    assert min(wide) >= 2 * 22
    found = [word for word in words_of(pdf, 1) if word[0] not in "—1"]
    assert max(word[3] for word in found) <= RIGHT + 16 / 2
    assert min(word[1] for word in found) == pytest.approx(LEFT, abs=1)


@pytest.mark.docx
def test_render_margins_in_millimetres(tmp_path: Path) -> None:
    build_docx(Document((Body((Text(HAN * 60),)),), "t"), tmp_path / "m.docx")
    pdf = to_pdf(tmp_path / "m.docx", tmp_path / "m.pdf")
    page = pypdf.PdfReader(pdf).pages[0]
    width, height = (float(side) / POINTS_PER_MM for side in (page.mediabox.width, page.mediabox.height))
    assert (round(width), round(height)) == (210, 297)
    subprocess.run(
        ["pdftoppm", "-r", "254", "-gray", "-png", "-f", "1", "-l", "1", str(pdf), str(tmp_path / "m")], check=True
    )
    (picture,) = tmp_path.glob("m-*.png")
    with Image.open(picture) as image:
        # Ten dots a millimetre; the page number stands below the text block.
        block = ImageChops.invert(image.convert("L").crop((0, 0, image.width, 2640)))
    ink = block.point(lambda dot: 255 if dot > 100 else 0).getbbox()
    assert ink is not None
    left, top, right, bottom = (dots / 10 for dots in ink)
    # A character does not fill its cell: what is left around it is a quarter of its 5.64 mm,
    # and what is left of its line of 10.2 mm above and below.
    assert 28 <= left < 28 + 1.4
    assert 37 <= top < 37 + 3.2
    assert 28 + 156 - 1.6 < right <= 28 + 156 + 0.2
    assert 37 + 225 - 3.2 < bottom <= 37 + 225 + 0.2


@pytest.mark.docx
def test_render_page_numbers_outside_and_one_character_in(tmp_path: Path) -> None:
    build_docx(Document((Body((Text(HAN * 70),)),), "t"), tmp_path / "p.docx")
    pdf = to_pdf(tmp_path / "p.docx", tmp_path / "p.pdf")
    odd, even = ([word for word in words_of(pdf, page) if word[0][0] not in HAN] for page in (1, 2))
    assert [[word[0] for word in page] for page in (odd, even)] == [["—", "1", "—"], ["—", "2", "—"]]
    # The advance of the last dash includes what little its face leaves beside it.
    assert odd[-1][3] == pytest.approx(RIGHT - 14, abs=2)
    assert even[0][1] == pytest.approx(LEFT + 14, abs=2)
    middle = (odd[0][2] + odd[0][4]) / 2
    assert middle == pytest.approx(BOTTOM + 7 * POINTS_PER_MM, abs=3)


@pytest.mark.docx
def test_render_report_within_its_text_block(tmp_path: Path) -> None:
    build_docx(make_report(), tmp_path / "r.docx")
    pdf = to_pdf(tmp_path / "r.docx", tmp_path / "r.pdf")
    subprocess.run(["pdftoppm", "-r", "72", "-png", str(pdf), str(tmp_path / "page")], check=True)
    pages = sorted(tmp_path.glob("page-*.png"))
    assert len(pages) == 3
    for page in pages:
        with Image.open(page) as image:
            grey = image.convert("L")
        ink = ImageChops.invert(grey).getbbox()
        assert ink is not None
        left, top, right, bottom = ink
        # A comma may hang in the margin, as the standard's own samples let it.
        assert (left >= LEFT - 3, top >= TOP - 3, right <= RIGHT + 10) == (True, True, True)
        assert bottom == pytest.approx(BOTTOM + 7 * POINTS_PER_MM, abs=8)
    words = {word[0]: word for word in words_of(pdf, 1)}
    title = words["常态督查工作情况的报告"]
    assert (title[1] + title[3]) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=2)


@pytest.mark.docx
@pytest.mark.parametrize("way", [("docx",), ("odt", "docx"), ("doc", "docx"), ("rtf", "docx")])
def test_verify_after_a_round_trip_through_libreoffice(tmp_path: Path, way: tuple[str, ...]) -> None:
    path = tmp_path / "r.docx"
    kept = build_docx(make_report(), path)
    for step, form in enumerate(way):
        path = convert(path, tmp_path / f"{step}.{form}", form=form)
    paper = read_paper(path)
    current = {one.anchor: one for one in figures(make_report())}
    assert [one.bookmarks for one in paper.anchored] == [(one.shown,) for one in current.values()]
    # LibreOffice keeps no content control around part of a line: only the bookmark brings a figure home.
    assert [one.controls for one in paper.anchored] == [()] * len(kept.entries)
    found = verify_paper(paper, current=current, kept=kept)
    assert (found.unchanged, found.is_current, found.strangers) == (len(kept.entries), True, [])
    assert paper.state is (ManifestState.INTACT if way == ("docx",) else ManifestState.LOST)


@pytest.mark.docx
def test_stop_a_conversion_at_its_limit(tmp_path: Path) -> None:
    build_docx(make_report(), tmp_path / "r.docx")
    with pytest.raises(PaperError) as refused:
        to_pdf(tmp_path / "r.docx", tmp_path / "r.pdf", timeout_seconds=0)
    assert refused.value.code == "paper.too_slow"
    assert not (tmp_path / "r.pdf").exists()


def test_say_so_when_libreoffice_is_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "PATH", str(tmp_path))
    with pytest.raises(PaperError) as refused:
        to_pdf(tmp_path / "r.docx", tmp_path / "r.pdf")
    assert refused.value.code == "paper.no_office"


def test_report_what_the_office_said_when_nothing_came_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = tmp_path / "soffice"
    office.write_text("#!/bin/sh\necho source file could not be loaded\n")
    office.chmod(0o755)
    monkeypatch.setitem(os.environ, "PATH", f"{tmp_path}:{os.environ['PATH']}")
    build_docx(make_report(), tmp_path / "r.docx")
    with pytest.raises(PaperError) as refused:
        to_pdf(tmp_path / "r.docx", tmp_path / "r.pdf")
    assert refused.value.params["detail"] == "source file could not be loaded"
    with pytest.raises(PaperError) as refused:
        to_pdf(tmp_path / "none.docx", tmp_path / "r.pdf")
    assert refused.value.code == "paper.no_file"


def test_name_a_substitute_for_every_face_of_the_standard() -> None:
    written = font_configuration()
    assert [face in written for face in ("方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体")] == [True] * 5
