"""A report that was built by one person and signed by another."""

import tempfile
from datetime import datetime
from pathlib import Path

from tests.factories.people import make_acting
from wenming.foundation.people.enums import Role
from wenming.kernel.actors import Actor
from wenming.kernel.periods import Period
from wenming.outputs.reports import services, signing
from wenming.outputs.reports.models import Edition, ReportIssue


def make_issue(*, period: str = "2024", by: Actor | None = None, cutoff: datetime | None = None) -> ReportIssue:
    drafter = by or make_acting(Role.AUTHOR).actor
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "r.docx"
        return services.build_report(period=Period.parse(period), out=out, by=drafter, cutoff=cutoff).issue


def make_edition(*, period: str = "2024", because: str = "") -> Edition:
    issue = make_issue(period=period)
    return signing.sign_report(issue_id=issue.pk, because=because, by=make_acting(Role.LEADER).actor)
