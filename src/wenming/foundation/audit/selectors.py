"""Reads of the log, for whoever audits."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from wenming.foundation.audit.models import AuditRecord


@dataclass(frozen=True, slots=True)
class RecordFilters:
    """Empty narrows nothing. `action` is a whole action or, with a dot at its end, an app's; `until` is exclusive."""

    actor_id: str = ""
    action: str = ""
    object_kind: str = ""
    object_key: str = ""
    address: str = ""
    since: datetime | None = None
    until: datetime | None = None


def find_records(filters: RecordFilters) -> QuerySet[AuditRecord]:
    rows = AuditRecord.objects.all()
    if filters.action.endswith("."):
        rows = rows.filter(action__startswith=filters.action)
    elif filters.action:
        rows = rows.filter(action=filters.action)
    for name in ("actor_id", "object_kind", "object_key", "address"):
        value = getattr(filters, name)
        rows = rows.filter(**{name: value}) if value else rows
    if filters.since is not None:
        rows = rows.filter(recorded_at__gte=filters.since)
    return rows.filter(recorded_at__lt=filters.until) if filters.until is not None else rows
