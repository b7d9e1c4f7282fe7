"""What goes over when a unit goes into another: each app above registers what it holds of units, and this one asks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from wenming.foundation.people.models import UnitMerger
from wenming.kernel.actors import Actor
from wenming.kernel.ui.setup import Label

MOVES_MAX: Final = 8_000
"""Of each thing that is counted: a problem counts in four of them, and SQLite takes some 32,000 parameters a statement."""


@dataclass(frozen=True, slots=True)
class Mover:
    """`labels` names by code what is counted. `count` answers codes and numbers of what would go over from a unit.

    `move` carries it out within the caller's transaction and answers plain JSON by which `undo` takes it back; `undo`
    raises MergerOvertaken where anything of it was changed since. All three cost a fixed number of statements for each
    batch, however much there is.
    """

    key: str
    order: int
    labels: Mapping[str, Label]
    count: Callable[[int], Mapping[str, int]]
    move: Callable[[UnitMerger, Actor], Any]
    undo: Callable[[UnitMerger, Any, Actor], None]


_movers: dict[str, Mover] = {}


def register_mover(mover: Mover) -> None:
    """Raises ValueError for a key that another app took."""
    if _movers.setdefault(mover.key, mover) != mover:
        raise ValueError(f"something else moves {mover.key!r} already")


def movers() -> list[Mover]:
    """In order."""
    return sorted(_movers.values(), key=lambda mover: (mover.order, mover.key))
