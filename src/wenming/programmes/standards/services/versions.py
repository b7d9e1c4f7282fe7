"""Opening the draft of a next version: a copy of what holds, in a fixed number of statements."""

from typing import TypeVar

from django.db import transaction
from django.db.models import Max, Model

from wenming.foundation.audit import services as audit
from wenming.kernel import clock
from wenming.kernel.actors import Actor
from wenming.programmes.standards.enums import Level, Status
from wenming.programmes.standards.models import (
    Criterion,
    FieldRule,
    PointType,
    ProblemCatalogue,
    ProblemType,
    Standard,
)
from wenming.programmes.standards.services.plans import WRITE_ROWS

Row = TypeVar("Row", bound=Model)


def draft_standard(*, edition: str, name: str, by: Actor) -> Standard:
    """The open draft of an edition; where there is none, a new version that starts as a copy of the last."""
    with transaction.atomic():
        open_draft = Standard.objects.filter(edition=edition, status=Status.DRAFT).first()
        if open_draft is not None:
            return open_draft
        last = Standard.objects.filter(edition=edition).order_by("-version").first()
        draft = Standard.objects.create(
            edition=edition,
            version=last.version + 1 if last else 1,
            name=name or (last.name if last else edition),
            created_at=clock.now(),
        )
        if last is not None:
            _copy_standard(last, draft)
        audit.record(
            by=by,
            action="standards.draft_standard",
            kind="standard",
            key=draft.pk,
            after={"edition": edition, "version": draft.version},
        )
    return draft


def draft_catalogue(*, name: str, by: Actor) -> ProblemCatalogue:
    """The open draft; where there is none, a new version that starts as a copy of the last."""
    with transaction.atomic():
        open_draft = ProblemCatalogue.objects.filter(status=Status.DRAFT).first()
        if open_draft is not None:
            return open_draft
        last = ProblemCatalogue.objects.order_by("-version").first()
        draft = copy_of_catalogue(last, name=name)
        audit.record(
            by=by,
            action="standards.draft_catalogue",
            kind="catalogue",
            key=draft.pk,
            after={"version": draft.version},
        )
    return draft


def copy_of_catalogue(former: ProblemCatalogue | None, *, name: str) -> ProblemCatalogue:
    """A new draft with the types of `former`. Trusts the caller that there is no other draft."""
    top = ProblemCatalogue.objects.aggregate(top=Max("version"))["top"] or 0
    draft = ProblemCatalogue.objects.create(
        version=top + 1, name=name or (former.name if former else ""), created_at=clock.now()
    )
    if former is not None:
        rows = list(ProblemType.objects.filter(catalogue=former).order_by("position"))
        for row in rows:
            row.catalogue = draft
        _anew(rows)
    return draft


def _anew(rows: list[Row]) -> list[Row]:
    """Writes copies: without a key a loaded row is a new one."""
    for row in rows:
        row.pk = None
        row._state.adding = True  # noqa: SLF001 (Django's documented way to copy an instance)
    return type(rows[0])._default_manager.bulk_create(rows, batch_size=WRITE_ROWS) if rows else []  # noqa: SLF001


def _copy_standard(last: Standard, draft: Standard) -> None:
    criteria = _copy_criteria(last, draft)
    types: dict[int, PointType] = {}
    rows = list(PointType.objects.filter(standard=last).order_by("position"))
    old_keys = [row.pk for row in rows]
    for row in rows:
        row.standard = draft
    types = dict(zip(old_keys, _anew(rows), strict=True))
    rules = list(FieldRule.objects.filter(point_type__standard=last).order_by("position"))
    for rule in rules:
        rule.point_type = types[rule.point_type_id]
        rule.criterion = criteria[rule.criterion_id] if rule.criterion_id is not None else None
    _anew(rules)


def _copy_criteria(last: Standard, draft: Standard) -> dict[int, Criterion]:
    """Old key → copy."""
    copies: dict[int, Criterion] = {}
    rows = list(Criterion.objects.filter(standard=last).order_by("position"))
    for level in Level:
        of_level = [row for row in rows if row.level == level]
        old_keys = [row.pk for row in of_level]
        for row in of_level:
            row.standard = draft
            row.parent = copies[row.parent_id] if row.parent_id is not None else None
        copies |= dict(zip(old_keys, _anew(of_level), strict=True))
    through = Criterion.helpers.through
    pairs = through.objects.filter(criterion__standard=last).values_list("criterion_id", "unit_id")
    through.objects.bulk_create(
        [through(criterion_id=copies[criterion_id].pk, unit_id=unit_id) for criterion_id, unit_id in pairs],
        batch_size=WRITE_ROWS,
    )
    return copies
