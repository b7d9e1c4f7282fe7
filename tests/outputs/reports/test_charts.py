"""The months of a count as a chart that Word draws, with the table of its numbers."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import openpyxl
import pypdf
import pytest
from django.core.management import call_command
from lxml import etree

from tests.outputs.reports.casts import NOW, YEAR, make_year, rewrite
from wenming.kernel import clock
from wenming.kernel.actors import SYSTEM
from wenming.kernel.documents.charts import CHART
from wenming.kernel.periods import Period
from wenming.outputs.reports import services
from wenming.outputs.reports.paper.blocks import anchor_of

pytestmark = pytest.mark.django_db
DECEMBER = anchor_of("problems.found", "2024-12")


def build(folder: Path, period: Period = YEAR) -> Path:
    services.build_report(period=period, out=folder / "r.docx", by=SYSTEM)
    return folder / "r.docx"


def names(path: Path) -> set[str]:
    with zipfile.ZipFile(path) as package:
        return set(package.namelist())


def edit_december(xml: str) -> str:
    before, name, after = xml.partition(f'w:name="{DECEMBER}"')
    return before + name + after.replace(">3<", ">8<", 1)


def test_build_draws_each_month_with_its_workbook(tmp_path: Path) -> None:
    with clock.set_to(NOW):
        make_year(found=3)
        out = build(tmp_path)
    with zipfile.ZipFile(out) as package:
        root = etree.fromstring(package.read("word/charts/chart1.xml"))
        book = openpyxl.load_workbook(io.BytesIO(package.read("word/embeddings/chart1.xlsx")))
        assert b"../embeddings/chart1.xlsx" in package.read("word/charts/_rels/chart1.xml.rels")
    cached = root.findall(f".//{{{CHART}}}numCache/{{{CHART}}}pt/{{{CHART}}}v")
    assert [one.text for one in cached] == ["0"] * 11 + ["3"]
    rows = list(book["Sheet1"].iter_rows(values_only=True))
    assert rows[0][1] == "发现问题（个）"
    assert rows[1:] == [(f"{month}月", 3 if month == 12 else 0) for month in range(1, 13)]


def test_build_draws_the_months_that_have_begun(tmp_path: Path) -> None:
    with clock.set_to(NOW - timedelta(days=200)):
        out = build(tmp_path)
        kept = services.verify_report(path=out).manifest
    assert sorted(one.period for one in kept.entries if len(one.period) > 4) == [f"2024-{n:02}" for n in range(1, 6)]


def test_build_draws_no_chart_of_a_single_month(tmp_path: Path) -> None:
    with clock.set_to(NOW):
        assert not {name for name in names(build(tmp_path, Period.parse("2024-12"))) if "chart" in name}


def test_verify_follows_a_month_that_moved_and_one_that_was_edited(tmp_path: Path) -> None:
    with clock.set_to(NOW):
        make_year(found=3)
        out = build(tmp_path)
    with clock.set_to(NOW + timedelta(days=1)):
        make_year(found=1, reviewed=0)
        moved = services.verify_report(path=out).verification.moved
        assert [(one.period, one.was, one.now) for one in moved if one.anchor == DECEMBER] == [("2024-12", "3", "4")]
        rewrite(out, edit_december)
        edited = services.verify_report(path=out).verification.edited
    assert [(one.anchor, one.shown, one.expected) for one in edited] == [(DECEMBER, "8", "3")]


@pytest.mark.docx
def test_chart_is_printed_with_the_number_over_its_bar(tmp_path: Path) -> None:
    with clock.set_to(NOW):
        make_year(found=7)
        call_command("report", "build", "--period", "2024", "--out", str(tmp_path / "r.docx"), "--pdf")
    page = pypdf.PdfReader(tmp_path / "r.pdf").pages[1].extract_text()
    text = "".join(page.split())
    assert "2024年度各月发现问题情况" in text
    # In the sentence, over its bar and in its cell.
    assert text.count("7") - text.count("7月") == 3
