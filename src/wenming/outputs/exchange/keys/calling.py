"""Who calls with a key, and whether it has calls left.

A row that is written at every call would cost a commit a call. So each process takes some calls at once out of the
window, in one statement that refuses what is beyond the quota, and spends them by itself; what it does not spend within
the minute is lost. A key never gets more than its quota, and a thirtieth of it less at the worst for each process.
"""

import threading
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Case, F, Q, Value, When
from django.utils.crypto import constant_time_compare

from wenming.foundation.people.acting import Acting, acting_under
from wenming.foundation.people.models import Grant, Unit, User
from wenming.kernel import clock
from wenming.kernel.kept import Kept
from wenming.outputs.exchange.errors import KeyRefused, QuotaSpent
from wenming.outputs.exchange.keys.making import MARK, digest_of
from wenming.outputs.exchange.models import ApiKey

MINUTE_SECONDS: Final = 60
DAY_SECONDS: Final = 86_400
SHARE: Final = 30
TOKEN_CHARS_MAX: Final = 100
# Beyond these many, purses of minutes that are over are thrown away.
PURSES_MAX: Final = 1_000


_HELD: Final = Kept(
    lambda prefix: ApiKey.objects.filter(
        prefix=prefix, grant__revoked_at__isnull=True, grant__user__is_active=True, grant__unit__is_active=True
    ),
    (
        *("id", "prefix", "digest", "rights", "per_minute", "per_day", "expires_at", "revoked_at"),
        *("grant__id", "grant__role", "grant__region_code", "grant__user__id", "grant__user__name"),
        *("grant__unit__id", "grant__unit__name", "grant__unit__kind", "grant__unit__region_code"),
    ),
    (str,),
)


@dataclass(frozen=True, slots=True)
class Caller:
    acting: Acting
    rights: frozenset[str]
    name: str


@dataclass(slots=True)
class _Purse:
    minute: int
    calls: int


class _Purses:
    """What this process has taken and not yet spent, by key."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.by_prefix: dict[str, _Purse] = {}

    def spend(self, key: ApiKey, minute: int) -> bool:
        with self.lock:
            purse = self.by_prefix.get(key.prefix)
            if purse is None or purse.minute != minute or purse.calls < 1:
                return False
            purse.calls -= 1
            return True

    def fill(self, key: ApiKey, minute: int, calls: int) -> None:
        with self.lock:
            purse = self.by_prefix.get(key.prefix)
            there = purse.calls if purse is not None and purse.minute == minute else 0
            if len(self.by_prefix) >= PURSES_MAX:
                self.by_prefix = {each: held for each, held in self.by_prefix.items() if held.minute == minute}
            self.by_prefix[key.prefix] = _Purse(minute, there + calls)


PURSES: Final = _Purses()


def call(token: str) -> Caller:
    """Whoever holds this token, with one call taken from its quota. Raises KeyRefused, QuotaSpent."""
    parts = token.split("_", 2) if len(token) <= TOKEN_CHARS_MAX else []
    if len(parts) != 3 or parts[0] != MARK:
        raise KeyRefused
    now = clock.now()
    key = _held(parts[1])
    is_known = constant_time_compare(digest_of(token), key.digest if key is not None else "")
    if key is None or not is_known or key.revoked_at is not None or key.expires_at <= now:
        raise KeyRefused
    _take(key)
    return Caller(acting_under(key.grant), frozenset(key.rights), f"key:{key.pk}")


def _held(prefix: str) -> ApiKey | None:
    """The key with the grant that it was made under, as long as that grant holds."""
    row = _HELD.first(prefix)
    if row is None:
        return None
    values: dict[str, dict[str, Any]] = {"": {}, "grant": {}, "grant__user": {}, "grant__unit": {}}
    for column, value in row.items():
        of, _, name = column.rpartition("__")
        values[of][name] = value
    user, unit = User(**values["grant__user"]), Unit(**values["grant__unit"])
    return ApiKey(**values[""], grant=Grant(**values["grant"], user=user, unit=unit))


def _take(key: ApiKey) -> None:
    """Raises QuotaSpent."""
    now = clock.now()
    seconds = clock.to_us(now) // 1_000_000
    minute, day = seconds // MINUTE_SECONDS, seconds // DAY_SECONDS
    if PURSES.spend(key, minute):
        return
    for calls in dict.fromkeys((max(1, min(key.per_minute, key.per_day) // SHARE), 1)):
        if _take_from_window(key, minute=minute, day=day, calls=calls):
            PURSES.fill(key, minute, calls - 1)
            return
    fresh = ApiKey.objects.values("day", "day_taken", "per_day").get(pk=key.pk)
    is_day = fresh["day"] == day and fresh["day_taken"] >= fresh["per_day"]
    window = DAY_SECONDS if is_day else MINUTE_SECONDS
    raise QuotaSpent(seconds=window - seconds % window)


def _take_from_window(key: ApiKey, *, minute: int, day: int, calls: int) -> bool:
    """One statement: a window that is over begins anew, and nothing is taken beyond either quota."""
    minute_room = ~Q(minute=minute) | Q(minute_taken__lte=F("per_minute") - calls)
    day_room = ~Q(day=day) | Q(day_taken__lte=F("per_day") - calls)
    taken = ApiKey.objects.filter(minute_room, day_room, pk=key.pk).update(
        minute_taken=Case(When(minute=minute, then=F("minute_taken") + calls), default=Value(calls)),
        day_taken=Case(When(day=day, then=F("day_taken") + calls), default=Value(calls)),
        minute=minute,
        day=day,
        last_used_at=clock.now(),
    )
    return taken == 1
