"""A report as PDF: LibreOffice takes its seconds in the background, and nobody's page waits for it."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from django.urls import reverse

from wenming.foundation.files import selectors as files
from wenming.foundation.files import services as keeping
from wenming.foundation.jobs import services as jobs
from wenming.foundation.jobs.models import Job
from wenming.foundation.jobs.registry import Progress, Result
from wenming.kernel.actors import Actor
from wenming.kernel.documents import pdf
from wenming.kernel.documents.errors import PaperError
from wenming.outputs.reports import remaking, selectors
from wenming.outputs.reports.errors import NotConverted, PaperRefused
from wenming.outputs.reports.models import ReportIssue

KIND: Final = "reports.pdf"
STEPS: Final = 3


def ask_pdf(*, issue_id: int, by: Actor) -> Job:
    """One job for an issue and a person, however often it is asked for; one that failed is begun anew. Raises IssueGone."""
    issue = selectors.issue(issue_id)
    title = f"{selectors.title_of(issue)} PDF"
    return jobs.enqueue(kind=KIND, args={"issue": issue.pk}, key=f"{issue.pk}:{by.kind}:{by.id}", title=title, by=by)


def make_pdf(args: Mapping[str, Any], progress: Progress) -> Result:
    """Run a second time it makes the same file again. Raises IssueGone, BuildAgain, NotConverted."""
    issue = selectors.issue(int(args["issue"]))
    data = _docx_of(issue)
    progress(1, STEPS)
    made = _converted(data)
    progress(2, STEPS)
    name = f"{selectors.title_of(issue)}.pdf"
    file = keeping.receive_document(data=made, name=name, by=progress.actor)
    progress(STEPS, STEPS)
    where = f"?region={issue.region}" if issue.region is not None else ""
    return Result(url=reverse("reports:report", args=[issue.period]) + where, file=file)


def _docx_of(issue: ReportIssue) -> bytes:
    """What was signed is kept; a draft is made again."""
    signed = selectors.edition_of(issue)
    return files.open_received(signed.file) if signed is not None else remaking.made_again(issue)[1]


def _converted(data: bytes) -> bytes:
    with tempfile.TemporaryDirectory(prefix="wenming-report-") as folder:
        source = Path(folder) / "report.docx"
        source.write_bytes(data)
        try:
            return pdf.to_pdf(source, Path(folder) / "made.pdf").read_bytes()
        except PaperError as error:
            raise NotConverted(why=str(PaperRefused(error))) from error
