"""`wenming report build --template`: the office's own Word file, whose figures can be verified like any other."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from docx import Document
from docx.shared import Pt

from tests.outputs.reports.casts import NOW, declare, make_year, rewrite
from tests.outputs.reports.test_command import build, run, verify
from wenming.kernel import clock
from wenming.outputs.reports.models import ReportIssue
from wenming.outputs.reports.paper.blocks import anchor_of
from wenming.outputs.reports.paper.read import read_paper

pytestmark = pytest.mark.django_db
RATE = anchor_of("problems.rectification_rate", "2024")


def own(folder: Path, *texts: str) -> Path:
    document = Document()
    for text in texts:
        document.add_paragraph(text)
    path = folder / "own.docx"
    document.save(str(path))
    return path


def letterhead(folder: Path) -> Path:
    """As Word leaves it: a tag cut into runs, one of them bold; figures in a table and in the header."""
    document = Document()
    line = document.add_paragraph("我市{{period}}发现问题")
    line.add_run("{{problems.fo").bold = True
    line.add_run("und}}")
    line.add_run("个，\t整改率{{ problems.rectification_rate }}。").font.size = Pt(16)
    cells = document.add_table(1, 2).rows[0].cells
    cells[0].text, cells[1].text = "整改率", "{{problems.rectification_rate}}"
    document.add_paragraph("兑换{{points.redemptions|余}}人次；宣讲{{learning.micro_lectures}}次。没有标记的一段。")
    document.sections[0].header.paragraphs[0].text = "{{city}}文明办　问题{{problems.found}}个"
    path = folder / "own.docx"
    document.save(str(path))
    return path


def test_template_is_filled_and_verifies_unchanged(tmp_path: Path) -> None:
    template = letterhead(tmp_path)
    with clock.set_to(NOW):
        make_year()
        declare("points.redemptions", "94321")
        out, told = build(tmp_path, "--template", str(template))
        code, checked = verify(out)
    assert [row["key"] for row in told["figures"]].count("problems.rectification_rate") == 2
    assert [row["key"] for row in told["missing"]] == ["learning.micro_lectures"]
    assert (code, checked["unchanged"], checked["manifest"]) == (0, 6, "intact")
    assert (checked["moved"], checked["edited"], checked["lost"], checked["strangers"]) == ([], [], [], [])
    paper = read_paper(out)
    assert paper.paragraphs[0] == "我市2024年度发现问题3个，\t整改率66.67%。"
    assert "没有标记的一段。" in paper.paragraphs[-1]
    line = Document(str(out)).paragraphs[0]
    found = line._p.xpath(".//w:sdt//w:r[w:rPr/w:b]/w:t")
    assert [each.text for each in found] == ["3"]


def test_template_finds_what_was_edited_and_what_moved(tmp_path: Path) -> None:
    template = letterhead(tmp_path)
    with clock.set_to(NOW):
        make_year()
        out, _told = build(tmp_path, "--template", str(template))
        code, checked = verify(rewrite(out, lambda xml: xml.replace("66.67%", "96.67%", 1)))
        assert (code, [row["anchor"] for row in checked["edited"]]) == (1, [RATE])
        make_year()
        out, _told = build(tmp_path, "--template", str(template))
        declare("learning.micro_lectures", "12")
        code, checked = verify(out)
    assert (code, [(row["key"], row["now"]) for row in checked["moved"]]) == (0, [("learning.micro_lectures", "12")])


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("发现{{problems.fuond}}个", "{{problems.fuond}}"),
        ("{{citty}}", "{{citty}}"),
        ("{{problems.found|四舍五入}}", "{{problems.found|四舍五入}}"),
        ("共{{problems.found}", "{{problems.found}"),
        ("{% for a in b %}{{problems.found}}", "{% for a in b %}"),
        ("{{}}", "{{}}"),
        ("没有标记", "{{…}}"),
    ],
)
def test_template_that_is_wrong_exits_2_and_names_the_tag(tmp_path: Path, text: str, tag: str) -> None:
    template, out = own(tmp_path, text), tmp_path / "r.docx"
    with pytest.raises(CommandError) as refused:
        call_command(
            "report", "build", "--period", "2024", "--out", str(out), "--template", str(template), stdout=StringIO()
        )
    assert refused.value.returncode == 2
    assert f"“{tag}”" in str(refused.value)
    assert (out.exists(), ReportIssue.objects.count()) == (False, 0)


def test_template_that_holds_figures_of_an_earlier_report_is_refused(tmp_path: Path) -> None:
    with clock.set_to(NOW):
        make_year()
        earlier, _told = build(tmp_path)
        out = tmp_path / "again.docx"
        assert run("build", "--period", "2024", "--out", str(out), "--template", str(earlier)) == (2, "")
    assert not out.exists()
