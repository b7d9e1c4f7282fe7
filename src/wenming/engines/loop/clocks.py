"""Clocks in segments: what a step does to the clocks of an item."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from wenming.engines.loop.commands import Until
from wenming.engines.loop.errors import ExtensionUnusable, NothingToExtend
from wenming.engines.loop.flow import Flow, Transition
from wenming.engines.loop.models import LoopClock
from wenming.kernel.calendar import LIMIT_VALUE_MAX, Limit, LimitUnit, WorkCalendar
from wenming.kernel.clock import to_us

_MICROSECOND: Final = timedelta(microseconds=1)

Trace = list[list[Any]]


def limit_of(clock: LoopClock) -> Limit | None:
    if clock.limit_value is None:
        return None
    return Limit(clock.limit_value, LimitUnit(clock.limit_unit))


def set_due(clock: LoopClock, calendar: WorkCalendar) -> None:
    """Sets the deadline of a running clock from what is left of its limit; a paused one has none.

    Without a limit it stays what it is: nothing, or the moment that somebody named, which no pause moves.
    """
    limit = limit_of(clock)
    if limit is None:
        return
    if clock.running_since is None:
        clock.due_at, clock.is_provisional = None, False
        return
    left = limit.span - clock.used_us * _MICROSECOND
    deadline = calendar.add_span(clock.running_since, left, limit.unit)
    clock.due_at, clock.is_provisional = deadline.at, deadline.is_provisional


def note_breach(clock: LoopClock, at: datetime) -> None:
    if clock.due_at is not None and at > clock.due_at:
        clock.is_breached = True


def start(clock: LoopClock, limit: Limit | Until | None, at: datetime, calendar: WorkCalendar) -> None:
    clock.started_at = clock.running_since = at
    if isinstance(limit, Until):
        clock.due_at = limit.at
    elif limit is not None:
        clock.limit_value, clock.limit_unit = limit.value, limit.unit.value
        set_due(clock, calendar)


def _end_segment(clock: LoopClock, at: datetime, calendar: WorkCalendar) -> None:
    if clock.running_since is None:
        return
    unit = LimitUnit(clock.limit_unit) if clock.limit_unit else LimitUnit.URGENT_HOUR
    clock.used_us += _signed_us(clock.running_since, at, unit, calendar)
    clock.running_since = None


def _signed_us(since: datetime, until: datetime, unit: LimitUnit, calendar: WorkCalendar) -> int:
    """What is used between two instants; less than nothing where `until` comes first."""
    if until < since:
        return -_signed_us(until, since, unit, calendar)
    return calendar.worked_between(since, until, unit) // _MICROSECOND


def pause(clock: LoopClock, at: datetime, calendar: WorkCalendar) -> None:
    """While a clock is paused it has no deadline; what is left of it runs on from the day it is resumed."""
    note_breach(clock, at)
    _end_segment(clock, at, calendar)
    clock.paused_at = at
    clock.pause_count += 1
    set_due(clock, calendar)


def resume(clock: LoopClock, at: datetime, calendar: WorkCalendar) -> None:
    clock.paused_at, clock.running_since = None, at
    set_due(clock, calendar)


def extend(clock: LoopClock, addition: Limit, at: datetime, calendar: WorkCalendar) -> None:
    """An extension moves the deadline; a breach that has happened before it stays noted.

    Where the deadline is a moment that somebody named, the clock becomes one with a limit that runs from that moment.
    """
    note_breach(clock, at)
    if clock.limit_value is None and clock.due_at is not None:
        clock.limit_unit = addition.unit.value
        if clock.running_since is not None:
            clock.running_since, clock.used_us = clock.due_at, 0
        elif clock.paused_at is not None:
            clock.used_us = _signed_us(clock.due_at, clock.paused_at, addition.unit, calendar)
    clock.limit_value = (clock.limit_value or 0) + addition.value
    clock.extended_value += addition.value
    clock.extension_count += 1
    set_due(clock, calendar)


def stop(clock: LoopClock, at: datetime, calendar: WorkCalendar) -> None:
    """A stopped clock keeps its last deadline beside `stopped_at`, so that both can be shown."""
    note_breach(clock, at)
    _end_segment(clock, at, calendar)
    clock.paused_at, clock.stopped_at = None, at


class ItemClocks:
    """The clocks of one item, changed in memory; `touched` are those that must be written."""

    def __init__(self, model: type[LoopClock], item: Any, clocks: list[LoopClock]) -> None:
        self._model, self._item = model, item
        self._clocks = clocks
        self.touched: dict[int, LoopClock] = {}

    def carry_out(
        self,
        transition: Transition,
        limits: Mapping[str, Limit | Until],
        at: datetime,
        calendar: WorkCalendar,
        flow: Flow,
    ) -> Trace:
        """What the step did, as the event keeps it. Raises before anything is changed."""
        for stage in transition.extends:
            self._check_extension(stage, limits.get(stage), flow)
        trace: Trace = []
        for verb, stages in transition.clock_verbs:
            for stage in stages:
                clock = self._do(verb, stage, limits.get(stage), at, calendar)
                if clock is not None:
                    self.touched[id(clock)] = clock
                    trace.append(_trace_of(verb, clock))
        return trace

    def _do(
        self, verb: str, stage: str, limit: Limit | Until | None, at: datetime, calendar: WorkCalendar
    ) -> LoopClock | None:
        """The clock that was changed; None where there was nothing to stop, pause or resume."""
        clock = self._open(stage)
        if verb == "start":
            if clock is not None:
                stop(clock, at, calendar)
                self.touched[id(clock)] = clock
            return self._start(stage, limit, at, calendar)
        if clock is None:
            return None
        if verb == "stop":
            stop(clock, at, calendar)
        elif verb == "extend" and isinstance(limit, Limit):
            extend(clock, limit, at, calendar)
        elif verb == "pause" and clock.paused_at is None:
            pause(clock, at, calendar)
        elif verb == "resume" and clock.paused_at is not None:
            resume(clock, at, calendar)
        else:
            return None
        return clock

    def _check_extension(self, stage: str, addition: Limit | Until | None, flow: Flow) -> None:
        clock = self._open(stage)
        if clock is None or (clock.limit_value is None and clock.due_at is None):
            raise NothingToExtend(stage=flow.stages[stage])
        is_usable = (
            isinstance(addition, Limit)
            and addition.unit == (clock.limit_unit or addition.unit)
            and (clock.limit_value or 0) + addition.value <= LIMIT_VALUE_MAX
        )
        if not is_usable:
            raise ExtensionUnusable(fields={"limits": ExtensionUnusable.message})

    def _start(self, stage: str, limit: Limit | Until | None, at: datetime, calendar: WorkCalendar) -> LoopClock:
        rounds = sum(clock.stage == stage for clock in self._clocks)
        make: Any = self._model
        clock: LoopClock = make(item=self._item, stage=stage, round=rounds + 1)
        start(clock, limit, at, calendar)
        self._clocks.append(clock)
        return clock

    def _open(self, stage: str) -> LoopClock | None:
        for clock in reversed(self._clocks):
            if clock.stage == stage and clock.stopped_at is None:
                return clock
        return None

    def deadline(self, stage: str) -> tuple[datetime | None, bool]:
        """The item's own deadline: of the latest run of `stage`, or the earliest of all that run."""
        if stage:
            mine = [clock for clock in self._clocks if clock.stage == stage]
            return (mine[-1].due_at, mine[-1].is_provisional) if mine else (None, False)
        running = [c for c in self._clocks if c.running_since is not None]
        due = [(c.due_at, c.is_provisional) for c in running if c.due_at is not None]
        return min(due, default=(None, False))


def _trace_of(verb: str, clock: LoopClock) -> list[Any]:
    due_us = to_us(clock.due_at) if clock.due_at else None
    return [verb, clock.stage, clock.limit_value, clock.limit_unit, due_us]
