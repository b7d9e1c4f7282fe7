"""How often something may be done from one address, counted over all server processes.

    REPORTS: Final = Rate("problems.report", at_once=30, every=timedelta(minutes=2))

    take(REPORTS, who=here())    # each act counts: before an act that writes anyway
    check(CODES, who=here())     # only failures count: before the look …
    count(CODES, who=here())     # … and after it failed

A rate lets `at_once` through in a burst and one more each `every`. `check` reads one row and writes none, so that what
succeeds costs no write; `take` and `count` are one statement. `count` commits on its own unless the caller has begun a
transaction: count outside of one that the refusal rolls back. `who` may be anything that tells one from another, such
as a telephone number; only a keyed hash of it is kept, and `""` is nobody and is never refused.
"""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from django.db import connection
from django.utils.crypto import salted_hmac

from wenming.foundation.audit import context
from wenming.foundation.throttle.errors import TooOften
from wenming.foundation.throttle.models import RATE_CHARS_MAX, SLOTS, Counter
from wenming.kernel import clock

SECOND_US: Final = 1_000_000
DAY_US: Final = 86_400 * SECOND_US
# What one household or one office gets from its provider; whoever has it can change the rest at will.
V6_PREFIX: Final = 64
_SPEND: Final = (
    "INSERT INTO throttle_counter (rate, slot, spent_until_us) VALUES (%s, %s, %s) "
    "ON CONFLICT (rate, slot) DO UPDATE SET spent_until_us = "
    "CASE WHEN throttle_counter.spent_until_us > %s THEN throttle_counter.spent_until_us ELSE %s END + %s "
    "WHERE throttle_counter.spent_until_us <= %s"
)


@dataclass(frozen=True, slots=True)
class Rate:
    """`name` finds the counters and stays as it is; `refusal` says in its own words what to do meanwhile."""

    name: str
    at_once: int
    every: timedelta
    refusal: type[TooOften] = TooOften

    def __post_init__(self) -> None:
        if not self.name or len(self.name) > RATE_CHARS_MAX:
            raise ValueError(f"a rate has a name of at most {RATE_CHARS_MAX} characters")
        # Counters begin anew each day: what takes longer to be paid back would be forgotten in between.
        if self.at_once < 1 or self.every <= timedelta() or self.at_once * self.every > timedelta(days=1):
            raise ValueError("a burst is at least one, and paid back within a day")

    @property
    def every_us(self) -> int:
        return self.every // clock.MICROSECOND


def here() -> str:
    """From where the present request comes: the IPv4 address, or the /64 of an IPv6 address; "" outside of a request.

    It is the address that the audit log names: that of the peer, or whom our own proxy names (WENMING_PROXIES).
    """
    text = context.address().partition("%")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped) if mapped is not None else str(ip_network((address, V6_PREFIX), strict=False))
    return str(address)


def check(rate: Rate, *, who: str) -> None:
    """Raises the rate's refusal where one more would be too many. Those who ask at once may all be let through."""
    wait_us = _wait_us(rate, who) if who else 0
    if wait_us > 0:
        raise _refusal(rate, wait_us)


def count(rate: Rate, *, who: str) -> None:
    """One more, whether or not it is too many; nobody owes more than a burst."""
    if who:
        _spend(rate, who, room_us=rate.at_once * rate.every_us)


def take(rate: Rate, *, who: str) -> None:
    """One more, unless it is too many: never more than the rate, however many processes ask at once.

    Raises the rate's refusal.
    """
    if who and not _spend(rate, who, room_us=(rate.at_once - 1) * rate.every_us):
        raise _refusal(rate, _wait_us(rate, who))


def _refusal(rate: Rate, wait_us: int) -> TooOften:
    return rate.refusal(seconds=max(1, -(-wait_us // SECOND_US)))


def _wait_us(rate: Rate, who: str) -> int:
    """Until one more fits; not above 0 where it fits now."""
    now = clock.to_us(clock.now())
    there = Counter.objects.filter(rate=rate.name, slot=_slot(rate, who, now))
    spent_until = there.values_list("spent_until_us", flat=True).first()
    return (spent_until or 0) - now - (rate.at_once - 1) * rate.every_us


def _spend(rate: Rate, who: str, *, room_us: int) -> bool:
    """Whether it was counted: not where more than `room_us` is still to be paid back."""
    now = clock.to_us(clock.now())
    values = (rate.name, _slot(rate, who, now), now + rate.every_us, now, now, rate.every_us, now + room_us)
    with connection.cursor() as cursor:
        cursor.execute(_SPEND, values)
        return bool(cursor.rowcount == 1)


def _slot(rate: Rate, who: str, now_us: int) -> int:
    """Another one each day, so that who shares a counter with whom does not last."""
    digest = salted_hmac("wenming.throttle", f"{rate.name}:{now_us // DAY_US}:{who}", algorithm="sha256").digest()
    return int.from_bytes(digest[:8], "big") % SLOTS
