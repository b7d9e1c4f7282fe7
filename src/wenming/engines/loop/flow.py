"""A flow is a table that can be printed: from, action, who, guards, evidence, to, clocks."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from wenming.engines.loop.errors import FlowError, FlowMissing

Label = str | Promise

NEW: Final = ""
"""The source of a transition that creates an item."""
STAYS: Final = "="
"""The target of a transition that leaves the state as it is."""


@dataclass(frozen=True, slots=True)
class State:
    label: Label
    is_open: bool = True
    is_final: bool = False
    tone: str = "neutral"
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Guard:
    """A named condition of a transition.

    `check` takes a `Situation` and raises a DomainError. It must not query: what it needs of the past are the last
    acts named in `remembers`, which the engine reads for the whole batch at once, and what the programme put into the
    command's `known`.
    """

    name: str
    label: Label
    check: Callable[[Any], None]
    remembers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    action: str
    label: Label
    sources: tuple[str, ...]
    target: str
    who: str = ""
    """The permission that the programme checks; printed, not read by the engine."""
    who_label: Label = ""
    guards: tuple[Guard, ...] = ()
    evidence: tuple[str, ...] = ()
    """Keys that the command's evidence must hold, none of them empty."""
    needs_reason: bool = False
    starts: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    extends: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()

    def target_from(self, source: str) -> str:
        return source if self.target == STAYS else self.target

    @property
    def clock_verbs(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """In the order in which they are carried out: a stage may stop and start again in one step."""
        return (
            ("stop", self.stops),
            ("pause", self.pauses),
            ("extend", self.extends),
            ("resume", self.resumes),
            ("start", self.starts),
        )

    @property
    def touches_clocks(self) -> bool:
        return any(stages for _verb, stages in self.clock_verbs)


@dataclass(frozen=True)
class Row:
    """One transition as people read it."""

    action: str
    label: str
    sources: tuple[str, ...]
    target: str
    who: str
    guards: tuple[str, ...]
    evidence: tuple[str, ...]
    needs_reason: bool
    clocks: tuple[str, ...]

    def as_cells(self) -> list[str]:
        """In the order of `headings`."""
        reason = [_("原因")] if self.needs_reason else []
        listed = (self.guards, (*self.evidence, *reason), self.clocks)
        cells = [_("、").join(texts) or "—" for texts in (self.sources, *listed)]
        return [self.label, cells[0], self.target, self.who or "—", *cells[1:]]

    def as_dict(self) -> dict[str, Any]:
        return {name: list(v) if isinstance(v, tuple) else v for name, v in vars(self).items()}


def headings() -> list[str]:
    return [_("动作"), _("从"), _("到"), _("由谁"), _("条件"), _("要交"), _("计时")]


@dataclass(frozen=True)
class Flow:
    """Checked when it is made: a flow that exists holds together (raises FlowError with every fault).

    `stages` names the clocks, `evidence` the kinds of proof. The item's own deadline is that of the stage named by
    `deadline_stage`, also after it has stopped; without one it is the earliest of the running clocks.
    """

    name: str
    label: Label
    states: Mapping[str, State]
    transitions: tuple[Transition, ...]
    stages: Mapping[str, Label] = field(default_factory=dict)
    evidence: Mapping[str, Label] = field(default_factory=dict)
    deadline_stage: str = ""

    def __post_init__(self) -> None:
        faults = list(_faults(self))
        if faults:
            raise FlowError(self.name, faults)

    @cached_property
    def _by_action_and_source(self) -> dict[tuple[str, str], Transition]:
        return {(t.action, source): t for t in self.transitions for source in t.sources}

    @cached_property
    def actions(self) -> dict[str, Transition]:
        """Every action once; where an action has several rows, the first of them."""
        first: dict[str, Transition] = {}
        for transition in self.transitions:
            first.setdefault(transition.action, transition)
        return first

    def find(self, action: str, state: str) -> Transition | None:
        return self._by_action_and_source.get((action, state))

    def actions_from(self, state: str) -> list[Transition]:
        return [t for t in self.transitions if state in t.sources]

    def state_label(self, state: str) -> str:
        if state == NEW:
            return _("新登记")
        return str(self.states[state].label) if state in self.states else state

    def possible_from(self, state: str) -> str:
        """What can be done from a state, as people read it."""
        labels = [str(t.label) for t in self.actions_from(state)]
        return _("、").join(labels) if labels else _("没有可做的动作")

    def as_rows(self) -> list[Row]:
        return [self._row(transition) for transition in self.transitions]

    def _row(self, t: Transition) -> Row:
        verbs = {
            "stop": _("停：{stage}"),
            "pause": _("暂停：{stage}"),
            "extend": _("延长：{stage}"),
            "resume": _("继续：{stage}"),
            "start": _("起：{stage}"),
        }
        clocks = [verbs[verb].format(stage=self.stages[stage]) for verb, stages in t.clock_verbs for stage in stages]
        return Row(
            action=t.action,
            label=str(t.label),
            sources=tuple(self.state_label(source) for source in t.sources),
            target=_("不变") if t.target == STAYS else self.state_label(t.target),
            who=str(t.who_label) or t.who,
            guards=tuple(str(guard.label) for guard in t.guards),
            evidence=tuple(str(self.evidence[kind]) for kind in t.evidence),
            needs_reason=t.needs_reason,
            clocks=tuple(clocks),
        )


# Checking ------------------------------------------------------------------


def _faults(flow: Flow) -> Iterator[str]:
    yield from _unknown_names(flow)
    yield from _duplicates(flow)
    yield from _bad_ends(flow)
    yield from _stage_faults(flow)
    reached = _reached(flow)
    yield from (f"state {state} is unreachable" for state in flow.states if state not in reached)


def _unknown_names(flow: Flow) -> Iterator[str]:
    for t in flow.transitions:
        if not t.sources:
            yield f"{t.action} starts nowhere"
        for source in t.sources:
            if source != NEW and source not in flow.states:
                yield f"{t.action} comes from unknown state {source}"
        if t.target != STAYS and t.target not in flow.states:
            yield f"{t.action} leads to unknown state {t.target}"
        if t.target == STAYS and NEW in t.sources:
            yield f"{t.action} creates an item without a state"
        for kind in t.evidence:
            if kind not in flow.evidence:
                yield f"{t.action} asks for unknown evidence {kind}"
        for guard in t.guards:
            for action in guard.remembers:
                if all(action != other.action for other in flow.transitions):
                    yield f"guard {guard.name} remembers unknown action {action}"


def _duplicates(flow: Flow) -> Iterator[str]:
    seen: set[tuple[str, str]] = set()
    for t in flow.transitions:
        for source in t.sources:
            if (t.action, source) in seen:
                yield f"{t.action} from {source or 'new'} is given twice"
            seen.add((t.action, source))


def _bad_ends(flow: Flow) -> Iterator[str]:
    if not any(NEW in t.sources for t in flow.transitions):
        yield "nothing creates an item"
    leaves: dict[str, bool] = defaultdict(bool)
    for t in flow.transitions:
        for source in t.sources:
            leaves[source] |= t.target_from(source) != source
    for name, state in flow.states.items():
        if state.is_final and leaves[name]:
            yield f"final state {name} can be left"
        if state.is_final and state.is_open:
            yield f"final state {name} is open"
        if not state.is_final and not leaves[name]:
            yield f"state {name} cannot be left and is not final"


def _stage_faults(flow: Flow) -> Iterator[str]:
    started = {stage for t in flow.transitions for stage in t.starts}
    for t in flow.transitions:
        for verb, stages in t.clock_verbs:
            for stage in stages:
                if stage not in flow.stages:
                    yield f"{t.action} names unknown stage {stage}"
                elif stage not in started:
                    yield f"{t.action} would {verb} {stage}, which nothing starts"
    if flow.deadline_stage and flow.deadline_stage not in started:
        yield f"deadline stage {flow.deadline_stage} is never started"


def _reached(flow: Flow) -> set[str]:
    reached: set[str] = set()
    frontier = [NEW]
    while frontier:
        state = frontier.pop()
        for t in flow.actions_from(state):
            target = t.target_from(state)
            if target not in reached:
                reached.add(target)
                frontier.append(target)
    return reached


# Registry -------------------------------------------------------------------

_registered: dict[str, Flow] = {}


def register(flow: Flow) -> Flow:
    """Makes the flow known to `wenming flow` and to its page; answers it, so that it can be assigned."""
    known = _registered.setdefault(flow.name, flow)
    if known is not flow:
        raise ValueError(f"two flows are named {flow.name}")
    return flow


def registered() -> dict[str, Flow]:
    return dict(sorted(_registered.items()))


def named(name: str) -> Flow:
    """Raises FlowMissing, which names those that are there."""
    if name not in _registered:
        raise FlowMissing(known=_("、").join(registered()) or "—")
    return _registered[name]
