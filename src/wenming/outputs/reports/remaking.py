"""The file of a report once more: an export keeps what stands in it, not its bytes."""

import hashlib
import tempfile
from pathlib import Path

from wenming.kernel.documents.errors import PaperError
from wenming.outputs.reports import composing, selectors
from wenming.outputs.reports.errors import BuildAgain
from wenming.outputs.reports.models import ReportIssue
from wenming.outputs.reports.outline import Outline
from wenming.outputs.reports.paper.build import build_docx


def made_again(issue: ReportIssue) -> tuple[Outline, bytes]:
    """The very bytes that were issued, else BuildAgain: what cannot be made again is not what was looked at."""
    if issue.known_at is None:
        raise BuildAgain
    outline = selectors.outline_of(issue, as_of=issue.known_at)
    with tempfile.TemporaryDirectory(prefix="wenming-report-") as folder:
        path = Path(folder) / "report.docx"
        try:
            build_docx(composing.compose(outline), path)
        except PaperError as error:
            raise BuildAgain from error
        data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != issue.docx_sha256:
        raise BuildAgain
    return outline, data
