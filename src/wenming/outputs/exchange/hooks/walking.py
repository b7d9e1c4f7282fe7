"""From the problems' histories to messages: what lies behind a subscription's cursor, in order.

Nothing is written where problems are handled: their histories are append-only, and a cursor over them is enough.
"""

import json
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import Max, Min, Q
from django.urls import reverse

from wenming.foundation.people.acting import acting_under
from wenming.kernel import clock, writers
from wenming.kernel.regions import COLUMNS, level_of
from wenming.outputs.exchange.enums import ACTIONS, KIND_OF, HookKind
from wenming.outputs.exchange.models import Webhook, WebhookDelivery
from wenming.programmes.problems.models import ProblemEvent

EVENTS_MAX: Final = 100
LOOKED_THROUGH_MAX: Final = 20_000
WAITING_MAX: Final = 200
IS_WAITING: Final = Q(delivered_at__isnull=True, given_up_at__isnull=True)
_COLUMNS: Final = (
    *("pk", "seq", "action", "target", "version", "happened_at", "recorded_at"),
    *("item__public_id", "item__code", "item__type_code", "item__found_at"),
    *(f"item__{column}" for column in COLUMNS.values()),
)


@dataclass(frozen=True, slots=True)
class Horizon:
    """Up to here every event that there will ever be is there to be seen."""

    event_id: int


def horizon() -> Horizon | None:
    """None while somebody who may still add an event before the last one is writing."""
    last = ProblemEvent.objects.aggregate(last=Max("pk"))["last"] or 0
    return Horizon(last) if writers.have_ended(ProblemEvent._meta.db_table) else None  # noqa: SLF001 - documented by Django


def walk(hook: Webhook, until: Horizon) -> int:
    """Puts the next messages of a leased subscription beside it and its cursor behind them; how many. One transaction."""
    if hook.cursor >= until.event_id or hook.deliveries.filter(IS_WAITING).count() >= WAITING_MAX:
        return 0
    # From the next event there is, because ids have gaps as wide as whatever was once taken back.
    first = ProblemEvent.objects.filter(pk__gt=hook.cursor).aggregate(first=Min("pk"))["first"] or until.event_id
    last = min(until.event_id, first + LOOKED_THROUGH_MAX)
    actions = [action for kind in hook.kinds for action in ACTIONS[HookKind(kind)]]
    events = ProblemEvent.objects.filter(pk__gt=hook.cursor, pk__lte=last, action__in=actions)
    events = events.filter(acting_under(hook.grant).scope.as_q("item__"))
    if hook.region_code is not None:
        events = events.filter(**{f"item__{COLUMNS[level_of(hook.region_code)]}": hook.region_code})
    rows = list(events.order_by("pk").values(*_COLUMNS)[:EVENTS_MAX])
    cursor, now = rows[-1]["pk"] if len(rows) == EVENTS_MAX else last, clock.now()
    made = [
        WebhookDelivery(
            hook=hook,
            event_id=row["pk"],
            key=_key(row),
            kind=KIND_OF[row["action"]],
            problem_id=row["item__public_id"],
            problem_code=row["item__code"],
            body=_body(hook, row),
            made_at=now,
        )
        for row in rows
    ]
    with transaction.atomic():
        if not Webhook.objects.filter(pk=hook.pk, lease=hook.lease, cursor=hook.cursor).update(cursor=cursor):
            return 0
        WebhookDelivery.objects.bulk_create(made)
    hook.cursor = cursor
    return len(made)


def _key(row: dict[str, Any]) -> str:
    return f"problem-{row['item__public_id']}-{row['seq']}"


def _body(hook: Webhook, row: dict[str, Any]) -> str:
    """Ids, codes, states, times and places; nothing that anybody wrote, and nobody's name."""
    regions = (row[f"item__{COLUMNS[level]}"] for level in sorted(COLUMNS, reverse=True))
    region = next((code for code in regions if code is not None), None)
    document = {
        "id": _key(row),
        "type": KIND_OF[row["action"]],
        "action": row["action"],
        "happened_at": row["happened_at"].isoformat(),
        "recorded_at": row["recorded_at"].isoformat(),
        "problem": {
            "id": str(row["item__public_id"]),
            "code": row["item__code"],
            "state": row["target"],
            "version": row["version"],
            "type": row["item__type_code"],
            "region": str(region) if region is not None else None,
            "found_at": row["item__found_at"].isoformat(),
            "url": hook.origin + reverse("problems:detail", args=[row["item__public_id"]]),
        },
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
