"""What goes into the engine and what comes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from wenming.engines.loop.flow import Transition
from wenming.engines.loop.models import LoopItem
from wenming.kernel.actors import Actor
from wenming.kernel.calendar import Limit
from wenming.kernel.errors import DomainError

ItemT = TypeVar("ItemT", bound=LoopItem)


@dataclass(frozen=True, slots=True)
class Until:
    """A deadline that somebody named, instead of a limit: what a paper that came in says.

    No pause moves it; an extension, in whatever unit, runs from it.
    """

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One action on one item.

    `happened_at` None means now (or the batch's `at`). `expected_version` None means whatever it is. `changes` are
    columns of the item that the programme computed; the engine's own columns are refused. `limits` gives the limit of
    each stage that the action starts (or the moment until which it runs) and the addition for each that it extends.
    `by` defaults to the batch's actor. `known` is what the programme looked up for its guards; it is not kept.
    """

    item_id: int
    action: str
    happened_at: datetime | None = None
    reason: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    expected_version: int | None = None
    idempotency_key: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict)
    limits: Mapping[str, Limit | Until] = field(default_factory=dict)
    by: Actor | None = None
    known: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class New(Generic[ItemT]):
    """An unsaved item and the particulars of its first event."""

    item: ItemT
    happened_at: datetime | None = None
    reason: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    idempotency_key: str = ""
    limits: Mapping[str, Limit | Until] = field(default_factory=dict)
    by: Actor | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """A past step, as guards see it."""

    action: str
    actor_kind: str
    actor_id: str
    unit_id: int | None
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class Situation(Generic[ItemT]):
    """All that a guard may look at; `last` holds the last act of each remembered action that has taken place."""

    item: ItemT
    command: Command
    transition: Transition
    by: Actor
    at: datetime
    last: Mapping[str, Act]


@dataclass(slots=True)
class Outcome(Generic[ItemT]):
    """The answer to one command: an event, or an error and the item as it stands.

    `item` is the item after the batch (None where it does not exist); `state` and `version` are those right after
    this command. On a replay they are those of the first answer's event, and the present ones if it was a refusal.
    """

    item_id: int
    event_id: int | None = None
    error: DomainError | None = None
    state: str = ""
    version: int = 0
    is_replay: bool = False
    item: ItemT | None = None

    @property
    def is_done(self) -> bool:
        return self.error is None

    def standing(self) -> "Outcome[ItemT]":
        """Itself, with the state and version in which the item stands."""
        if self.item is not None:
            self.state, self.version = self.item.state, self.item.version
        return self

    def result(self) -> "Outcome[ItemT]":
        """Itself, or raises the refusal. Call it after the transaction: the record of a refusal must commit."""
        if self.error is not None:
            raise self.error
        return self
