"""How the page of an item tells it: what happened, how the time was used, and what can be done now.

A programme gives its words and icons; photos and whatever else is its own it adds itself.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from wenming.engines.loop.flow import Flow
from wenming.engines.loop.models import LoopClock, LoopEvent
from wenming.kernel import clock
from wenming.kernel.actors import ActorKind
from wenming.kernel.calendar import LimitUnit, unit_span
from wenming.kernel.ui import times
from wenming.kernel.ui.forms import PlainForm
from wenming.kernel.ui.parts import Event, Step

DAY_UNITS: Final = (LimitUnit.WORKING_DAY, LimitUnit.CALENDAR_DAY)
SECOND_US: Final = 1_000_000
KEY_CHARS_MAX: Final = 40
VERSION_DIGITS_MAX: Final = 9


class ActForm(PlainForm):
    """The fields of one action; ids carry the action, because a page holds several. A subclass declares every field
    that some action asks for, `wanted` says which of them this one does."""

    def __init__(self, data: Any = None, *, action: str, wanted: Sequence[str], initial: Mapping[str, Any]) -> None:
        super().__init__(data, auto_id=f"act-{action}-%s", initial=dict(initial))
        self.action = action
        for name in list(self.fields):
            if name not in wanted:
                del self.fields[name]
        self.order_fields(list(wanted))

    def offer(self, name: str, options: Iterable[tuple[Any, Any]]) -> None:
        """What can be chosen in a field, where this action has it."""
        field = self.fields.get(name)
        if isinstance(field, forms.ChoiceField):
            field.choices = list(options)


@dataclass(frozen=True, slots=True)
class Act:
    """One button. A `form` without fields is posted at once, but where `is_asked_first`."""

    action: str
    label: str | Promise
    form: ActForm
    icon: str
    effect: str | Promise = ""
    is_danger: bool = False

    @property
    def is_asked_first(self) -> bool:
        return bool(self.form.fields) or bool(self.effect)


@dataclass(frozen=True, slots=True)
class Acts:
    """The buttons of a page's head, and what stands in its menu."""

    primary: Act | None
    second: Sequence[Act]
    menu: Sequence[Act]

    @property
    def every(self) -> list[Act]:
        return [*([self.primary] if self.primary else []), *self.second, *self.menu]

    def failed(self, form: ActForm | None) -> Act | None:
        """The act whose form came back with something wrong."""
        return next((act for act in self.every if form is not None and act.form is form), None)


def arranged(made: Mapping[str, Act], *, first: Sequence[str], second: Sequence[str]) -> Acts:
    """`made` by action; `first` is what is most wanted first, of which one is shown."""
    primary = next((action for action in first if action in made), None)
    rest = [act for action, act in made.items() if action != primary and action not in second]
    beside = [made[action] for action in second if action in made and action != primary]
    return Acts(made[primary] if primary else None, beside, rest)


def version_seen(text: str) -> int | None:
    """What the hidden field of a page's form carries."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= VERSION_DIGITS_MAX else None


def story(
    flow: Flow,
    events: Iterable[LoopEvent],
    *,
    units: Mapping[int, str],
    icons: Mapping[str, str],
    note: Callable[[LoopEvent], str],
) -> list[Event]:
    """In the order given; `note` says what the evidence of an event adds."""
    return [
        Event(
            icon=icons[event.action],
            title=flow.actions[event.action].label,
            at=event.happened_at,
            who=who(event, units),
            reason=event.reason,
            note=note(event),
        )
        for event in events
    ]


def who(event: LoopEvent, units: Mapping[int, str]) -> str:
    """The unit that acted; never a person's name."""
    unit = units.get(event.unit_id or 0, "")
    if event.actor_kind == ActorKind.LINK:
        return _("{unit}（通过链接）").format(unit=unit)
    words = {ActorKind.IMPORT: _("导入"), ActorKind.SYSTEM: _("系统"), ActorKind.RESIDENT: _("居民")}
    return unit or words.get(ActorKind(event.actor_kind), "")


def is_breached(each: LoopClock) -> bool:
    return each.due_at is not None and (each.stopped_at or clock.now()) > each.due_at


def steps(flow: Flow, clocks: Sequence[LoopClock], *, is_over: bool) -> list[Step]:
    """One step a stage with the latest of its clocks."""
    latest = {each.stage: each for each in clocks}
    now = clock.now()
    found = []
    for stage, label in flow.stages.items():
        each = latest.get(stage)
        if each is None:
            found.append(Step(label, "", "todo"))
        elif each.stopped_at is None and not is_over:
            left = times.left(each.due_at, now) if each.due_at is not None else None
            late = left is not None and left.tone == "late"
            words = left.text if left else (_("停走") if each.paused_at is not None else _("不限时"))
            found.append(Step(label, words, "late" if late or each.is_breached else "now"))
        else:
            found.append(Step(label, used_words(each), "late" if is_breached(each) else "done"))
    return found


def used_words(each: LoopClock) -> str:
    """What a stopped clock used, in its own unit."""
    unit = LimitUnit(each.limit_unit) if each.limit_unit else LimitUnit.URGENT_HOUR
    if unit in DAY_UNITS:
        days = max(0, round(each.used_us / SECOND_US / unit_span(unit).total_seconds()))
        return _("当天") if days == 0 else _("{n} 天").format(n=days)
    return times.span(max(0, each.used_us // SECOND_US))
