"""Building a report and reading one back."""

import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from wenming.engines.metrics import selectors as metrics
from wenming.engines.metrics import services as figures
from wenming.engines.metrics.comparing import Reason
from wenming.engines.metrics.values import FigureValue
from wenming.foundation.audit import services as audit
from wenming.kernel import clock
from wenming.kernel.actors import Actor
from wenming.kernel.documents.errors import PaperError
from wenming.kernel.periods import Period
from wenming.outputs.reports import areas, composing, freezing, own_forms, selectors
from wenming.outputs.reports.errors import IssueNotFound, PaperRefused
from wenming.outputs.reports.models import WHOLE_CITY, ReportIssue
from wenming.outputs.reports.outline import Outline
from wenming.outputs.reports.paper import manifest as manifests
from wenming.outputs.reports.paper.blocks import Figure
from wenming.outputs.reports.paper.build import build_docx
from wenming.outputs.reports.paper.filling import Form
from wenming.outputs.reports.paper.manifest import Manifest
from wenming.outputs.reports.paper.read import read_paper
from wenming.outputs.reports.paper.verify import Verification, verify_paper
from wenming.outputs.reports.spans import Span


@dataclass(frozen=True, slots=True)
class Built:
    """A report as written: what was issued, and what stands in it."""

    issue: ReportIssue
    outline: Outline
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class Checked:
    """A report as read back. `issue` is None for a paper of another installation, held against its own manifest."""

    issue: ReportIssue | None
    manifest: Manifest
    verification: Verification
    reasons: Mapping[str, Sequence[Reason]]

    def reasons_of(self, anchor: str) -> Sequence[Reason]:
        """Row by row why a figure moved; empty where it has no rows or the issue is not known here."""
        return self.reasons.get(anchor, ())

    def name_of(self, anchor: str) -> str:
        return next((entry.name for entry in self.manifest.entries if entry.anchor == anchor), anchor)


def build_report(
    *,
    period: Period,
    out: Path,
    by: Actor,
    region: int | None = None,
    as_of: datetime | None = None,
    cutoff: datetime | None = None,
    template: Path | None = None,
) -> Built:
    """Writes the .docx to `out`, records a run of each computed figure, and keeps the manifest.

    `template` is the office's own Word file, whose `{{…}}` are filled. The file appears whole or not at all.
    Raises PaperRefused, NoSuchRegion, BadReportTemplate, NotAReportTemplate; OSError when `out` cannot be written.
    """
    form = None if template is None else _form(template)
    # Numbers and evidence are asked one after the other: one moment of knowledge keeps them together.
    at = as_of or clock.now()
    tags = form.tags if form is not None else ()
    outline = selectors.outline(period=period, region=region, as_of=at, cutoff=cutoff, tags=tags)
    with tempfile.TemporaryDirectory(prefix=".wenming-", dir=out.parent) as folder:
        draft = Path(folder) / "draft.docx"
        try:
            manifest = _write(outline, form, draft)
        except PaperError as error:
            raise PaperRefused(error) from error
        digest = hashlib.sha256(draft.read_bytes()).hexdigest()
        with transaction.atomic():
            issue = _keep(outline, manifest, digest, as_of=as_of, by=by, tags=tags)
            parameters = {"report": issue.pk} | ({"region": region} if region is not None else {})
            figures.record_runs(_with_evidence(outline), by=by, parameters=parameters)
            draft.replace(out)
    return Built(issue, outline, manifest)


def verify_report(*, path: Path) -> Checked:
    """Compares every anchored figure with what was printed and with what is true now.

    Figures are recomputed as the report was asked for (same period, same cut-off) and as they are known at present.
    Raises PaperRefused for a file that cannot be read, IssueNotFound when nothing says what was printed.
    """
    try:
        paper = read_paper(path)
        issue = selectors.issue_of(paper)
        kept = manifests.from_rows(issue.rows) if issue is not None else None
        manifest = kept or paper.manifest
        if manifest is None:
            raise IssueNotFound
        found = verify_paper(paper, current=_current(manifest, issue), kept=kept)
    except PaperError as error:
        raise PaperRefused(error) from error
    return Checked(issue, manifest, found, _reasons(found, issue))


