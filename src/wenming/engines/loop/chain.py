"""The chain of an item's events: each holds the hash of the one before, the item holds the last."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from wenming.engines.loop.models import LoopEvent, LoopItem
from wenming.kernel.clock import to_us

FORM: Final = 1
"""The form of what is hashed; a later form must still check chains of this one."""


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces. Fractions are refused: databases do not keep them digit for digit."""
    return json.dumps(_plain(value), ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, str)):
        if isinstance(value, str) and "\x00" in value:
            raise TypeError("NUL cannot be stored")
        return value
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("evidence has names as keys")
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return [_plain(inner) for inner in value]
    raise TypeError(f"evidence holds texts, whole numbers, lists and names, not {type(value)}")


def event_hash(event: LoopEvent, public_id: UUID) -> str:
    """SHA-256 over everything that the event says, where it stands and what stood before it; 64 hex digits."""
    content = [
        FORM,
        public_id.hex,
        event.seq,
        event.version,
        event.prev_hash,
        event.action,
        event.source,
        event.target,
        [event.actor_kind, event.actor_id, event.unit_id, event.role],
        event.reason,
        event.evidence,
        event.clocks,
        to_us(event.happened_at),
        to_us(event.recorded_at),
        event.idempotency_key,
    ]
    return hashlib.sha256(canonical(content).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Fault:
    """`kind`: missing (an event is not there), changed (its hash does not fit what it says), unlinked (it does not
    follow from the one before), head (the item does not stand where its events lead)."""

    item_id: int
    seq: int
    kind: str


def faults_of(item: LoopItem, events: Iterable[LoopEvent]) -> list[Fault]:
    """Every fault of one item, given its events in order of `seq`."""
    faults: list[Fault] = []
    prev_hash, state, expected = "", "", 1
    for event in events:
        faults += [Fault(item.pk, seq, "missing") for seq in range(expected, event.seq)]
        is_next = event.seq == expected
        if is_next and (event.prev_hash, event.source) != (prev_hash, state):
            faults.append(Fault(item.pk, event.seq, "unlinked"))
        if event.hash != _hash_or_nothing(event, item.public_id):
            faults.append(Fault(item.pk, event.seq, "changed"))
        prev_hash, state, expected = event.hash, event.target, event.seq + 1
    faults += [Fault(item.pk, seq, "missing") for seq in range(expected, item.seq + 1)]
    if (item.seq, item.head_hash, item.state) != (expected - 1, prev_hash, state):
        faults.append(Fault(item.pk, item.seq, "head"))
    return faults


def _hash_or_nothing(event: LoopEvent, public_id: UUID) -> str:
    try:
        return event_hash(event, public_id)
    except TypeError:
        return ""
