from pathlib import Path

import docx
import pytest
from lxml import etree

from tests.outputs.reports.paper.papers import make_document, make_figure, make_report, part_of
from wenming.kernel.documents import measures as m
from wenming.kernel.documents.errors import PaperError
from wenming.kernel.documents.wml import W
from wenming.outputs.reports.paper.anchors import Marks
from wenming.outputs.reports.paper.blocks import Body, Document, Heading1, Heading2, Heading3, Text
from wenming.outputs.reports.paper.build import build_docx
from wenming.outputs.reports.paper.manifest import from_rows
from wenming.outputs.reports.paper.read import read_paper


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.docx"
    build_docx(make_report(), path)
    return path


def test_build_opens_in_another_reader(report: Path) -> None:
    opened = docx.Document(str(report))
    assert opened.core_properties.title == "和安市文明办关于2026年度常态督查工作情况的报告"
    assert opened.sections[0].page_width is not None
    assert round(opened.sections[0].page_width.mm) == 210
    assert [len(table.rows) for table in opened.tables] == [4, 2, 3]


def test_build_gives_the_same_bytes_twice(tmp_path: Path) -> None:
    first, second = tmp_path / "1.docx", tmp_path / "2.docx"
    assert build_docx(make_report(), first) == build_docx(make_report(), second)
    assert first.read_bytes() == second.read_bytes()


def test_build_keeps_the_text_block_of_the_standard(report: Path) -> None:
    root = etree.fromstring(part_of(report, "word/document.xml").encode())
    margins = root.find(f".//{{{W}}}pgMar")
    assert margins is not None
    side = {name: int(margins.get(f"{{{W}}}{name}", "0")) for name in ("top", "left", "right", "bottom")}
    per_mm = 1440 / 25.4
    assert (round(side["top"] / per_mm), round(side["left"] / per_mm)) == (37, 28)
    assert round((m.PAGE_WIDTH - side["left"] - side["right"]) / per_mm, 1) == 156.0
    assert round((m.PAGE_HEIGHT - side["top"] - side["bottom"]) / per_mm, 1) == 225.0


def test_build_names_no_face_but_those_of_the_standard(report: Path) -> None:
    faces: set[str] = set()
    for part in ("document", "styles", "footer1", "footer2"):
        root = etree.fromstring(part_of(report, f"word/{part}.xml").encode())
        for fonts in root.iter(f"{{{W}}}rFonts"):
            named = {str(v) for k, v in fonts.attrib.items() if not str(k).endswith("hint")}
            assert len(named) == 1
            assert len(fonts.attrib) == 5
            faces |= named
    assert faces == {"方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"}
    assert "asciiTheme" not in part_of(report, "word/styles.xml")


def test_build_numbers_headings_in_order(tmp_path: Path) -> None:
    path = tmp_path / "h.docx"
    blocks = (
        Heading1("甲"),
        Heading2("乙"),
        Heading3("丙"),
        Heading3("丁"),
        Heading2("戊"),
        Heading3("己"),
        Heading1("二、庚"),
        Heading2("辛"),
    )
    build_docx(Document(blocks, "t"), path)
    assert read_paper(path).paragraphs == (
        "一、甲",
        "（一）乙",
        "1.丙",
        "2.丁",
        "（二）戊",
        "1.己",
        "二、庚",
        "（一）辛",
    )


def test_build_prints_number_date_and_colon(report: Path) -> None:
    paragraphs = read_paper(report).paragraphs
    assert paragraphs[0] == "和文明办〔2026〕7号"
    assert "市精神文明建设指导委员会：" in paragraphs
    assert "2026年11月24日" in paragraphs
    assert "附件：1.\t2026年度反复点位清单" in paragraphs


def test_build_lists_declared_and_missing_figures_apart(report: Path) -> None:
    paragraphs = read_paper(report).paragraphs
    appendix = paragraphs[paragraphs.index("数据说明") :]
    assert "以下数据为申报数据，由申报单位提供，不由业务记录计算得出。" in appendix
    assert [one for one in ("网络点击量", "180万", "市融媒体中心", "后台统计截图（11月20日）") if one in appendix] == [
        "网络点击量",
        "180万",
        "市融媒体中心",
        "后台统计截图（11月20日）",
    ]
    assert "兑换金额" in appendix
    assert "禾川县整改率" in appendix


def test_build_says_so_when_a_declared_figure_has_no_source(tmp_path: Path) -> None:
    path = tmp_path / "d.docx"
    build_docx(make_document(make_figure(source="declared")), path)
    assert read_paper(path).paragraphs.count("未附") == 2


def test_build_has_no_appendix_when_all_is_computed(tmp_path: Path) -> None:
    path = tmp_path / "c.docx"
    build_docx(make_document(make_figure()), path)
    assert "数据说明" not in read_paper(path).paragraphs


def test_build_marks_sources_in_a_draft_only(tmp_path: Path) -> None:
    draft, clean = tmp_path / "draft.docx", tmp_path / "clean.docx"
    kept = build_docx(make_report(), draft)
    assert build_docx(make_report(), clean, marks=Marks.CLEAN) == kept
    marked = part_of(draft, "word/document.xml")
    assert [sign in marked for sign in ('w:val="single" w:color', 'w:val="dotted"', 'w:val="dashed"')] == [True] * 3
    printed = part_of(clean, "word/document.xml")
    assert [sign in printed for sign in ("<w:u ", "<w:bdr", "<w:shd")] == [False] * 3
    assert "【待补：兑换金额】" in printed


def test_build_refuses_two_figures_with_one_anchor(tmp_path: Path) -> None:
    document = Document((Body((make_figure(), Text("、"), make_figure())),), "t")
    with pytest.raises(PaperError) as refused:
        build_docx(document, tmp_path / "x.docx")
    assert refused.value.code == "paper.anchor_twice"


def test_build_keeps_labels_within_what_word_allows(tmp_path: Path) -> None:
    path = tmp_path / "long.docx"
    figure = make_figure("problems." + "very_long_key." * 9, name="𠮷" * 90)
    build_docx(make_document(figure), path)
    root = etree.fromstring(part_of(path, "word/document.xml").encode())
    for name in ("tag", "alias"):
        label = root.find(f".//{{{W}}}sdtPr/{{{W}}}{name}")
        assert label is not None
        assert len(label.get(f"{{{W}}}val", "").encode("utf-16-le")) // 2 <= 64
    (anchored,) = read_paper(path).anchored
    assert (anchored.anchor, anchored.controls) == (figure.anchor, ("31462件",))


def test_manifest_survives_as_rows(tmp_path: Path) -> None:
    kept = build_docx(make_report(), tmp_path / "r.docx")
    assert from_rows(kept.as_rows()) == kept
    assert from_rows(kept.as_rows()).sha256 == kept.sha256