def _reasons(found: Verification, issue: ReportIssue | None) -> dict[str, Sequence[Reason]]:
    """By anchor, for every figure whose counts are others now; each figure is asked once."""
    if issue is None:
        return {}
    asked: dict[tuple[str, str], Sequence[Reason]] = {}
    differing = (*found.moved, *found.drifted)
    frozen = selectors.frozen(issue) if differing else {}
    for one in differing:
        about = (one.key, one.period)
        if about not in asked:
            # What was signed is explained from the rows that were frozen, whatever became of the history.
            then = freezing.unpack(frozen[about]) if about in frozen else None
            span = Span.parse(one.period)
            # A comparison has no rows of its own: the figures that it compares are explained each by itself.
            asked[about] = (
                metrics.reasons(
                    one.key,
                    known_at=issue.known_at or issue.built_at,
                    then=then,
                    **selectors.reading_of(issue).of(span),
                )
                if span.against is None
                else ()
            )
    return {one.anchor: asked[one.key, one.period] for one in differing}


def _form(path: Path) -> Form:
    try:
        form = Form(path)
    except PaperError as error:
        raise PaperRefused(error) from error
    own_forms.check(form)
    return form


def _write(outline: Outline, form: Form | None, out: Path) -> Manifest:
    if form is None:
        return build_docx(composing.compose(outline), out)
    return form.fill(own_forms.runs_of(outline), out)


def _keep(
    outline: Outline, manifest: Manifest, digest: str, *, as_of: datetime | None, by: Actor, tags: Sequence[str]
) -> ReportIssue:
    counts = outline.completeness
    issue = ReportIssue.objects.create(
        period=outline.period.label,
        region_code=outline.area.code or WHOLE_CITY,
        outline=outline.template,
        built_at=clock.now(),
        actor_kind=by.kind,
        actor_id=by.id,
        unit_id=by.unit_id,
        as_of=as_of,
        cutoff=outline.cutoff,
        known_at=outline.at,
        docx_sha256=digest,
        manifest_sha256=manifest.sha256,
        rows=manifest.as_rows(),
        tags=list(tags),
        computed_count=counts.computed,
        declared_count=counts.declared,
        missing_count=counts.missing,
    )
    after = {"period": issue.period, "docx_sha256": digest, "missing": counts.missing}
    audit.record(by=by, action="reports.build", kind="report", key=issue.pk, after=after)
    return issue


def _with_evidence(outline: Outline) -> list[FigureValue]:
    """Each figure that the text tells, once, with the digest of its rows where it was computed."""
    told = {
        (one.figure.key, one.figure.period): one.value for one in outline.placed() if one.figure.source != "missing"
    }
    spans = {label: Span.parse(label) for _key, label in told}
    return [
        metrics.figure(key, as_of=outline.at, **outline.reading.of(spans[label]))
        if value.source == "computed"
        else value
        for (key, label), value in told.items()
        if spans[label].against is None
    ]


def _current(manifest: Manifest, issue: ReportIssue | None) -> Mapping[str, Figure]:
    """By anchor, the figures as they would be printed today."""
    if issue is not None:
        return {figure.anchor: figure for figure in selectors.outline_of(issue).figures()}
    current: dict[str, Figure] = {}
    # The longest first: the months that a chart draws come with the year that they belong to.
    for period, region in sorted(_subjects(manifest), key=lambda one: one[0].start - one[0].end):
        label = Span(period, region).label
        if all(entry.anchor in current for entry in manifest.entries if entry.period == label):
            continue
        current |= {figure.anchor: figure for figure in selectors.outline(period=period, region=region).figures()}
    return current


def _subjects(manifest: Manifest) -> set[tuple[Period, int | None]]:
    """The periods and regions that a report of another installation tells of; regions that we do not know are left out."""
    spans = [Span.parse(label) for label in {entry.period for entry in manifest.entries}]
    known = {None, *areas.known(one.region for one in spans if one.region is not None)}
    return {(one.period, one.region) for one in spans if one.region in known}
