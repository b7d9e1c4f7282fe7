"""Publishing: from here on a version stands as it is, with a hash that proves it."""

from datetime import date

from django.db import transaction

from wenming.foundation.audit import services as audit
from wenming.kernel import clock
from wenming.kernel.actors import Actor
from wenming.programmes.standards import content
from wenming.programmes.standards.enums import Status
from wenming.programmes.standards.errors import NothingToPublish
from wenming.programmes.standards.models import (
    Criterion,
    ProblemCatalogue,
    Publication,
    Responsibility,
    Standard,
)
from wenming.programmes.standards.services.plans import WRITE_ROWS, require_draft


def publish_standard(standard: Standard, *, effective_on: date, by: Actor) -> Standard:
    """Seals a draft. What was decided about single points goes on for the criteria that keep their code.

    Raises VersionIsPublished, NothingToPublish.
    """
    with transaction.atomic():
        draft = Standard.objects.select_for_update().get(pk=standard.pk)
        require_draft(draft)
        rows, sha256 = content.fingerprint_of_standard(draft)
        if not Criterion.objects.filter(standard=draft).exists():
            raise NothingToPublish(name=str(draft))
        _seal(draft, effective_on)
        _prove("standard", draft.pk, rows, sha256, by)
        _carry_over(draft)
        audit.record(
            by=by,
            action="standards.publish_standard",
            kind="standard",
            key=draft.pk,
            after={"effective_on": effective_on, "rows": rows, "sha256": sha256},
        )
    return draft


def publish_catalogue(catalogue: ProblemCatalogue, *, effective_on: date, by: Actor) -> ProblemCatalogue:
    """Seals a draft. Problems filed before keep the type that they were filed under. Raises VersionIsPublished,
    NothingToPublish."""
    with transaction.atomic():
        draft = ProblemCatalogue.objects.select_for_update().get(pk=catalogue.pk)
        require_draft(draft)
        rows, sha256 = content.fingerprint_of_catalogue(draft)
        if not rows:
            raise NothingToPublish(name=str(draft))
        _seal(draft, effective_on)
        _prove("catalogue", draft.pk, rows, sha256, by)
        audit.record(
            by=by,
            action="standards.publish_catalogue",
            kind="catalogue",
            key=draft.pk,
            after={"effective_on": effective_on, "rows": rows, "sha256": sha256},
        )
    return draft


def _seal(draft: Standard | ProblemCatalogue, effective_on: date) -> None:
    draft.status, draft.effective_on, draft.published_at = Status.PUBLISHED, effective_on, clock.now()
    draft.save(update_fields=["status", "effective_on", "published_at"])


def _prove(kind: str, subject_id: int, rows: int, sha256: str, by: Actor) -> None:
    Publication.objects.create(
        kind=kind,
        subject_id=subject_id,
        rows=rows,
        content_sha256=sha256,
        published_at=clock.now(),
        actor_kind=by.kind,
        actor_id=by.id,
    )


def _carry_over(standard: Standard) -> None:
    """The decisions in force under the version before, for the same codes; they keep their author and their date."""
    before = (
        Standard.objects.filter(edition=standard.edition, status=Status.PUBLISHED, version__lt=standard.version)
        .order_by("-version")
        .first()
    )
    if before is None:
        return
    codes = dict(Criterion.objects.filter(standard=standard).values_list("code", "pk"))
    rows = Responsibility.objects.filter(criterion__standard=before, valid_until_at__isnull=True)
    kept = []
    for row in rows.select_related("criterion"):
        if row.criterion.code in codes:
            row.pk, row.criterion_id = None, codes[row.criterion.code]
            kept.append(row)
    Responsibility.objects.bulk_create(kept, batch_size=WRITE_ROWS)
