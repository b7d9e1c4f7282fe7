"""Asking for what takes long, and doing it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from logging import getLogger
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext

from wenming.foundation.jobs import registry, selectors
from wenming.foundation.jobs.enums import KEY_STATES, OPEN_STATES, JobState
from wenming.foundation.jobs.errors import JobOver
from wenming.foundation.jobs.models import Job
from wenming.foundation.jobs.registry import Result, Stopped
from wenming.foundation.people.acting import Acting
from wenming.kernel import clock
from wenming.kernel.actors import Actor
from wenming.kernel.errors import DomainError

LEASE: Final = timedelta(minutes=5)
ATTEMPTS_MAX: Final = 3
FIRST_WAIT: Final = timedelta(seconds=10)
TOLD_SECONDS: Final = 0.5
KEPT: Final = timedelta(days=90)
FORGET_ROWS_MAX: Final = 1000
ERROR_CHARACTERS_MAX: Final = 500
CRASHED: Final = "jobs.crashed"
WORKER_DIED: Final = "jobs.worker_died"
log = getLogger("wenming.jobs")


@dataclass(slots=True)
class Round:
    """What one round did."""

    done: int = 0
    failed: int = 0
    waiting: int = 0
    stopped: int = 0

    @property
    def started(self) -> int:
        return self.done + self.failed + self.waiting + self.stopped


def enqueue(*, kind: str, args: Mapping[str, Any], by: Actor, key: str = "", title: str = "") -> Job:
    """In the caller's transaction. With `key` the job of this kind that is open or done under it, else a new one.

    `args` must be JSON. Raises ValueError for a kind that nobody registered.
    """
    if not registry.is_known(kind):
        raise ValueError(f"nobody does jobs of the kind {kind}")
    there = Job.objects.filter(kind=kind, key=key, state__in=KEY_STATES)
    found = there.first() if key else None
    if found is not None:
        return found
    now = clock.now()
    row = Job(kind=kind, key=key, title=title[:200], args=dict(args), due_at=now, created_at=now)
    row.actor_kind, row.actor_id, row.unit_id, row.role = by.kind, by.id, by.unit_id, by.role
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        # Somebody asked for the same at the same moment.
        found = there.first() if key else None
        if found is None:
            raise
        return found
    return row


def cancel(*, public_id: UUID | str, by: Acting) -> Job:
    """One's own job; a running one stops at its next report of progress. Raises JobNotThere, JobOver."""
    found = selectors.job(by, public_id)
    ended = {"state": JobState.CANCELLED, "finished_at": clock.now(), "lease": None, "leased_until": None}
    if not Job.objects.filter(pk=found.pk, state__in=OPEN_STATES).update(**ended):
        raise JobOver
    found.refresh_from_db()
    return found


def run_due(limit: int = 1) -> Round:
    """Takes a lease on at most `limit` due jobs, one after the other, and does them outside of any transaction.

    Safe to run at once in several workers and after a kill at any moment.
    """
    result = Round()
    for _number in range(limit):
        row = _take()
        if row is None:
            break
        _run(row, result)
    return result


def forget_old() -> int:
    """Drops what ended KEPT ago; the files that were made stay with files."""
    old = Job.objects.filter(finished_at__lt=clock.now() - KEPT).order_by("finished_at")
    pks = list(old.values_list("pk", flat=True)[:FORGET_ROWS_MAX])
    return Job.objects.filter(pk__in=pks).delete()[0]


class _Report:
    """The progress callback of one run: writes at most every TOLD_SECONDS, and keeps the lease as it does."""

    def __init__(self, row: Job) -> None:
        self.row, self.told_at = row, 0.0

    @property
    def actor(self) -> Actor:
        return self.row.actor

    def __call__(self, done: int, total: int) -> None:
        is_last = done >= total
        if not is_last and time.monotonic() - self.told_at < TOLD_SECONDS:
            return
        until = clock.now() + LEASE
        if not _ours(self.row).update(done=min(done, total), total=total, leased_until=until):
            raise Stopped
        self.told_at = time.monotonic()


def _run(row: Job, result: Round) -> None:
    try:
        made = registry.handler_of(row.kind)(row.args, _Report(row)) or Result()
    except Stopped:
        result.stopped += 1
    except DomainError as error:
        result.failed += _end(row, JobState.FAILED, error_code=error.code, error_text=str(error)[:ERROR_CHARACTERS_MAX])
    except Exception as error:  # whatever a handler's libraries raise: the other jobs go on
        log.exception("job %s %s failed", row.kind, row.public_id)
        _again_or_never(row, result, type(error).__name__)
    else:
        ended = _end(row, JobState.DONE, result=dict(made.data), url=made.url, file=made.file, done=F("total"))
        result.done, result.stopped = result.done + ended, result.stopped + (not ended)


def _again_or_never(row: Job, result: Round, name: str) -> None:
    if row.attempts >= ATTEMPTS_MAX:
        text = gettext("任务没有做完（{name}）。请再试一次；还不行请联系管理员。").format(name=name)
        result.failed += _end(row, JobState.FAILED, error_code=CRASHED, error_text=text)
        return
    due = clock.now() + FIRST_WAIT * 2 ** (row.attempts - 1)
    result.waiting += _ours(row).update(
        state=JobState.QUEUED, due_at=due, lease=None, leased_until=None, error_code=CRASHED, error_text=name
    )


def _end(row: Job, state: JobState, **values: Any) -> int:
    said = {"error_code": "", "error_text": ""} | values
    return _ours(row).update(state=state, finished_at=clock.now(), lease=None, leased_until=None, **said)


def _ours(row: Job) -> QuerySet[Job]:
    return Job.objects.filter(pk=row.pk, lease=row.lease, state=JobState.RUNNING)


def _take() -> Job | None:
    now, lease = clock.now(), uuid4()
    free = Job.objects.filter(
        Q(leased_until__isnull=True) | Q(leased_until__lt=now),
        kind__in=registry.kinds(),
        state__in=OPEN_STATES,
        due_at__lte=now,
    )
    with transaction.atomic():
        # A job that took its worker with it each time is not tried for ever.
        free.filter(attempts__gte=ATTEMPTS_MAX).update(
            state=JobState.FAILED,
            finished_at=now,
            lease=None,
            leased_until=None,
            error_code=WORKER_DIED,
            error_text=gettext("任务几次都没有做完。请把范围缩小后再试，或者联系管理员。"),
        )
        first = free.order_by("due_at", "id")
        if connection.features.has_select_for_update_skip_locked:
            first = first.select_for_update(skip_locked=True)
        pk = first.values_list("pk", flat=True).first()
        if pk is None:
            return None
        Job.objects.filter(pk=pk).update(
            state=JobState.RUNNING,
            lease=lease,
            leased_until=now + LEASE,
            attempts=F("attempts") + 1,
            started_at=now,
        )
    return Job.objects.get(pk=pk)
