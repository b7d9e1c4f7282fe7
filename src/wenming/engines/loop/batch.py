"""The working set of one chunk: read at once, stepped through in memory, written at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Generic

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from wenming.engines.loop import bulk, selectors
from wenming.engines.loop.answers import Answers, replayed
from wenming.engines.loop.chain import canonical, event_hash
from wenming.engines.loop.clocks import ItemClocks
from wenming.engines.loop.commands import Act, Command, ItemT, Outcome, Situation, Until
from wenming.engines.loop.errors import (
    ChangedMeanwhile,
    EvidenceMissing,
    EvidenceTooLarge,
    HappenedBeforeLast,
    HappenedInFuture,
    ItemMissing,
    KeyTooLong,
    LostRace,
    NotPossibleNow,
    ReasonMissing,
    ReasonUnusable,
    UnknownAction,
)
from wenming.engines.loop.flow import Flow, Transition
from wenming.engines.loop.models import (
    KEY_CHARS_MAX,
    REASON_CHARS_MAX,
    LoopClock,
    LoopEvent,
)
from wenming.engines.loop.reads import Reads
from wenming.kernel.actors import Actor
from wenming.kernel.calendar import Limit, WorkCalendar
from wenming.kernel.clock import local
from wenming.kernel.errors import DomainError

FUTURE_TOLERANCE: Final = timedelta(minutes=5)
"""A phone's clock may run ahead this far; what it says is then taken as now."""
EVIDENCE_CHARS_MAX: Final = 16_000

ENGINE_COLUMNS: Final = (
    "state",
    "version",
    "seq",
    "head_hash",
    "last_happened_at",
    "due_at",
    "due_is_provisional",
)
_REFUSED_CHANGES: Final = frozenset({*ENGINE_COLUMNS, "id", "pk", "public_id", "recorded_at"})


@dataclass(frozen=True, slots=True)
class Parts(Generic[ItemT]):
    """What a loop is made of."""

    flow: Flow
    item_model: type[ItemT]
    event_model: type[LoopEvent]
    clock_model: type[LoopClock]
    guard: Callable[[Situation[ItemT]], None] | None
    remembers: tuple[str, ...]
    limit_for: Callable[[ItemT, str], Limit | None] | None
    reads: Reads[ItemT]


