"""Reads of declared figures."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from wenming.engines.metrics.errors import DeclarationNotFound
from wenming.engines.metrics.models import DeclaredFigure
from wenming.kernel.periods import Period

HISTORY_ROWS_MAX = 100


def standing(period: Period, *, as_of: datetime, keys: Iterable[str] | None = None) -> dict[str, DeclaredFigure]:
    """By key, what two persons stood for at `as_of` about exactly this period: one query."""
    rows = (
        DeclaredFigure.objects.filter(starts_at=period.start, ends_at=period.end, confirmed_at__lte=as_of)
        .filter(Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=as_of))
        .filter(Q(superseded_at__isnull=True) | Q(superseded_at__gt=as_of))
        .select_related("source_file", "declared_by", "confirmed_by")
        .order_by("confirmed_at")
    )
    if keys is not None:
        rows = rows.filter(key__in=list(keys))
    return {row.key: row for row in rows}


def listed() -> QuerySet[DeclaredFigure]:
    return DeclaredFigure.objects.select_related("source_file", "declared_by", "confirmed_by")


def waiting() -> QuerySet[DeclaredFigure]:
    """Those that need a second person."""
    return listed().filter(confirmed_at__isnull=True, withdrawn_at__isnull=True, superseded_at__isnull=True)


def find(public_id: UUID) -> DeclaredFigure:
    """Raises DeclarationNotFound."""
    found = listed().select_related("supersedes").filter(public_id=public_id).first()
    if found is None:
        raise DeclarationNotFound
    return found


def history(key: str, period: Period) -> list[DeclaredFigure]:
    """Every declaration about a figure and a period, newest first."""
    rows = listed().filter(key=key, starts_at=period.start, ends_at=period.end)
    return list(rows.order_by("-declared_at", "-pk")[:HISTORY_ROWS_MAX])
