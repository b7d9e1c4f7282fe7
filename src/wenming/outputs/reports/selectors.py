"""Reads: the outline of a period's report, and what was issued of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from wenming.kernel.documents import words
from wenming.kernel.periods import Period
from wenming.outputs.reports import areas, own_forms, templating, writing
from wenming.outputs.reports.errors import EditionNotFound, IssueGone
from wenming.outputs.reports.models import WHOLE_CITY, Edition, FrozenFigure, ReportIssue
from wenming.outputs.reports.outline import Outline
from wenming.outputs.reports.paper.read import Paper
from wenming.outputs.reports.spans import Reading

CANDIDATES_MAX: Final = 60


def outline(
    *,
    period: Period,
    region: int | None = None,
    as_of: datetime | None = None,
    cutoff: datetime | None = None,
    template: str | None = None,
    tags: Sequence[str] = (),
) -> Outline:
    """The report's sections with their figures and with how many of them are computed, declared and missing.

    `region` narrows it to a county or a street; `template` is the form where another one than today's is asked for,
    and `tags` are those of the office's own template, where they are told instead. Raises NoSuchRegion.
    """
    name = template or writing.name_of(period, region)
    return writing.outline(
        period=period,
        area=areas.area(region),
        template=name,
        form=own_forms.template_of(tags, base=name) if tags else None,
        as_of=as_of,
        cutoff=cutoff,
    )


def outline_of(issue: ReportIssue, *, as_of: datetime | None = None) -> Outline:
    """What was asked for by an issue, as it is known at `as_of` (the present when None). Raises NoSuchRegion."""
    return outline(
        period=Period.parse(issue.period),
        region=issue.region,
        as_of=as_of,
        cutoff=issue.cutoff,
        template=issue.outline,
        tags=issue.tags,
    )


def reading_of(issue: ReportIssue) -> Reading:
    """How the figures of an issue were asked, without the moment of knowledge."""
    is_at_end = templating.template(issue.outline).is_periodical
    return Reading(Period.parse(issue.period), issue.region, cutoff=issue.cutoff, is_at_end=is_at_end)


def issues(period: Period | None = None, region: int | None = None) -> QuerySet[ReportIssue]:
    """What was issued, newest first, without the manifests; of one period in one region (None is the city), or all."""
    found = ReportIssue.objects.defer("rows").select_related("edition").order_by("-pk")
    return found if period is None else found.filter(period=period.label, region_code=region or WHOLE_CITY)


def editions() -> QuerySet[Edition]:
    """What was signed, newest first."""
    return Edition.objects.select_related("issue", "signed_by").order_by("-pk")


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


def title_of(issue: ReportIssue) -> str:
    """2024年3月报告, with the region in front where it is not the city's; one query then."""
    region = issue.region_code
    where = areas.names_of([region]).get(region, str(region)) if issue.region is not None else ""
    return f"{where}{words.period(issue.period)}报告"


def edition_of(issue: ReportIssue) -> Edition | None:
    """The edition that an issue was signed as."""
    return Edition.objects.select_related("file").filter(issue=issue).first()


def newest_edition(issue: ReportIssue) -> Edition | None:
    """The one that another edition of the same period and region would correct."""
    about = Edition.objects.filter(period=issue.period, region_code=issue.region_code)
    return about.order_by("-number").first()


def figures_of(edition: Edition) -> list[FrozenFigure]:
    """In reading order, without their rows."""
    return list(edition.figures.defer("rows").order_by("pk"))


def frozen(issue: ReportIssue) -> dict[tuple[str, str], FrozenFigure]:
    """The frozen figures of an issue that was signed, with their rows, by key and period; empty for one that was not."""
    found = FrozenFigure.objects.filter(edition__issue=issue, rows__isnull=False)
    return {(one.key, one.period): one for one in found}
