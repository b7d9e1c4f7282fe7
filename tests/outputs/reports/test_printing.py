"""A report as PDF, made while nobody waits."""

from collections.abc import Iterator

import pypdf
import pytest
from django.test import Client

from tests.factories.people import make_acting
from tests.factories.reports import make_edition, make_issue
from tests.outputs.reports.casts import NOW, make_year
from wenming.foundation.files import selectors as files
from wenming.foundation.jobs import services as jobs
from wenming.foundation.jobs.enums import JobState
from wenming.foundation.jobs.models import Job
from wenming.foundation.people.enums import Role
from wenming.foundation.people.models import User
from wenming.kernel import clock
from wenming.outputs.reports import printing
from wenming.outputs.reports.errors import IssueGone
from wenming.outputs.reports.models import ReportIssue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _december() -> Iterator[None]:
    with clock.set_to(NOW):
        yield


def enter(client: Client, role: Role = Role.AUTHOR) -> Client:
    client.force_login(User.objects.get(pk=make_acting(role).user_id))
    return client


def test_export_as_pdf_answers_before_it_is_made(client: Client) -> None:
    response = enter(client).post("/reports/2024/export/", {"form": "pdf"})
    job = Job.objects.get()
    assert (response.status_code, response.url) == (302, f"/jobs/{job.public_id}/")  # type: ignore[attr-defined]
    assert (job.kind, job.state, job.args) == (printing.KIND, JobState.QUEUED, {"issue": ReportIssue.objects.get().pk})
    assert "2024年报告 PDF" in client.get(response.url).content.decode()  # type: ignore[attr-defined]


def test_ask_pdf_twice_is_one_job_and_after_a_failure_a_new_one() -> None:
    issue, author = make_issue(), make_acting(Role.AUTHOR).actor
    first = printing.ask_pdf(issue_id=issue.pk, by=author)
    assert printing.ask_pdf(issue_id=issue.pk, by=author) == first
    # The bar and the file of a job are its owner's: another person has one of their own.
    assert printing.ask_pdf(issue_id=issue.pk, by=make_acting(Role.LEADER).actor) != first
    Job.objects.filter(pk=first.pk).update(state=JobState.FAILED, finished_at=NOW)
    assert printing.ask_pdf(issue_id=issue.pk, by=author) != first
    with pytest.raises(IssueGone):
        printing.ask_pdf(issue_id=0, by=author)


@pytest.mark.docx
def test_make_pdf_prints_the_draft_and_a_second_run_prints_the_same() -> None:
    make_year()
    issue, author = make_issue(), make_acting(Role.AUTHOR).actor
    job = printing.ask_pdf(issue_id=issue.pk, by=author)
    assert jobs.run_due().done == 1
    job.refresh_from_db()
    assert job.file is not None
    assert (job.done, job.total, job.file.name, job.url) == (3, 3, "2024年报告.pdf", "/reports/2024/")
    text = "".join(pypdf.PdfReader(files.received_path(job.file)).pages[0].extract_text().split())
    assert "和安市文明办" in text
    # A worker that was killed leaves the job to be done once more.
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED, finished_at=None)
    assert jobs.run_due().done == 1


@pytest.mark.docx
def test_make_pdf_of_an_edition_prints_what_was_signed(settings: object) -> None:
    edition = make_edition()
    # A draft could not be made again under another name.
    settings.CITY_NAME = "另一市"  # type: ignore[attr-defined]
    job = printing.ask_pdf(issue_id=edition.issue_id, by=make_acting(Role.LEADER).actor)
    assert jobs.run_due().done == 1
    job.refresh_from_db()
    assert job.file is not None
    text = "".join(pypdf.PdfReader(files.received_path(job.file)).pages[0].extract_text().split())
    assert ("和安市文明办" in text, "另一市" in text) == (True, False)


def test_make_pdf_that_fails_says_what_to_do(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    # A server without LibreOffice: nothing of that name is on its path.
    monkeypatch.setenv("PATH", "/nonexistent")
    client = enter(client)
    client.post("/reports/2024/export/", {"form": "pdf"})
    assert jobs.run_due().failed == 1
    job = Job.objects.get()
    assert job.error_code == "reports.not_converted"
    page = client.get(f"/jobs/{job.public_id}/").content.decode()
    assert ("没有安装 LibreOffice" in page, "请先导出 Word 使用" in page) == (True, True)
    again = client.post(f"/reports/issues/{ReportIssue.objects.get().pk}/pdf/")
    assert again.status_code == 302
    assert Job.objects.count() == 2


def test_draft_that_cannot_be_made_again_says_so(settings: object) -> None:
    issue = make_issue()
    settings.CITY_NAME = "另一市"  # type: ignore[attr-defined]
    job = printing.ask_pdf(issue_id=issue.pk, by=make_acting(Role.AUTHOR).actor)
    assert jobs.run_due().failed == 1
    job.refresh_from_db()
    assert job.error_code == "reports.build_again"


@pytest.mark.parametrize("role", list(Role))
def test_issue_pdf_opens_to_who_builds(client: Client, role: Role) -> None:
    issue = make_issue()
    status = enter(client, role).post(f"/reports/issues/{issue.pk}/pdf/").status_code
    assert status == (302 if role in {Role.OFFICE, Role.LEADER, Role.AUTHOR} else 403)
