"""What happens to problems, told to other systems: signed, in order, at least once."""

from wenming.outputs.exchange.hooks.making import (
    HookDraft,
    deliveries_of,
    hook_for,
    hooks_of,
    make_hook,
    pause_hook,
    regions_within,
    remove_hook,
    resume_hook,
    send_again,
)
from wenming.outputs.exchange.hooks.sending import forget_deliveries, send_due

__all__ = [
    "HookDraft",
    "deliveries_of",
    "forget_deliveries",
    "hook_for",
    "hooks_of",
    "make_hook",
    "pause_hook",
    "regions_within",
    "remove_hook",
    "resume_hook",
    "send_again",
    "send_due",
]
