"""Keys for other programs."""

from wenming.foundation.people.acting import Acting
from wenming.outputs.exchange import keys
from wenming.outputs.exchange.keys.rights import Right
from wenming.outputs.exchange.models import ApiKey

EVERY_RIGHT = frozenset(Right.values)


def make_key(
    acting: Acting, *, rights: frozenset[str] = EVERY_RIGHT, per_minute: int = 6000, per_day: int = 1_000_000
) -> tuple[ApiKey, str]:
    draft = keys.KeyDraft(name="对接", rights=rights, per_minute=per_minute, per_day=per_day)
    return keys.make_key(acting, draft)
