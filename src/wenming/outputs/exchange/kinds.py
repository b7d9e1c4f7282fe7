"""The kinds of files that can be taken in, each with the function that does it."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from wenming.kernel.actors import Actor
from wenming.outputs.exchange.layouts import Layout
from wenming.outputs.exchange.results import Result

Progress = Callable[[int], None]


def _silent(_rows: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file to take in. `mapping` is a YAML file for kinds that need one; `progress` hears how many rows are done.

    `layout` says where the columns of an office workbook stand; without it they are known by their headings. Takers that
    write batch by batch write each within `batch()`.
    """

    path: Path
    by: Actor
    mapping: Path | None = None
    edition: int | None = None
    progress: Progress = field(default=_silent)
    layout: Layout | None = None
    batch: Callable[[], AbstractContextManager[None]] = nullcontext


Taker = Callable[[Source], Result]
_takers: dict[str, Taker] = {}


def register(kind: str, taker: Taker) -> None:
    """From `AppConfig.ready`. Registering the same taker again changes nothing."""
    known = _takers.setdefault(kind, taker)
    if known is not taker:
        raise ValueError(f"two takers for {kind}")


def known() -> tuple[str, ...]:
    return tuple(sorted(_takers))


def taker_of(kind: str) -> Taker | None:
    return _takers.get(kind)
