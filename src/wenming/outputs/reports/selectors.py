"""Reads: the outline of a period's report, and what was issued of it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from wenming.kernel.periods import Period
from wenming.outputs.reports import outline as outlines
from wenming.outputs.reports.errors import EditionNotFound, IssueGone
from wenming.outputs.reports.models import Edition, FrozenFigure, ReportIssue
from wenming.outputs.reports.outline import Outline
from wenming.outputs.reports.paper.read import Paper

CANDIDATES_MAX: Final = 60


def outline(*, period: Period, as_of: datetime | None = None, cutoff: datetime | None = None) -> Outline:
    """The report's sections with their figures and with how many of them are computed, declared and missing."""
    return outlines.outline(period=period, city=settings.CITY_NAME, as_of=as_of, cutoff=cutoff)


def issues(period: Period | None = None) -> QuerySet[ReportIssue]:
    """What was issued, newest first, without the manifests."""
    found = ReportIssue.objects.defer("rows").select_related("edition").order_by("-pk")
    return found if period is None else found.filter(period=period.label)


def issue_of(paper: Paper) -> ReportIssue | None:
    """The issue that a paper was printed as: by its manifest, else the one most of whose figures stand in it.

    Only the newest CANDIDATES_MAX issues are looked through for a paper whose manifest was lost or changed.
    """
    if paper.manifest is not None:
        by_digest = ReportIssue.objects.filter(manifest_sha256=paper.manifest.sha256).order_by("-pk").first()
        if by_digest is not None:
            return by_digest
    if not paper.anchored:
        return None
    texts = {(one.anchor, text) for one in paper.anchored for text in one.texts}
    anchors = {one.anchor for one in paper.anchored}
    best: tuple[int, int, ReportIssue | None] = (0, 0, None)
    for issue in ReportIssue.objects.order_by("-pk")[:CANDIDATES_MAX]:
        known = _count(issue, anchors)
        score = (_matches(issue, texts), known)
        if known and score > best[:2]:
            best = (*score, issue)
    return best[2]


def _count(issue: ReportIssue, anchors: Iterable[str]) -> int:
    return len({row["anchor"] for row in issue.rows} & set(anchors))


def _matches(issue: ReportIssue, texts: set[tuple[str, str]]) -> int:
    return sum((row["anchor"], row["shown"]) in texts for row in issue.rows)


def issue(issue_id: int) -> ReportIssue:
    """Raises IssueGone."""
    found = issues().filter(pk=issue_id).first()
    if found is None:
        raise IssueGone
    return found


def edition(public_id: UUID | str) -> Edition:
    """Raises EditionNotFound."""
    known = Edition.objects.select_related("issue", "corrects", "file", "drafted_by", "signed_by")
    found = known.filter(public_id=public_id).first()
    if found is None:
        raise EditionNotFound
    return found


def newest_edition(period: Period) -> Edition | None:
    return Edition.objects.filter(period=period.label).order_by("-number").first()


def figures_of(edition: Edition) -> list[FrozenFigure]:
    """In reading order, without their rows."""
    return list(edition.figures.defer("rows").order_by("pk"))


def frozen(issue: ReportIssue) -> dict[tuple[str, str], FrozenFigure]:
    """The frozen figures of an issue that was signed, with their rows, by key and period; empty for one that was not."""
    found = FrozenFigure.objects.filter(edition__issue=issue, rows__isnull=False)
    return {(one.key, one.period): one for one in found}
