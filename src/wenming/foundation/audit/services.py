"""Recording, sealing and verifying."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Max

from wenming.foundation.audit import context
from wenming.foundation.audit.models import AuditRecord, AuditSeal
from wenming.kernel import clock, triggers, writers
from wenming.kernel.actors import Actor

SEAL_RECORDS_MAX = 10_000
WRITE_ROWS = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened to one object; `before` and `after` hold what changed, without personal data."""

    action: str
    kind: str
    key: str
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


@dataclass(slots=True)
class Verification:
    checked: int = 0
    faults: list[str] = field(default_factory=list)


def record(
    *,
    by: Actor,
    action: str,
    kind: str,
    key: object,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """One entry, in the caller's transaction."""
    record_all([Entry(action, kind, str(key), before, after)], by=by)


def record_all(entries: Iterable[Entry], *, by: Actor) -> None:
    """Any number of entries by one actor in one statement for each WRITE_ROWS of them."""
    at, address = clock.now(), context.address()
    AuditRecord.objects.bulk_create(
        [
            AuditRecord(
                recorded_at=at,
                actor_kind=by.kind,
                actor_id=by.id,
                unit_id=by.unit_id,
                address=address,
                action=entry.action,
                object_kind=entry.kind,
                object_key=entry.key[:64],
                before=_plain(entry.before),
                after=_plain(entry.after),
            )
            for entry in entries
        ],
        batch_size=WRITE_ROWS,
    )


def seal() -> int:
    """Seals what is complete and not sealed; returns how many records. Safe to call at any time, from anywhere."""
    sealed = 0
    while True:
        with transaction.atomic():
            _hold_the_pen()
            last = AuditSeal.objects.order_by("-last_id").first()
            rows = _sealable(last.last_id if last else 0)
            if not rows:
                return sealed
            AuditSeal.objects.create(
                sealed_at=clock.now(),
                first_id=rows[0].pk,
                last_id=rows[-1].pk,
                records=len(rows),
                root=_root(last.root if last else "", rows),
            )
        sealed += len(rows)
        if len(rows) < SEAL_RECORDS_MAX:
            return sealed


def verify() -> Verification:
    """Recomputes every seal. A fault names the seal whose records were changed, added or taken away."""
    result = Verification()
    for name in triggers.missing(connection):
        result.faults.append(f"trigger {name} is missing")
    root, expected_first = "", 0
    for entry in AuditSeal.objects.order_by("first_id").iterator():
        rows = list(AuditRecord.objects.filter(pk__gt=expected_first, pk__lte=entry.last_id).order_by("pk"))
        result.checked += len(rows)
        if len(rows) != entry.records or (rows and rows[0].pk != entry.first_id):
            result.faults.append(f"seal {entry}: {entry.records} records sealed, {len(rows)} found")
        elif _root(root, rows) != entry.root:
            result.faults.append(f"seal {entry}: a record or an earlier seal was changed")
        root, expected_first = entry.root, entry.last_id
    result.checked += AuditRecord.objects.filter(pk__gt=expected_first).count()
    return result


def _hold_the_pen() -> None:
    """One sealer at a time. SQLite's transaction already holds the only write lock."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(7205759)")


def _sealable(after_id: int) -> list[AuditRecord]:
    """None while somebody who may still add a record between them is writing."""
    last = AuditRecord.objects.aggregate(last=Max("pk"))["last"] or 0
    if last <= after_id or not writers.have_ended(AuditRecord._meta.db_table):  # noqa: SLF001 - documented by Django
        return []
    return list(AuditRecord.objects.filter(pk__gt=after_id, pk__lte=last).order_by("pk")[:SEAL_RECORDS_MAX])


def _root(previous: str, rows: Iterable[AuditRecord]) -> str:
    digest = hashlib.sha256(previous.encode())
    for row in rows:
        digest.update(b"\n")
        digest.update(_canonical(row))
    return digest.hexdigest()


def _canonical(row: AuditRecord) -> bytes:
    return json.dumps(
        [
            row.pk,
            clock.to_us(row.recorded_at),
            row.actor_kind,
            row.actor_id,
            row.unit_id,
            row.address,
            row.action,
            row.object_kind,
            row.object_key,
            row.before,
            row.after,
        ],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    ).encode()


def _plain(changes: Mapping[str, Any] | None) -> Any:
    """What JSON gives back, so that the hash before and after storage is of the same thing."""
    return None if changes is None else json.loads(json.dumps(dict(changes), cls=DjangoJSONEncoder))
