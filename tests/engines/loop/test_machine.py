"""The engine against a plain model of a few dozen lines: any order of commands, batches and repeats."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.engines.loop.toy.loop import COLLEAGUE, HANDLER, LOOP, OFFICE, USUAL, limit_for, make_repairs
from tests.engines.loop.toy.models import Repair, RepairClock
from wenming.engines.loop.commands import Command, Outcome
from wenming.kernel.actors import Actor
from wenming.kernel.calendar import WorkCalendar
from wenming.kernel.clock import SHANGHAI

pytestmark = pytest.mark.django_db

START = datetime(2024, 2, 1, 2, 0, tzinfo=UTC)
CALENDAR = WorkCalendar()
DAY = timedelta(days=1)

# action: (sources, target), written once more by hand so that a slip in the flow's table shows.
TABLE = {
    "dispatch": (("filed",), "handling"),
    "suspend": (("handling",), "paused"),
    "continue": (("paused",), "handling"),
    "extend": (("handling", "paused"), ""),
    "report": (("handling",), "reported"),
    "return": (("reported",), "handling"),
    "close": (("reported",), "closed"),
    "void": (("filed", "handling", "paused"), "void"),
}


@dataclass
class Plain:
    """An item as a list of what happened to it, and the one clock that matters."""

    pk: int
    limit: int
    state: str = "filed"
    at: datetime = START
    actions: list[str] = field(default_factory=lambda: ["file"])
    reporter: Actor | None = None
    left: int = 0
    since: date | None = None
    due: datetime | None = None
    rounds: int = 0
    breaches: int = 0
    is_late: bool = False
    answers: dict[str, tuple[str, str, tuple[Any, ...]]] = field(default_factory=dict)

    @property
    def version(self) -> int:
        return len(self.actions)

    def refusal(self, action: str, by: Actor, at: datetime) -> str:
        if self.state not in TABLE[action][0]:
            return "loop.not_possible_now"
        if at < self.at:
            return "loop.happened_before_last"
        # The two of one unit are the only ones who share anything.
        is_check = action in ("return", "close") and self.reporter is not None
        return "loop.same_hands" if is_check and by.unit_id == self.reporter.unit_id else ""

    def carry_out(self, action: str, by: Actor, at: datetime) -> None:
        self.actions.append(action)
        self.state, self.at = TABLE[action][1] or self.state, at
        if action != "continue":
            self.note_breach(at)
        if action in ("suspend", "report", "void") and self.since:
            self.left -= days_used(self.since, at)
            self.since = None
        if action == "suspend":
            self.due = None
        if action == "extend":
            self.left += 2
        if action == "report":
            self.reporter = by
        if action in ("dispatch", "return"):
            self.left, self.rounds, self.is_late = self.limit, self.rounds + 1, False
        if action in ("dispatch", "return", "continue"):
            self.since = at.astimezone(SHANGHAI).date()
            self.due = at if self.left <= 0 else day_close(self.since, self.left)
        elif action == "extend" and self.since:
            self.due = day_close(self.since, self.left) if self.left > 0 else self.due

    def note_breach(self, at: datetime) -> None:
        if self.since and self.due and at > self.due and not self.is_late:
            self.is_late = True
            self.breaches += 1


def day_close(day: date, days: int) -> datetime:
    while days:
        day += DAY
        days -= CALENDAR.is_working_day(day)
    return datetime.combine(day, time(18), tzinfo=SHANGHAI)


def days_used(since: date, at: datetime) -> int:
    used, day = 0, since + DAY
    while datetime.combine(day, time(18), tzinfo=SHANGHAI) <= at:
        used += CALENDAR.is_working_day(day)
        day += DAY
    return used


# Most commands fit the state, or a run would hardly leave its beginning.
SELDOM = st.sampled_from([False] * 7 + [True])
COMMANDS = st.fixed_dictionaries(
    {
        "item": st.integers(0, 1),
        "action": st.sampled_from(sorted(TABLE)),
        "is_any_action": SELDOM,
        "by": st.sampled_from([OFFICE, OFFICE, HANDLER, COLLEAGUE]),
        "minutes": st.one_of(st.integers(0, 600), st.integers(0, 6 * 24 * 60)),
        "is_back_in_time": SELDOM,
        "key": st.integers(0, 3),
        "has_key": SELDOM,
        "is_stale": SELDOM,
    }
)


def fitting(item: Plain, given: dict[str, Any]) -> str:
    """The action given, or the next after it that the state allows; ends last, so that an item lives a while."""
    names = [name for name in sorted(TABLE) if item.state in TABLE[name][0] and name not in ("void", "close")]
    if given["is_any_action"] or not names:
        return str(given["action"])
    return next((name for name in names if name >= given["action"]), names[0])


class LoopMachine(RuleBasedStateMachine):
    @initialize(limits=st.tuples(*[st.integers(1, 5)] * 2))
    def file(self, limits: tuple[int, ...]) -> None:
        self.items: list[Plain] = []
        self.keyed: list[tuple[int, Command]] = []
        for limit in limits:
            item = make_repairs(1, at=START, limit_days=limit)[0]
            assert limit_for(item, "handle") is not None
            self.items.append(Plain(item.pk, limit))

    @rule(given=COMMANDS)
    def one(self, given: dict[str, Any]) -> None:
        self.act([given])

    @rule(batch=st.lists(COMMANDS, min_size=2, max_size=6))
    def many(self, batch: list[dict[str, Any]]) -> None:
        self.act(batch)

    @rule(back=st.integers(0, 5))
    def again(self, back: int) -> None:
        """A keyed command comes a second time, whatever has happened since."""
        if not self.keyed:
            return
        place, command = self.keyed[max(0, len(self.keyed) - 1 - back)]
        what = (command.action, command.by, command.happened_at)
        expected = self.answer(self.items[place], what, command.idempotency_key, is_stale=False)
        assert [seen(outcome) for outcome in LOOP.apply([command], by=OFFICE)] == [expected]

    def act(self, batch: list[dict[str, Any]]) -> None:
        """The model is asked step by step and the engine for all at once."""
        commands, expected = [], []
        for given in batch:
            item, by = self.items[given["item"]], given["by"]
            action = fitting(item, given)
            at = item.at - DAY if given["is_back_in_time"] else item.at + timedelta(minutes=given["minutes"])
            key = f"k{given['key']}" if given["has_key"] else ""
            stale = item.version + 1 if given["is_stale"] else None
            commands.append(
                Command(
                    item_id=item.pk,
                    action=action,
                    happened_at=at,
                    by=by,
                    idempotency_key=key,
                    expected_version=stale,
                    **USUAL.get(action, {}),
                )
            )
            if key and stale is None:
                self.keyed.append((given["item"], commands[-1]))
            expected.append(self.answer(item, (action, by, at), key, is_stale=stale is not None))
        outcomes = LOOP.apply(commands, by=OFFICE)
        assert [seen(outcome) for outcome in outcomes] == expected

    def answer(self, item: Plain, what: tuple[str, Any, Any], key: str, *, is_stale: bool) -> tuple[Any, ...]:
        action, by, at = what
        if key in item.answers:
            first_action, first_by, first = item.answers[key]
            if (first_action, first_by) != (action, by.id):
                return ("loop.key_already_used", item.state, item.version, False)
            code, state, version = first
            return (code, item.state, item.version, True) if code else (code, state, version, True)
        code = "loop.changed_meanwhile" if is_stale else item.refusal(action, by, at)
        if not code:
            item.carry_out(action, by, at)
        if key:
            item.answers[key] = (action, by.id, (code, item.state, item.version))
        return (code, item.state, item.version, False)

    @invariant()
    def items_stand_where_the_model_says(self) -> None:
        for item in self.items:
            stored = Repair.objects.get(pk=item.pk)
            assert (stored.state, stored.version, stored.seq) == (item.state, item.version, item.version)
            assert (stored.last_happened_at, stored.due_at) == (item.at, item.due)
            events = stored.events.order_by("seq")  # type: ignore[attr-defined]
            assert [event.action for event in events] == item.actions

    @invariant()
    def clocks_stand_where_the_model_says(self) -> None:
        for item in self.items:
            clocks = list(RepairClock.objects.filter(item=item.pk, stage="handle").order_by("round"))
            assert [clock.round for clock in clocks] == list(range(1, item.rounds + 1))
            assert sum(clock.is_breached for clock in clocks) == item.breaches
            is_open = [clock.stopped_at is None for clock in clocks]
            assert is_open[:-1] == [False] * (len(clocks) - 1 if clocks else 0)
            assert (bool(clocks) and is_open[-1]) == (item.state in ("handling", "paused"))

    @invariant()
    def chains_hold(self) -> None:
        assert LOOP.verify([item.pk for item in self.items]) == []


def seen(outcome: Outcome[Repair]) -> tuple[Any, ...]:
    return (outcome.error.code if outcome.error else "", outcome.state, outcome.version, outcome.is_replay)


def test_apply_as_the_plain_model_does() -> None:
    run_state_machine_as_test(
        LoopMachine,
        settings=settings(
            max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
