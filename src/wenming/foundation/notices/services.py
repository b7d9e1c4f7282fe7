"""Telling units and people, and carrying it to them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from logging import getLogger
from typing import Final
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from wenming.foundation.notices import gateways
from wenming.foundation.notices.gateways import Gateway, GatewayRefused, Message
from wenming.foundation.notices.models import Notice, Outbox
from wenming.foundation.notices.selectors import addressed_to
from wenming.foundation.people.acting import Acting
from wenming.kernel import clock

WRITE_ROWS: Final = 500
DELIVER_ROWS_MAX: Final = 100
LEASE: Final = timedelta(minutes=5)
ATTEMPTS_MAX: Final = 8
# 1, 2, 4 … minutes: the last try is some two hours after the first.
FIRST_WAIT: Final = timedelta(minutes=1)
log = getLogger("wenming.notices")


@dataclass(frozen=True, slots=True)
class NoticeDraft:
    """For one unit or one person. `kind` is a stable word ("problems.dispatched"), `url` a path within the system."""

    kind: str
    title: str
    unit_id: int | None = None
    user_id: int | None = None
    body: str = ""
    subject_kind: str = ""
    subject_key: str = ""
    url: str = ""


@dataclass(slots=True)
class Delivery:
    """What one round did."""

    delivered: int = 0
    failed: int = 0
    given_up: int = 0


def notify_all(drafts: Sequence[NoticeDraft]) -> list[Notice]:
    """In the caller's transaction: what is not committed was never said. Two statements for each WRITE_ROWS of them.

    Raises ValueError for a draft that is not for exactly one unit or person, or leads out of the system.
    """
    now = clock.now()
    notices = [_notice(draft) for draft in drafts]
    for notice in notices:
        notice.created_at = now
    with transaction.atomic(savepoint=False):
        made = Notice.objects.bulk_create(notices, batch_size=WRITE_ROWS)
        Outbox.objects.bulk_create([Outbox(notice=notice, due_at=now) for notice in made], batch_size=WRITE_ROWS)
    return made


def notify(draft: NoticeDraft) -> Notice:
    return notify_all([draft])[0]


def mark_read(acting: Acting, public_ids: Iterable[UUID | str]) -> int:
    """How many became read: only what is addressed to this session's person or unit."""
    unread = addressed_to(acting).filter(public_id__in=list(public_ids), read_at__isnull=True)
    return unread.update(read_at=clock.now())


def mark_all_read(acting: Acting) -> int:
    return addressed_to(acting).filter(read_at__isnull=True).update(read_at=clock.now())


def deliver_due(gateway: Gateway | None = None) -> Delivery:
    """One round of the worker: takes a lease on what is due, sends it outside of any transaction, notes the result.

    Safe to run at once in several workers and after a kill at any moment: a lease runs out and the row is due again,
    with the same idempotency key.
    """
    gateway = gateway or gateways.configured()
    result = Delivery()
    lease = uuid4()
    for row in _take(lease):
        try:
            gateway.send(_message(row))
        except GatewayRefused as error:
            result.given_up += _note(row, lease, given_up=True, error=error)
        except Exception as error:  # whatever a gateway's library raises: the notice waits and the others go on
            is_last = row.attempts + 1 >= ATTEMPTS_MAX
            noted = _note(row, lease, given_up=is_last, error=error)
            result.given_up, result.failed = result.given_up + noted * is_last, result.failed + noted * (not is_last)
        else:
            result.delivered += _still_ours(row, lease).update(
                delivered_at=clock.now(), attempts=F("attempts") + 1, lease=None, leased_until=None
            )
    return result


def _notice(draft: NoticeDraft) -> Notice:
    if (draft.unit_id is None) == (draft.user_id is None):
        raise ValueError("a notice is for one unit or for one person")
    if draft.url and (not draft.url.startswith("/") or draft.url.startswith(("//", "/\\"))):
        raise ValueError("a notice leads to a page of this system")
    return Notice(
        unit_id=draft.unit_id,
        user_id=draft.user_id,
        kind=draft.kind,
        title=draft.title[:200],
        body=draft.body,
        subject_kind=draft.subject_kind,
        subject_key=draft.subject_key,
        url=draft.url,
    )


def _take(lease: UUID) -> list[Outbox]:
    now = clock.now()
    due = Outbox.objects.filter(delivered_at__isnull=True, given_up_at__isnull=True, due_at__lte=now)
    free = due.filter(Q(leased_until__isnull=True) | Q(leased_until__lt=now)).order_by("due_at", "id")
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            free = free.select_for_update(skip_locked=True)
        pks = list(free.values_list("pk", flat=True)[:DELIVER_ROWS_MAX])
        Outbox.objects.filter(pk__in=pks).update(lease=lease, leased_until=now + LEASE)
    return list(Outbox.objects.filter(pk__in=pks, lease=lease).select_related("notice").order_by("due_at", "id"))


def _note(row: Outbox, lease: UUID, *, given_up: bool, error: Exception) -> int:
    """Only the name of the error is kept: its text may hold an address or a telephone number."""
    now = clock.now()
    log.warning("notice %s was not sent: %s", row.public_id, type(error).__name__)
    return _still_ours(row, lease).update(
        attempts=F("attempts") + 1,
        last_error=type(error).__name__,
        given_up_at=now if given_up else None,
        due_at=now + FIRST_WAIT * 2**row.attempts,
        lease=None,
        leased_until=None,
    )


def _still_ours(row: Outbox, lease: UUID) -> QuerySet[Outbox]:
    return Outbox.objects.filter(pk=row.pk, lease=lease)


def _message(row: Outbox) -> Message:
    notice = row.notice
    return Message(
        key=row.public_id,
        unit_id=notice.unit_id,
        user_id=notice.user_id,
        kind=notice.kind,
        title=notice.title,
        body=notice.body,
        url=notice.url,
    )
