"""A report that goes out and comes back."""

import hashlib
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from tests.factories.people import make_acting
from tests.factories.problems import bring_to
from tests.outputs.reports.casts import (
    CLAIMS,
    MONTHS,
    NOW,
    OF_APPEALS,
    YEAR,
    declare,
    make_year,
    rewrite,
    without_anchor,
)
from wenming.engines.metrics.models import FigureRun
from wenming.foundation.people.enums import Role
from wenming.kernel import clock
from wenming.kernel.actors import SYSTEM
from wenming.outputs.reports import services
from wenming.outputs.reports.errors import IssueNotFound, PaperRefused
from wenming.outputs.reports.models import ReportIssue
from wenming.outputs.reports.paper.blocks import Body, Document, Text, anchor_of
from wenming.outputs.reports.paper.build import MANIFEST_PART, build_docx
from wenming.outputs.reports.paper.read import ManifestState, read_paper
from wenming.outputs.reports.paper.verify import Why
from wenming.outputs.reports.services import Built
from wenming.programmes.problems.enums import Action

pytestmark = pytest.mark.django_db
RATE = anchor_of("problems.rectification_rate", "2024")


def build(folder: Path) -> tuple[Built, Path]:
    out = folder / "report.docx"
    return services.build_report(period=YEAR, out=out, by=SYSTEM), out


def test_build_report_keeps_what_it_printed(tmp_path: Path) -> None:
    author = make_acting(Role.AUTHOR).actor
    with clock.set_to(NOW):
        make_year()
        declare("outreach.topic_reads", "932000")
        out = tmp_path / "r.docx"
        built = services.build_report(period=YEAR, out=out, by=author)
    issue = ReportIssue.objects.get()
    assert issue == built.issue
    assert issue.docx_sha256 == hashlib.sha256(out.read_bytes()).hexdigest()
    assert (issue.actor_id, issue.period, issue.as_of) == (author.id, "2024", None)
    assert (issue.computed_count, issue.declared_count, issue.missing_count) == (5, 1, CLAIMS - 6)
    paper = read_paper(out)
    assert paper.state is ManifestState.INTACT
    assert paper.manifest is not None
    assert paper.manifest.as_rows() == issue.rows
    assert any("大数据平台全年发现问题3个，整改率66.67%" in line for line in paper.paragraphs)
    assert any("市融媒体中心后台截图" in line for line in paper.paragraphs)


def test_build_report_records_a_run_of_each_figure_that_it_tells(tmp_path: Path) -> None:
    with clock.set_to(NOW):
        make_year(found=3, reviewed=2)
        declare("outreach.topics", "11")
        built, _out = build(tmp_path)
    runs = {run.key: run for run in FigureRun.objects.all()}
    assert sorted(runs) == [*OF_APPEALS, "outreach.topics", "problems.found", "problems.rectification_rate"]
    rate = runs["problems.rectification_rate"]
    assert (rate.numerator, rate.denominator, rate.display, rate.evidence_count) == (2, 3, "66.67%", 3)
    assert rate.parameters == {"report": built.issue.pk}
    assert runs["outreach.topics"].declaration is not None


def test_build_report_leaves_nothing_behind_when_it_fails(tmp_path: Path) -> None:
    out = tmp_path / "is-a-folder.docx"
    out.mkdir()
    with clock.set_to(NOW), pytest.raises(IsADirectoryError):
        services.build_report(period=YEAR, out=out, by=SYSTEM)
    assert list(tmp_path.iterdir()) == [out]
    assert ReportIssue.objects.count() == FigureRun.objects.count() == 0


@pytest.mark.parametrize("verb", ["UPDATE reports_reportissue SET period = '2023'", "DELETE FROM reports_reportissue"])
def test_issue_cannot_be_changed_or_deleted(tmp_path: Path, verb: str) -> None:
    build(tmp_path)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb)
    assert ReportIssue.objects.get().period == "2024"


def test_verify_report_as_built_is_unchanged(tmp_path: Path) -> None:
    with clock.set_to(NOW):
        make_year()
        built, out = build(tmp_path)
    with clock.set_to(NOW + timedelta(days=40)):
        checked = services.verify_report(path=out)
    assert checked.issue == built.issue
    assert (checked.verification.unchanged, checked.verification.is_current) == (CLAIMS + MONTHS, True)
    assert checked.name_of(RATE) == "问题整改率"


def test_verify_report_finds_an_edited_digit(tmp_path: Path) -> None:
    with clock.set_to(NOW):
        make_year()
        _built, out = build(tmp_path)
        rewrite(out, lambda xml: xml.replace("66.67%", "96.67%"))
        found = services.verify_report(path=out).verification
    assert [(one.key, one.expected, one.shown, one.now) for one in found.edited] == [
        ("problems.rectification_rate", "66.67%", "96.67%", "66.67%")
    ]
    assert found.unchanged == CLAIMS + MONTHS - 1
    assert not found.is_true_to_print


