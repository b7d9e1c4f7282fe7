"""Keys for other programs, and subscriptions of other systems."""

from typing import Any

from wenming.foundation.people.acting import Acting
from wenming.outputs.exchange import hooks, keys
from wenming.outputs.exchange.enums import HookKind
from wenming.outputs.exchange.keys.rights import Right
from wenming.outputs.exchange.models import ApiKey, Webhook

EVERY_RIGHT = frozenset(Right.values)


def make_key(
    acting: Acting, *, rights: frozenset[str] = EVERY_RIGHT, per_minute: int = 6000, per_day: int = 1_000_000
) -> tuple[ApiKey, str]:
    draft = keys.KeyDraft(name="对接", rights=rights, per_minute=per_minute, per_day=per_day)
    return keys.make_key(acting, draft)


def make_hook(acting: Acting, **more: Any) -> tuple[Webhook, str]:
    draft = {
        "name": "热线平台",
        "url": "https://203.0.114.7/wenming",
        "kinds": HookKind.values,
        "origin": "https://wenming.test",
        **more,
    }
    return hooks.make_hook(acting, hooks.HookDraft(**draft))
