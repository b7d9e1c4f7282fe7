"""Making a subscription, holding it and taking it away; each person's own."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from wenming.foundation.audit.services import record
from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.foundation.places import selectors as places
from wenming.kernel import clock
from wenming.kernel.regions import COLUMNS, RegionLevel, columns_of, level_of
from wenming.kernel.sealed import seal
from wenming.outputs.exchange.enums import HookKind, HookState
from wenming.outputs.exchange.errors import DeliveryNotThere, HookAddressBad, HookDraftBad, HookNotOn, HookNotThere
from wenming.outputs.exchange.hooks.addresses import AddressRefused, target_of
from wenming.outputs.exchange.hooks.signing import new_secret
from wenming.outputs.exchange.models import Webhook, WebhookDelivery
from wenming.programmes.problems.models import ProblemEvent

PURPOSE: Final = "exchange.webhook"
NAME_CHARS_MAX: Final = 60
HOOKS_MAX: Final = 10


@dataclass(frozen=True, slots=True)
class HookDraft:
    name: str
    url: str
    kinds: Collection[str]
    origin: str
    region_code: int | None = None


def make_hook(acting: Acting, draft: HookDraft) -> tuple[Webhook, str]:
    """A subscription under the grant at hand to what happens from now on, and its secret, which is never seen again.

    Raises Refused, HookDraftBad, HookAddressBad.
    """
    permissions.require(acting, "exchange.keep_keys")
    name = draft.name.strip()
    is_sound = 0 < len(name) <= NAME_CHARS_MAX and draft.kinds and set(draft.kinds) <= set(HookKind.values)
    if not is_sound or hooks_of(acting).count() >= HOOKS_MAX or not _is_within(acting, draft.region_code):
        raise HookDraftBad(most=HOOKS_MAX)
    try:
        target_of(draft.url)
    except AddressRefused as error:
        ports = "、".join(str(port) for port in sorted(settings.WEBHOOK_PORTS))
        raise HookAddressBad(ports=ports, fields={"url": _("接收地址")}) from error
    secret, now = new_secret(), clock.now()
    hook = Webhook(
        name=name, url=draft.url, origin=draft.origin, kinds=sorted(draft.kinds), region_code=draft.region_code
    )
    hook.grant_id, hook.created_at, hook.due_at = acting.grant_id, now, now
    hook.sealed_secret = seal(secret, purpose=PURPOSE, owner=str(hook.public_id))
    with transaction.atomic():
        hook.cursor = ProblemEvent.objects.aggregate(last=Max("pk"))["last"] or 0
        hook.save(force_insert=True)
        after = {"host": target_of(draft.url).host, "kinds": hook.kinds, "region_code": hook.region_code}
        record(by=acting.actor, action="exchange.make_hook", kind="exchange.hook", key=hook.pk, after=after)
    return hook, secret


def hooks_of(acting: Acting) -> QuerySet[Webhook]:
    """One's own, under whichever grant; newest first."""
    return Webhook.objects.filter(grant__user_id=acting.user_id).select_related("grant__unit").order_by("-pk")


def hook_for(acting: Acting, public_id: UUID | str) -> Webhook:
    """Raises HookNotThere, also for somebody else's."""
    found = hooks_of(acting).filter(public_id=public_id).first()
    if found is None:
        raise HookNotThere
    return found


def deliveries_of(hook: Webhook) -> QuerySet[WebhookDelivery]:
    """To be paged in the order ("-event_id",)."""
    return WebhookDelivery.objects.filter(hook=hook).defer("body")


def pause_hook(acting: Acting, public_id: UUID | str) -> Webhook:
    """Nothing is sent until it is resumed; nothing is lost either. Raises HookNotThere."""
    return _turn(acting, public_id, HookState.PAUSED, "exchange.pause_hook")


def resume_hook(acting: Acting, public_id: UUID | str) -> Webhook:
    """Goes on behind the last that was told. Raises HookNotThere."""
    return _turn(acting, public_id, HookState.ON, "exchange.resume_hook")


def remove_hook(acting: Acting, public_id: UUID | str) -> None:
    """With what was sent and what waits. Raises HookNotThere."""
    with transaction.atomic():
        hook = _held(acting, public_id)
        record(by=acting.actor, action="exchange.remove_hook", kind="exchange.hook", key=hook.pk)
        hook.delete()


def send_again(acting: Acting, public_id: UUID | str, event_id: int) -> WebhookDelivery:
    """The same message under the same id, before all that waits. Raises HookNotThere, HookNotOn, DeliveryNotThere."""
    with transaction.atomic():
        hook = _held(acting, public_id)
        if hook.state != HookState.ON:
            raise HookNotOn
        row = WebhookDelivery.objects.filter(hook=hook, event_id=event_id).first()
        if row is None:
            raise DeliveryNotThere
        row.delivered_at, row.given_up_at = None, None
        row.save(update_fields=["delivered_at", "given_up_at"])
        hook.due_at, hook.failures = clock.now(), 0
        hook.save(update_fields=["due_at", "failures"])
        after = {"event": row.key}
        record(by=acting.actor, action="exchange.send_again", kind="exchange.hook", key=hook.pk, after=after)
    return row


def regions_within(acting: Acting) -> list[tuple[int, str]]:
    """Counties and towns that a subscription of this session can be narrowed to; one query."""
    chosen = []
    for county in (node for city in places.region_tree() for node in _counties(city)):
        for node in (county, *county.children):
            if node.level >= RegionLevel.COUNTY and _holds(acting, node.code):
                name = node.name if node is county else f"{county.name} {node.name}"
                chosen.append((node.code, name))
    return chosen


def _turn(acting: Acting, public_id: UUID | str, state: HookState, action: str) -> Webhook:
    with transaction.atomic():
        hook = _held(acting, public_id)
        before = hook.state
        if before != state:
            hook.state, hook.due_at, hook.failures = state, clock.now(), 0
            hook.save(update_fields=["state", "due_at", "failures"])
            record(
                by=acting.actor,
                action=action,
                kind="exchange.hook",
                key=hook.pk,
                before={"state": before},
                after={"state": state},
            )
    return hook


def _held(acting: Acting, public_id: UUID | str) -> Webhook:
    hook = hooks_of(acting).select_for_update(of=("self",)).filter(public_id=public_id).first()
    if hook is None:
        raise HookNotThere
    return hook


def _is_within(acting: Acting, region_code: int | None) -> bool:
    """Whether the region is a known one and not beyond the grant: a unit's own scope narrows any region."""
    if region_code is None:
        return True
    is_known = region_code in places.region_names([region_code])
    return is_known and level_of(region_code) in COLUMNS and _holds(acting, region_code)


def _counties(node: places.RegionNode) -> list[places.RegionNode]:
    if node.level >= RegionLevel.COUNTY:
        return [node]
    return [county for child in node.children for county in _counties(child)]


def _holds(acting: Acting, code: int) -> bool:
    column = acting.scope.column
    return column not in COLUMNS.values() or columns_of(code)[column] == acting.scope.value
