"""The one place that asks what time it is, so that tests and replays can say."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

_set: ContextVar[datetime | None] = ContextVar("wenming_now", default=None)


def now() -> datetime:
    """The present as an aware UTC datetime."""
    return _set.get() or datetime.now(UTC)


@contextmanager
def set_to(at: datetime) -> Iterator[None]:
    """Within the block `now()` answers `at`, which must be aware."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone is not a time")
    token = _set.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _set.reset(token)


def to_us(at: datetime) -> int:
    """Microseconds since the epoch: the form of every instant in a fact table."""
    return (at - EPOCH) // MICROSECOND


def from_us(us: int) -> datetime:
    return EPOCH + timedelta(microseconds=us)


def local(at: datetime) -> datetime:
    return at.astimezone(SHANGHAI)
