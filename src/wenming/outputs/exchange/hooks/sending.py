"""The worker's round: each subscription that is due sends what waits, in order, until one is not taken."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from logging import getLogger
from typing import Final
from uuid import uuid4

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from wenming.foundation.notices.services import NoticeDraft, notify
from wenming.kernel import clock
from wenming.kernel.sealed import Unreadable, unseal
from wenming.outputs.exchange.enums import Fault, HookState
from wenming.outputs.exchange.hooks.making import PURPOSE
from wenming.outputs.exchange.hooks.posting import NotTaken, post
from wenming.outputs.exchange.hooks.signing import headers_of
from wenming.outputs.exchange.hooks.walking import IS_WAITING, Horizon, horizon, walk
from wenming.outputs.exchange.models import Webhook, WebhookDelivery

HOOKS_A_ROUND: Final = 20
MESSAGES_A_ROUND: Final = 50
# A round of one subscription ends before its lease does, however slowly the other side answers.
ROUND: Final = timedelta(minutes=1)
LEASE: Final = timedelta(minutes=5)
FIRST_WAIT: Final = timedelta(minutes=1)
WAIT_MAX: Final = timedelta(hours=4)
# 1, 2, 4 … minutes and then every four hours: some twenty hours in all, a night and a morning.
ATTEMPTS_MAX: Final = 12
KEPT: Final = timedelta(days=30)
FORGET_ROWS_MAX: Final = 5000
log = getLogger("wenming.exchange")

Post = Callable[[str, bytes, Mapping[str, str]], int]


@dataclass(slots=True)
class Sent:
    """What one round did."""

    delivered: int = 0
    failed: int = 0
    stopped: int = 0


def send_due(post: Post = post) -> Sent:
    """Safe to run at once in several workers and after a kill at any moment: a lease runs out, and what was sent and not
    noted is sent again under the same id."""
    result = Sent()
    if not _ready().exists():
        return result
    until = horizon() or Horizon(0)
    waiting = WebhookDelivery.objects.filter(IS_WAITING, hook=OuterRef("pk"))
    due = _ready().filter(Q(cursor__lt=until.event_id) | Exists(waiting)).order_by("due_at", "id")
    for pk in list(due.values_list("pk", flat=True)[:HOOKS_A_ROUND]):
        hook = _take(pk)
        if hook is not None:
            walk(hook, until)
            _send(hook, post, result)
    return result


def forget_deliveries() -> int:
    """Drops what was told, or given up, KEPT ago; what waits stays."""
    old = WebhookDelivery.objects.filter(~IS_WAITING, made_at__lt=clock.now() - KEPT).order_by("made_at")
    pks = list(old.values_list("pk", flat=True)[:FORGET_ROWS_MAX])
    return WebhookDelivery.objects.filter(pk__in=pks).delete()[0]


def _ready() -> QuerySet[Webhook]:
    """On, due, in nobody's hands, and its maker still at the post under which it was made."""
    now = clock.now()
    return Webhook.objects.filter(
        Q(leased_until__isnull=True) | Q(leased_until__lt=now),
        state=HookState.ON,
        due_at__lte=now,
        grant__revoked_at__isnull=True,
        grant__user__is_active=True,
        grant__unit__is_active=True,
    )


def _take(pk: int) -> Webhook | None:
    lease, until = uuid4(), clock.now() + LEASE
    if not Webhook.objects.filter(pk__in=_ready().filter(pk=pk).values("pk")).update(lease=lease, leased_until=until):
        return None
    return Webhook.objects.select_related("grant__user", "grant__unit").filter(pk=pk, lease=lease).first()


def _send(hook: Webhook, post: Post, result: Sent) -> None:
    ends_at = clock.now() + ROUND
    rows = list(hook.deliveries.filter(IS_WAITING).order_by("event_id")[:MESSAGES_A_ROUND])
    try:
        secret = unseal(bytes(hook.sealed_secret), purpose=PURPOSE, owner=str(hook.public_id))
    except Unreadable:
        if rows:
            result.stopped += _not_taken(hook, rows[0], NotTaken(Fault.SECRET))
        rows = []
    for row in rows:
        if clock.now() >= ends_at:
            break
        body = row.body.encode()
        headers = headers_of(secret, key=row.key, at_seconds=int(clock.now().timestamp()), body=body)
        try:
            status = post(hook.url, body, {**headers, "Content-Type": "application/json", "User-Agent": "Wenming"})
        except NotTaken as error:
            is_stopped = _not_taken(hook, row, error)
            result.stopped, result.failed = result.stopped + is_stopped, result.failed + (not is_stopped)
            break
        if not _taken(hook, row, status):
            break
        result.delivered += 1
    _ours(hook).update(lease=None, leased_until=None)


def _taken(hook: Webhook, row: WebhookDelivery, status: int) -> bool:
    """False when the subscription is no more ours, or was paused meanwhile; that the message was taken is noted anyway."""
    now = clock.now()
    with transaction.atomic():
        is_on = _ours(hook).filter(state=HookState.ON).update(failures=0, due_at=now)
        WebhookDelivery.objects.filter(pk=row.pk).update(
            delivered_at=now, tried_at=now, attempts=F("attempts") + 1, status=status, fault=""
        )
    return bool(is_on)


def _not_taken(hook: Webhook, row: WebhookDelivery, error: NotTaken) -> bool:
    """Whether this was the last try: then the subscription stops, and its maker is told."""
    now, failures = clock.now(), hook.failures + 1
    is_last = failures >= ATTEMPTS_MAX or error.fault == Fault.SECRET
    state = HookState.STOPPED if is_last else HookState.ON
    due_at = now + min(FIRST_WAIT * 2 ** (failures - 1), WAIT_MAX)
    log.warning("hook %s: %s was not taken: %s %s", hook.public_id, row.key, error.fault, error.status or "")
    with transaction.atomic():
        is_ours = _ours(hook).filter(state=HookState.ON)
        if not is_ours.update(failures=failures, state=state, due_at=due_at):
            return False
        WebhookDelivery.objects.filter(pk=row.pk).update(
            given_up_at=now if is_last else None,
            tried_at=now,
            attempts=F("attempts") + 1,
            status=error.status,
            fault=error.fault,
        )
        if is_last:
            notify(_told(hook))
    return is_last


def _told(hook: Webhook) -> NoticeDraft:
    return NoticeDraft(
        kind="exchange.hook_stopped",
        title=gettext("推送“{name}”停了").format(name=hook.name),
        body=gettext("对方一直没有收下，系统不再试。请和对方核对后恢复；停下以后的事情都留着，恢复后按顺序补发。"),
        user_id=hook.grant.user_id,
        url=reverse("exchange:hook", args=[hook.public_id]),
    )


def _ours(hook: Webhook) -> QuerySet[Webhook]:
    return Webhook.objects.filter(pk=hook.pk, lease=hook.lease)
