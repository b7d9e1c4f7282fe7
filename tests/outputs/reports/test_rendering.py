"""The report as LibreOffice prints it."""

from pathlib import Path

import pypdf
import pytest
from django.core.management import call_command

from tests.outputs.reports.casts import NOW, declare, make_year
from wenming.kernel import clock


@pytest.mark.docx
@pytest.mark.django_db
def test_build_pdf_has_title_headings_figures_and_their_sources(tmp_path: Path) -> None:
    with clock.set_to(NOW):
        make_year()
        declare("points.redemptions", "94321")
        declare("standards.all_red", "1", note="测评结果通报")
        call_command("report", "build", "--period", "2024", "--out", str(tmp_path / "r.docx"), "--pdf")
    pages = [page.extract_text() for page in pypdf.PdfReader(tmp_path / "r.pdf").pages]
    text = "".join("".join(pages).split())
    assert "2024年度工作报告" in "".join(pages[0].split())
    for said in (
        "一、建章立责，把任务落到人",
        "（一）督查整改有闭环",
        "五、2025年打算",
        "全年发现问题3个，整改率66.67%",
        "群众兑换9.4万余人次",
        "2024年12月2日",
        "测评结果通报",
    ):
        assert said in text