def test_verify_report_says_what_moved_since(tmp_path: Path) -> None:
    with clock.set_to(NOW):
        cast, problems = make_year(found=3, reviewed=2)
        _built, out = build(tmp_path)
    with clock.set_to(NOW + timedelta(hours=3)):
        bring_to(cast, problems[2], Action.PASS_REVIEW)
        found = services.verify_report(path=out).verification
    moved = {one.key: one for one in found.moved}
    assert list(moved) == ["problems.rectification_rate"]
    one = moved["problems.rectification_rate"]
    assert (one.was, one.now, one.why) == ("66.67%", "100.00%", Why.COUNTS)
    assert (one.was_counts.numerator, one.now_counts.numerator) == (2, 3)
    assert found.is_true_to_print


def test_verify_report_says_when_a_declaration_came_or_went(tmp_path: Path) -> None:
    with clock.set_to(NOW):
        _built, out = build(tmp_path)
        declare("outreach.topics", "11")
        found = services.verify_report(path=out).verification
    assert [(one.key, one.was, one.now, one.why) for one in found.moved] == [
        ("outreach.topics", "【待补：网络互动话题】", "11", Why.SOURCE)
    ]


def test_verify_report_keeps_to_the_cutoff_it_was_built_with(tmp_path: Path) -> None:
    with clock.set_to(NOW):
        cast, problems = make_year(found=2, reviewed=1)
        out = tmp_path / "r.docx"
        services.build_report(period=YEAR, out=out, by=SYSTEM, cutoff=NOW + timedelta(minutes=1))
    with clock.set_to(NOW + timedelta(days=1)):
        bring_to(cast, problems[1], Action.PASS_REVIEW)
        found = services.verify_report(path=out).verification
    assert (found.moved, found.unchanged) == ([], CLAIMS + MONTHS)


def test_verify_report_misses_an_anchor_that_was_removed(tmp_path: Path) -> None:
    with clock.set_to(NOW):
        make_year()
        _built, out = build(tmp_path)
        tag = "wm:problems.rectification_rate#2024"
        rewrite(out, lambda xml: without_anchor(xml, RATE, tag))
        found = services.verify_report(path=out).verification
    assert [(one.key, one.expected) for one in found.lost] == [("problems.rectification_rate", "66.67%")]
    assert found.unchanged == CLAIMS + MONTHS - 1


@pytest.mark.parametrize(
    ("spoil", "state"),
    [
        (lambda xml: xml.replace('shown="66.67%"', 'shown="96.67%"'), ManifestState.TAMPERED),
        (lambda xml: xml.replace("urn:wenming:figures:1", "urn:somebody:else"), ManifestState.LOST),
    ],
)
def test_verify_report_trusts_the_kept_manifest(tmp_path: Path, spoil: object, state: ManifestState) -> None:
    with clock.set_to(NOW):
        make_year()
        built, out = build(tmp_path)
        rewrite(out, spoil, part=MANIFEST_PART)  # type: ignore[arg-type]
        rewrite(out, lambda xml: xml.replace("66.67%", "96.67%"))
        checked = services.verify_report(path=out)
    assert checked.issue == built.issue
    assert checked.verification.manifest is state
    assert [one.shown for one in checked.verification.edited] == ["96.67%"]


def test_verify_report_finds_the_issue_that_fits_best(tmp_path: Path) -> None:
    with clock.set_to(NOW):
        cast, problems = make_year(found=3, reviewed=1)
        first, out = build(tmp_path)
        kept = shutil.copy(out, tmp_path / "first.docx")
    with clock.set_to(NOW + timedelta(hours=1)):
        bring_to(cast, problems[1], Action.PASS_REVIEW)
        second, out = build(tmp_path)
        for path, built in ((kept, first), (out, second)):
            rewrite(path, lambda xml: xml.replace("urn:wenming:figures:1", "urn:somebody:else"), part=MANIFEST_PART)
            assert services.verify_report(path=path).issue == built.issue


def test_verify_report_of_another_installation_uses_its_own_list(tmp_path: Path) -> None:
    with clock.set_to(NOW):
        sid = transaction.savepoint()
        make_year()
        _built, out = build(tmp_path)
        transaction.savepoint_rollback(sid)
        checked = services.verify_report(path=out)
    assert checked.issue is None
    assert {one.key for one in checked.verification.moved} == {"problems.found", "problems.rectification_rate"}


def test_verify_report_refuses_what_is_no_report(tmp_path: Path) -> None:
    plain = tmp_path / "plain.docx"
    build_docx(Document((Body((Text("没有数字。"),)),), "t"), plain)
    rewrite(plain, lambda xml: xml.replace("urn:wenming:figures:1", "urn:somebody:else"), part=MANIFEST_PART)
    with pytest.raises(IssueNotFound):
        services.verify_report(path=plain)
    (tmp_path / "text.docx").write_text("not a zip")
    with pytest.raises(PaperRefused) as refusal:
        services.verify_report(path=tmp_path / "text.docx")
    assert (refusal.value.paper_code, "text.docx" in str(refusal.value)) == ("paper.not_word", True)
