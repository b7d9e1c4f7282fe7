"""Which kinds of job there are, and who does them. An app registers its own from `AppConfig.ready`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from wenming.foundation.files.models import StoredFile
from wenming.kernel.actors import Actor


class Progress(Protocol):
    """Told by a handler how far it is, at least every few minutes: that keeps its lease.

    Calling it raises `Stopped` when the job was cancelled or is another worker's by now; let it pass.
    """

    @property
    def actor(self) -> Actor:
        """Who asked for the job."""
        ...

    def __call__(self, done: int, total: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Result:
    """What a handler hands back: small facts for the page, where to look (a path of this system), a file to fetch."""

    data: Mapping[str, Any] = field(default_factory=dict)
    url: str = ""
    file: StoredFile | None = None


Handler = Callable[[Mapping[str, Any], Progress], Result | None]
_handlers: dict[str, Handler] = {}


class Stopped(Exception):
    """The job is no longer this worker's: it was cancelled, or its lease ran out and another has it."""


def register(kind: str, handler: Handler) -> None:
    """`handler` must be idempotent: after a kill it runs again with the same args. A DomainError ends the job at once."""
    known = _handlers.setdefault(kind, handler)
    if known is not handler:
        raise ValueError(f"two handlers for jobs of the kind {kind}")


def is_known(kind: str) -> bool:
    return kind in _handlers


def handler_of(kind: str) -> Handler:
    return _handlers[kind]


def kinds() -> frozenset[str]:
    return frozenset(_handlers)
