"""From where a change comes: the network address of the request that is being answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_address: ContextVar[str] = ContextVar("wenming_address", default="")


def address() -> str:
    return _address.get()


@contextmanager
def from_address(text: str) -> Iterator[None]:
    token = _address.set(text[:45])
    try:
        yield
    finally:
        _address.reset(token)
