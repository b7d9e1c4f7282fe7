"""Verbs: declare, confirm and withdraw a figure, and record what a report printed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

from django.db import IntegrityError, transaction

from wenming.engines.metrics import named, numbers, registry
from wenming.engines.metrics.errors import (
    BadDeclaredValue,
    ConfirmerIsDeclarer,
    DeclarationClosed,
    NotAllowedToDeclare,
    NotByAPerson,
    NoteNeeded,
)
from wenming.engines.metrics.models import NOTE_CHARACTERS_MAX, VALUE_CHARACTERS_MAX, DeclaredFigure, FigureRun
from wenming.engines.metrics.values import FigureValue
from wenming.foundation.audit import services as audit
from wenming.foundation.files.models import StoredFile
from wenming.kernel import clock
from wenming.kernel.actors import Actor, ActorKind
from wenming.kernel.periods import Period

WRITE_ROWS: Final = 200
_DECIMAL: Final = re.compile(r"\d{1,18}(\.\d{1,12})?", re.ASCII)


def declare_figure(
    *, key: str, period: Period, value: str, source_file: StoredFile, source_note: str, by: Actor
) -> DeclaredFigure:
    """A figure that nothing here can compute; it counts once somebody else has confirmed it.

    `value` is a decimal in the figure's unit, a rate as a fraction ("0.9507"), "1" for a universal claim that holds.
    A declaration that still waits is superseded. Raises UnknownFigure, NotAllowedToDeclare, BadDeclaredValue, NoteNeeded, NotByAPerson.
    """
    figure, user_id = named.find(key), _person(by)
    if registry.has_metric(key) or not figure.is_declarable:
        raise NotAllowedToDeclare(name=figure.label)
    exact, note = _checked(value), _written(source_note)
    if figure.is_universal and exact not in (0, 1):
        raise BadDeclaredValue(value=value)
    now = clock.now()
    with _one_at_a_time():
        about = DeclaredFigure.objects.select_for_update().filter(key=key, starts_at=period.start, ends_at=period.end)
        open_rows = about.filter(withdrawn_at__isnull=True, superseded_at__isnull=True).order_by("pk")
        before = open_rows.last()
        open_rows.filter(confirmed_at__isnull=True).update(superseded_at=now)
        made = DeclaredFigure.objects.create(
            key=key,
            period=period.label,
            starts_at=period.start,
            ends_at=period.end,
            value=numbers.exact_text(exact) or "",
            unit=figure.unit,
            source_file=source_file,
            source_note=note,
            supersedes=before,
            declared_by_id=user_id,
            declared_at=now,
        )
        _audit(made, "metrics.declare_figure", by=by, before=None if before is None else {"value": before.value})
    return made


def confirm_figure(declared: DeclaredFigure, *, by: Actor) -> DeclaredFigure:
    """A second person has looked at the source. Raises ConfirmerIsDeclarer, DeclarationClosed."""
    user_id = _person(by)
    if user_id == declared.declared_by_id:
        raise ConfirmerIsDeclarer
    now = clock.now()
    with _one_at_a_time():
        row = DeclaredFigure.objects.select_for_update().get(pk=declared.pk)
        if not row.is_waiting:
            raise DeclarationClosed
        others = DeclaredFigure.objects.filter(key=row.key, starts_at=row.starts_at, ends_at=row.ends_at)
        standing = others.filter(confirmed_at__isnull=False, withdrawn_at__isnull=True, superseded_at__isnull=True)
        standing.update(superseded_at=now)
        row.confirmed_by_id, row.confirmed_at = user_id, now
        row.save(update_fields=["confirmed_by", "confirmed_at"])
        _audit(row, "metrics.confirm_figure", by=by)
    return row


def withdraw_figure(declared: DeclaredFigure, *, because: str, by: Actor) -> DeclaredFigure:
    """It counts no longer, and says why. Raises DeclarationClosed, NoteNeeded, NotByAPerson."""
    user_id, reason = _person(by), _written(because)
    with transaction.atomic():
        row = DeclaredFigure.objects.select_for_update().get(pk=declared.pk)
        if not (row.is_waiting or row.is_standing):
            raise DeclarationClosed
        row.withdrawn_by_id, row.withdrawn_at, row.withdrawn_because = user_id, clock.now(), reason
        row.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_because"])
        _audit(row, "metrics.withdraw_figure", by=by)
    return row


def record_runs(
    values: Sequence[FigureValue], *, by: Actor, parameters: Mapping[str, Any] | None = None
) -> list[FigureRun]:
    """What a report printed, one row a figure, in the caller's transaction. `parameters` are filters and scope."""
    now = clock.now()
    asked = dict(parameters or {})
    return FigureRun.objects.bulk_create([_run(value, asked, by, now) for value in values], batch_size=WRITE_ROWS)


def record_run(value: FigureValue, *, by: Actor, parameters: Mapping[str, Any] | None = None) -> FigureRun:
    return record_runs([value], by=by, parameters=parameters)[0]


def _run(value: FigureValue, parameters: dict[str, Any], by: Actor, now: datetime) -> FigureRun:
    return FigureRun(
        key=value.key,
        version=value.version,
        source=value.source,
        period=value.period,
        parameters=parameters,
        as_of=value.as_of,
        cutoff=value.cutoff,
        numerator=value.numerator,
        denominator=value.denominator,
        value=value.value or "",
        display=value.display,
        evidence_count=value.evidence_count,
        evidence_sha256=value.evidence_sha256 or "",
        numerator_sha256=value.evidence.numerator_sha256 if value.evidence else "",
        sql_sha256=value.sql_sha256,
        declaration=value.declaration,
        recorded_at=now,
        actor_kind=by.kind,
        actor_id=by.id,
    )


def _checked(value: str) -> Fraction:
    text = value.strip()
    if _DECIMAL.fullmatch(text) is None or len(text) > VALUE_CHARACTERS_MAX:
        raise BadDeclaredValue(value=text[:VALUE_CHARACTERS_MAX])
    return Fraction(text)


def _written(text: str) -> str:
    note = text.strip()
    if not 0 < len(note) <= NOTE_CHARACTERS_MAX:
        raise NoteNeeded(limit=NOTE_CHARACTERS_MAX)
    return note


def _person(by: Actor) -> int:
    if by.kind is not ActorKind.USER:
        raise NotByAPerson
    return int(by.id)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """A transaction in which the database refuses the second of two that did the same at once."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise DeclarationClosed from error


def _audit(row: DeclaredFigure, action: str, *, by: Actor, before: Mapping[str, Any] | None = None) -> None:
    after = {"key": row.key, "period": row.period, "value": row.value, "file": str(row.source_file_id)}
    if row.withdrawn_because:
        after["because"] = row.withdrawn_because
    audit.record(by=by, action=action, kind="declared_figure", key=row.public_id, before=before, after=after)
