"""Signing a report: a second person looks, the same file is made once more, and its rows are frozen with it."""

from typing import Any

from django.db import IntegrityError, transaction

from wenming.engines.metrics import registry
from wenming.engines.metrics import selectors as metrics
from wenming.engines.metrics.models import DeclaredFigure
from wenming.foundation.audit import services as audit
from wenming.foundation.files import services as files
from wenming.kernel import clock
from wenming.kernel.actors import Actor, ActorKind
from wenming.outputs.reports import freezing, remaking, selectors
from wenming.outputs.reports.errors import AlreadySigned, BecauseNeeded, IssueGone, SignerIsDrafter
from wenming.outputs.reports.models import BECAUSE_CHARACTERS_MAX, Edition, FrozenFigure, ReportIssue
from wenming.outputs.reports.outline import Outline
from wenming.outputs.reports.paper import manifest as manifests
from wenming.outputs.reports.paper.manifest import Entry
from wenming.outputs.reports.spans import Span


def sign_report(*, issue_id: int, because: str = "", by: Actor) -> Edition:
    """The edition of an issue, frozen. `because` is asked from the second edition of a period on.

    Raises IssueGone, SignerIsDrafter, AlreadySigned, BecauseNeeded, BuildAgain.
    """
    issue = ReportIssue.objects.filter(pk=issue_id).first()
    if issue is None:
        raise IssueGone
    if by.kind is not ActorKind.USER or (issue.actor_kind, issue.actor_id) == (by.kind, by.id):
        raise SignerIsDrafter
    if Edition.objects.filter(issue=issue).exists():
        raise AlreadySigned
    before = selectors.newest_edition(issue)
    reason = because.strip()
    if before is not None and not 0 < len(reason) <= BECAUSE_CHARACTERS_MAX:
        raise BecauseNeeded(period=issue.period, limit=BECAUSE_CHARACTERS_MAX)
    outline, data = remaking.made_again(issue)
    figures = _figures(issue, outline)
    with transaction.atomic():
        edition = _edition(issue, before, reason if before is not None else "", data, by=by)
        for figure in figures:
            figure.edition = edition
        FrozenFigure.objects.bulk_create(figures)
        after = {"period": issue.period, "number": edition.number, "docx_sha256": issue.docx_sha256}
        audit.record(by=by, action="reports.sign", kind="report_edition", key=edition.public_id, after=after)
    return edition


def _edition(issue: ReportIssue, before: Edition | None, because: str, data: bytes, *, by: Actor) -> Edition:
    number = 1 if before is None else before.number + 1
    name = f"{selectors.title_of(issue)}第{number}版.docx"
    is_person = issue.actor_kind == ActorKind.USER
    try:
        with transaction.atomic():
            return Edition.objects.create(
                issue=issue,
                period=issue.period,
                region_code=issue.region_code,
                number=number,
                corrects=before,
                because=because,
                file=files.receive_document(data=data, name=name, by=by),
                drafted_by_id=int(issue.actor_id) if is_person else None,
                signed_by_id=int(by.id),
                signed_at=clock.now(),
            )
    except IntegrityError as error:
        # Two signed at the same moment.
        raise AlreadySigned from error


def _figures(issue: ReportIssue, outline: Outline) -> list[FrozenFigure]:
    """Each figure once, in reading order; one statement for the rows of each computed one."""
    told: dict[tuple[str, str], Entry] = {}
    for entry in manifests.from_rows(issue.rows).entries:
        told.setdefault((entry.key, entry.period), entry)
    declared = {one.value.key: one.value.declaration for one in outline.placed()}
    return [_figure(entry, issue, declared.get(entry.key)) for entry in told.values()]


def _figure(entry: Entry, issue: ReportIssue, declared: DeclaredFigure | None) -> FrozenFigure:
    figure = FrozenFigure(
        key=entry.key,
        period=entry.period,
        name=entry.name,
        source=entry.source,
        display=entry.display or "",
        value=entry.value or "",
        numerator=entry.numerator,
        denominator=entry.denominator,
    )
    span = Span.parse(entry.period)
    # A comparison rests on two figures, each of which is frozen with its rows where the report tells it.
    if entry.source == "computed" and span.against is None:
        asked = selectors.reading_of(issue).of(span)
        packed = freezing.pack(metrics.records(entry.key, as_of=issue.known_at, **asked))
        metric = registry.metric(entry.key)
        figure.version, figure.definition_sha256 = metric.version, metric.digest()
        figure.rows, figure.rows_sha256 = packed.data, packed.rows_sha256
        figure.evidence_count, figure.evidence_sha256 = packed.count, packed.evidence_sha256
    elif entry.source == "declared" and declared is not None:
        figure.declaration = _declaration(declared)
    return figure


def _declaration(declared: DeclaredFigure) -> dict[str, Any]:
    return {
        "id": str(declared.public_id),
        "declared_by": declared.declared_by_id,
        "confirmed_by": declared.confirmed_by_id,
        "source": declared.source_note,
        "file_sha256": declared.source_file.sha256_received,
    }