class Batch(Generic[ItemT]):
    def __init__(
        self,
        parts: Parts[ItemT],
        *,
        by: Actor,
        at: datetime | None,
        recorded_at: datetime,
        calendar: WorkCalendar | None,
    ) -> None:
        self._parts = parts
        self._flow = parts.flow
        self._by, self._at, self._recorded_at = by, at, recorded_at
        self._known_calendar = calendar
        self._items: dict[int, ItemT] = {}
        self._versions: dict[int, int] = {}
        self._clocks: dict[int, ItemClocks] = {}
        self._last: dict[int, dict[str, Act]] = {}
        self._changed: dict[int, ItemT] = {}
        self._columns: set[str] = set()
        self._answers = Answers(parts.flow.name, parts.reads, ())
        self.events: list[Any] = []

    @cached_property
    def _calendar(self) -> WorkCalendar:
        return self._known_calendar or selectors.work_calendar()

    # Reading --------------------------------------------------------------

    def read(self, commands: Sequence[Command]) -> None:
        ids = sorted({command.item_id for command in commands})
        self._items = {item.pk: item for item in self._parts.reads.items.all(ids)}
        self._versions = {pk: item.version for pk, item in self._items.items()}
        self._answers = Answers(self._flow.name, self._parts.reads, commands)
        actions = {command.action for command in commands}
        transitions = [t for t in self._flow.transitions if t.action in actions]
        self._read_last(ids, transitions)
        if any(t.touches_clocks for t in transitions):
            self._read_clocks(ids)

    def _read_last(self, ids: Sequence[int], transitions: Sequence[Transition]) -> None:
        remembered = {name for t in transitions for g in t.guards for name in g.remembers}
        remembered |= set(self._parts.remembers)
        if not remembered:
            return
        for pk, *act in self._parts.reads.acts.tuples(ids, sorted(remembered)):
            self._last.setdefault(pk, {})[act[0]] = Act(*act)

    def _read_clocks(self, ids: Sequence[int]) -> None:
        by_item: dict[int, list[LoopClock]] = {pk: [] for pk in self._items}
        for clock in self._parts.reads.clocks.all(ids):
            by_item.setdefault(clock.item_id, []).append(clock)
        for pk, item in self._items.items():
            self._clocks[pk] = ItemClocks(self._parts.clock_model, item, by_item[pk])

    # Stepping -------------------------------------------------------------

    def step(self, command: Command) -> tuple[Outcome[ItemT], Any]:
        """Carries out one command in memory, or refuses it and leaves everything as it was.

        The outcome and the event that answers it, whose key is known once the batch is written.
        """
        by = command.by or self._by
        item = self._items.get(command.item_id)
        outcome: Outcome[ItemT] = Outcome(command.item_id, item=item)
        event = None
        try:
            first = self._answers.find(command, by)
            if first is not None:
                return replayed(outcome, *first), first[0]
            if item is None:
                raise ItemMissing
            event = self.carry_out(item, command, by)
        except DomainError as error:
            self._answers.remember_refusal(command, by, error, self._recorded_at)
            outcome.error = error
        else:
            self._answers.remember_event(event)
            self._changed[item.pk] = item
            self._columns.update(command.changes)
        return outcome.standing(), event

    def carry_out(self, item: ItemT, command: Command, by: Actor) -> Any:
        transition = self._transition(item, command)
        _check_words(command, transition, self._flow)
        at = self._happened_at(item, command)
        last = self._last.setdefault(item.pk, {}) if item.pk else {}
        situation = Situation(item, command, transition, by, at, last)
        for guard in transition.guards:
            guard.check(situation)
        if self._parts.guard is not None:
            self._parts.guard(situation)
        trace = self._move_clocks(item, command, transition, at) if transition.touches_clocks else []
        event = self._event(item, command, transition, by, at)
        event.clocks = trace
        _apply_changes(item, command.changes)
        item.state, item.seq, item.version = event.target, event.seq, event.version
        item.last_happened_at = at
        event.hash = item.head_hash = event_hash(event, item.public_id)
        last[event.action] = Act(event.action, by.kind.value, by.id, by.unit_id, at)
        self.events.append(event)
        return event

    def _transition(self, item: ItemT, command: Command) -> Transition:
        state = self._flow.state_label(item.state)
        if command.expected_version is not None and command.expected_version != item.version:
            raise ChangedMeanwhile(state=state, state_code=item.state, version=item.version)
        transition = self._flow.find(command.action, item.state)
        if transition is not None:
            return transition
        possible = self._flow.possible_from(item.state)
        if command.action not in self._flow.actions:
            raise UnknownAction(action=command.action, possible=possible)
        raise NotPossibleNow(
            state=state,
            state_code=item.state,
            version=item.version,
            action=self._flow.actions[command.action].label,
            possible=possible,
        )

    def _happened_at(self, item: ItemT, command: Command) -> datetime:
        given, last = command.happened_at or self._at, item.last_happened_at
        if given is None:
            # The server's clock may have been set back; an unsaid time is never before the last step.
            return max(self._recorded_at, last) if last else self._recorded_at
        if given > self._recorded_at + FUTURE_TOLERANCE:
            raise HappenedInFuture(fields={"happened_at": HappenedInFuture.message})
        happened_at = min(given, self._recorded_at)
        if last and happened_at < last:
            raise HappenedBeforeLast(last=local(last).strftime("%Y-%m-%d %H:%M"))
        return happened_at

    def _move_clocks(self, item: ItemT, command: Command, transition: Transition, at: datetime) -> list[list[Any]]:
        clocks = self._clocks_of(item)
        limits: dict[str, Limit | Until] = dict(command.limits)
        if self._parts.limit_for is not None:
            for stage in transition.starts:
                limit = None if stage in limits else self._parts.limit_for(item, stage)
                if limit is not None:
                    limits[stage] = limit
        trace = clocks.carry_out(transition, limits, at, self._calendar, self._flow)
        item.due_at, item.due_is_provisional = clocks.deadline(self._flow.deadline_stage)
        return trace

    def _clocks_of(self, item: ItemT) -> ItemClocks:
        key = item.pk or -id(item)
        if key not in self._clocks:
            self._clocks[key] = ItemClocks(self._parts.clock_model, item, [])
        return self._clocks[key]

    def _event(self, item: ItemT, command: Command, transition: Transition, by: Actor, at: datetime) -> Any:
        make: Any = self._parts.event_model
        return make(
            item=item,
            seq=item.seq + 1,
            version=item.version + 1,
            action=command.action,
            source=item.state,
            target=transition.target_from(item.state),
            actor_kind=by.kind.value,
            actor_id=by.id,
            unit_id=by.unit_id,
            role=by.role,
            reason=command.reason,
            evidence=dict(command.evidence),
            happened_at=at,
            recorded_at=self._recorded_at,
            idempotency_key=command.idempotency_key,
            prev_hash=item.head_hash,
        )

    # Writing --------------------------------------------------------------

    def write_new(self, items: Sequence[ItemT]) -> None:
        """Inserts the items that were stepped through unsaved, with their events and clocks."""
        bulk.insert(items, identified_by=("public_id",))
        self._write_events_and_clocks()

    def write(self) -> None:
        """Writes what the steps changed; raises LostRace where a row is no longer as it was read."""
        items = list(self._changed.values())
        versions = [self._versions[item.pk] for item in items]
        columns = (*ENGINE_COLUMNS, *sorted(self._columns))
        if bulk.update(items, columns=columns, versions=versions) != len(items):
            raise LostRace
        self._write_events_and_clocks()
        self._answers.save_refusals()

    def _write_events_and_clocks(self) -> None:
        for event in self.events:
            event.item_id = event.item.pk
        bulk.insert(self.events, identified_by=("item", "seq"))
        touched = [c for clocks in self._clocks.values() for c in clocks.touched.values()]
        new: list[Any] = [clock for clock in touched if clock.pk is None]
        old = [clock for clock in touched if clock.pk is not None]
        for clock in new:
            clock.item_id = clock.item.pk
        # Old rows first: a stage that stops and starts again has one open row at any time.
        bulk.update(old, columns=_clock_columns(self._parts.clock_model))
        bulk.insert(new, identified_by=("item", "stage", "round"))


