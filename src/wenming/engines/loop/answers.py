"""First answers: a command that is sent again with its key is answered as it was the first time."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from wenming.engines.loop import bulk
from wenming.engines.loop.commands import Command, ItemT, Outcome
from wenming.engines.loop.errors import KeyAlreadyUsed
from wenming.engines.loop.models import Refusal
from wenming.engines.loop.reads import REFUSALS, Reads
from wenming.kernel.actors import Actor
from wenming.kernel.errors import DomainError

Key = tuple[int, str]


class Answers:
    """The first answers to the keys of a batch: two statements, none where no command carries a key."""

    def __init__(self, flow: str, reads: Reads[Any], commands: Sequence[Command]) -> None:
        self._flow = flow
        self._events: dict[Key, Any] = {}
        self._refusals: dict[Key, Refusal] = {}
        self._new: list[Refusal] = []
        keys = {c.idempotency_key for c in commands if c.idempotency_key}
        if not keys:
            return
        ids = sorted({c.item_id for c in commands if c.idempotency_key})
        for event in reads.answers.all(ids, sorted(keys)):
            self._events[event.item_id, event.idempotency_key] = event
        for refusal in REFUSALS.all(flow, ids, sorted(keys)):
            self._refusals[refusal.item_id, refusal.idempotency_key] = refusal

    def find(self, command: Command, by: Actor) -> tuple[Any, DomainError | None] | None:
        """The event or the refusal that answered this key first; raises KeyAlreadyUsed for another command."""
        key = (command.item_id, command.idempotency_key)
        if not command.idempotency_key:
            return None
        first = self._events.get(key) or self._refusals.get(key)
        if first is None:
            return None
        if (first.action, first.actor_kind, first.actor_id) != (command.action, by.kind, by.id):
            raise KeyAlreadyUsed
        if isinstance(first, Refusal):
            return None, error_of(first)
        return first, None

    def remember_event(self, event: Any) -> None:
        if event.idempotency_key:
            self._events[event.item_id, event.idempotency_key] = event

    def remember_refusal(self, command: Command, by: Actor, error: DomainError, recorded_at: datetime) -> None:
        key = (command.item_id, command.idempotency_key)
        is_answered = key in self._events or key in self._refusals
        if not command.idempotency_key or is_answered:
            return
        refusal = Refusal(
            flow=self._flow,
            item_id=command.item_id,
            idempotency_key=command.idempotency_key,
            action=command.action,
            actor_kind=by.kind.value,
            actor_id=by.id,
            code=error.code,
            status=error.status,
            own_message="" if error.own_message is None else str(error.own_message),
            params={name: _storable(value) for name, value in error.params.items()},
            fields={name: str(text) for name, text in error.fields.items()},
            recorded_at=recorded_at,
        )
        self._refusals[key] = refusal
        self._new.append(refusal)

    def save_refusals(self) -> None:
        bulk.insert(self._new, identified_by=("flow", "item_id", "idempotency_key"))


def error_of(refusal: Refusal) -> DomainError:
    """The refusal as it was raised; a code that is no longer known keeps its status and text."""
    known = {kind.code: kind for kind in _kinds(DomainError)}
    kind = known.get(refusal.code)
    if kind is None:
        kind = type("FormerRefusal", (DomainError,), {"code": refusal.code, "status": refusal.status})
    error = kind.__new__(kind)
    DomainError.__init__(error, refusal.own_message or None, fields=refusal.fields, **refusal.params)
    return error


def _kinds(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _kinds(child)


def _storable(value: Any) -> Any:
    return value if value is None or isinstance(value, (bool, int)) else str(value)


def replayed(outcome: Outcome[ItemT], event: Any, error: DomainError | None) -> Outcome[ItemT]:
    outcome.error, outcome.is_replay = error, True
    if event is None:
        return outcome.standing()
    outcome.state, outcome.version = event.target, event.version
    return outcome
