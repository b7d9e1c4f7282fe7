"""Making keys and taking them back."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from wenming.foundation.audit.services import record
from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.kernel import clock
from wenming.outputs.exchange.errors import KeyDraftBad, KeyNotThere
from wenming.outputs.exchange.keys.rights import Right
from wenming.outputs.exchange.models import ApiKey

MARK: Final = "wm"
PREFIX_CHARS: Final = 10
SECRET_BYTES: Final = 32
DAYS_MAX: Final = 366
PER_MINUTE_MAX: Final = 6_000
PER_DAY_MAX: Final = 1_000_000
NAME_CHARS_MAX: Final = 60
KEYS_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class KeyDraft:
    name: str
    rights: frozenset[str]
    days: int = 90
    per_minute: int = 300
    per_day: int = 20_000


def digest_of(token: str) -> str:
    """One pass is enough: a token has 256 bits that nobody chose."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_key(acting: Acting, draft: KeyDraft) -> tuple[ApiKey, str]:
    """A key under the grant at hand, and its token, which is never seen again. Raises Refused, KeyDraftBad."""
    permissions.require(acting, "exchange.keep_keys")
    name = draft.name.strip()
    is_sound = (
        0 < len(name) <= NAME_CHARS_MAX
        and draft.rights
        and draft.rights <= set(Right.values)
        and 1 <= draft.days <= DAYS_MAX
        and 1 <= draft.per_minute <= PER_MINUTE_MAX
        and 1 <= draft.per_day <= PER_DAY_MAX
    )
    if not is_sound or keys_of(acting).filter(revoked_at__isnull=True).count() >= KEYS_MAX:
        raise KeyDraftBad(days=DAYS_MAX, minute=PER_MINUTE_MAX, day=PER_DAY_MAX, most=KEYS_MAX)
    prefix = secrets.token_hex(PREFIX_CHARS // 2)
    token = f"{MARK}_{prefix}_{secrets.token_urlsafe(SECRET_BYTES)}"
    now = clock.now()
    with transaction.atomic():
        key = ApiKey.objects.create(
            name=name,
            prefix=prefix,
            digest=digest_of(token),
            grant_id=acting.grant_id,
            rights=sorted(draft.rights),
            per_minute=draft.per_minute,
            per_day=draft.per_day,
            created_at=now,
            expires_at=now + timedelta(days=draft.days),
        )
        after = {"prefix": prefix, "rights": key.rights, "expires_at": key.expires_at}
        record(by=acting.actor, action="exchange.make_key", kind="exchange.key", key=key.pk, after=after)
    return key, token


def keys_of(acting: Acting) -> QuerySet[ApiKey]:
    """One's own, under whichever grant; newest first."""
    return ApiKey.objects.filter(grant__user_id=acting.user_id).select_related("grant__unit").order_by("-pk")


def revoke_key(acting: Acting, public_id: UUID | str) -> ApiKey:
    """From the next call on. Raises KeyNotThere, also for somebody else's."""
    with transaction.atomic():
        key = keys_of(acting).select_for_update(of=("self",)).filter(public_id=public_id).first()
        if key is None:
            raise KeyNotThere
        if key.revoked_at is None:
            key.revoked_at = clock.now()
            key.save(update_fields=["revoked_at"])
            record(by=acting.actor, action="exchange.revoke_key", kind="exchange.key", key=key.pk)
    return key