def _clock_columns(model: type[LoopClock]) -> tuple[str, ...]:
    fixed = {"item", "stage", "round", "started_at"}
    names = (field.name for field in bulk.meta_of(model).concrete_fields if not field.primary_key)
    return tuple(name for name in names if name not in fixed)


def _check_words(command: Command, transition: Transition, flow: Flow) -> None:
    if len(command.idempotency_key) > KEY_CHARS_MAX:
        raise KeyTooLong(most=KEY_CHARS_MAX)
    if transition.needs_reason and not command.reason.strip():
        raise ReasonMissing(action=transition.label, fields={"reason": _("请填写原因。")})
    if len(command.reason) > REASON_CHARS_MAX or "\x00" in command.reason:
        raise ReasonUnusable(most=REASON_CHARS_MAX, fields={"reason": _("请改短或改正原因。")})
    missing = [kind for kind in transition.evidence if not command.evidence.get(kind)]
    if missing:
        labels = {kind: flow.evidence[kind] for kind in missing}
        named = _("、").join(str(label) for label in labels.values())
        raise EvidenceMissing(action=transition.label, missing=named, fields=labels)
    if len(canonical(command.evidence)) > EVIDENCE_CHARS_MAX:
        raise EvidenceTooLarge


def _apply_changes(item: Any, changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        if name in _REFUSED_CHANGES:
            raise ValueError(f"{name} is written by the engine alone")
        setattr(item, name, value)
