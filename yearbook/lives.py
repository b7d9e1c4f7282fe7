"""What happens to a case from its finding on, and when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from yearbook import clock
from yearbook.clock import at_work, between, minutes, wall

# outcome of a case -> the state that its sheet prints
STATES: dict[str, str] = {
    "closed": "结案",
    "late": "结案",
    "passed": "已整改待结案",
    "explained": "结案",
    "reported": "整改中",
    "returned": "整改中",
    "handling": "整改中",
    "assigned": "待签收",
    "filed": "待交办",
    "void": "作废",
    "void_duplicate": "作废",
}
# how many of assign, sign, report have been done, where the review has not
STEPS_TAKEN = {"filed": 0, "assigned": 1, "handling": 2, "reported": 3}
REVIEWED = frozenset({"closed", "late", "passed"})


@dataclass(slots=True)
class Life:
    """Naive Asia/Shanghai instants, whole minutes; None where it did not happen."""

    assigned_at: datetime | None = None
    due_at: datetime | None = None
    signed_at: datetime | None = None
    reported_at: datetime | None = None
    returned_at: datetime | None = None
    return_count: int = 0
    reviewed_at: datetime | None = None
    closed_at: datetime | None = None
    extended: bool = False

    def latest(self) -> datetime | None:
        # The deadline is a promise, not something that happened.
        happened = [
            self.assigned_at,
            self.signed_at,
            self.reported_at,
            self.returned_at,
            self.reviewed_at,
            self.closed_at,
        ]
        return max((moment for moment in happened if moment), default=None)


@dataclass(frozen=True, slots=True)
class Limit:
    amount: int
    unit: str

    @property
    def is_urgent(self) -> bool:
        return self.unit == "紧急工作时"


def live(rng: Random, found: datetime, limit: Limit, outcome: str) -> Life:
    life = Life()
    if outcome in ("void", "void_duplicate"):
        life.closed_at = at_work(rng, found + minutes(rng, 30, 2000))
        return life
    steps: tuple[Callable[[], None], ...] = (
        lambda: _assign(rng, life, found, limit),
        lambda: _sign(rng, life, limit),
        lambda: _report(rng, life),
    )
    for step in steps[: STEPS_TAKEN.get(outcome, len(steps))]:
        step()
    if outcome not in STEPS_TAKEN:
        _judge(rng, life, outcome)
    return life


def _judge(rng: Random, life: Life, outcome: str) -> None:
    if outcome == "returned" or rng.random() < 0.07:
        _return(rng, life)
    if outcome == "returned":
        life.reviewed_at = life.returned_at
        return
    _review(rng, life)
    if outcome != "passed":
        assert life.reviewed_at
        life.closed_at = at_work(rng, life.reviewed_at + minutes(rng, 3, 1200))


def live_over_new_year(rng: Random, found: datetime, limit: Limit, year: int) -> Life:
    """Found in December of the year before `year`, reviewed in its January."""
    life = Life()
    _assign(rng, life, found, limit)
    _sign(rng, life, limit)
    assert life.signed_at
    earliest = life.signed_at + minutes(rng, 20, 600)
    latest = wall(year, 1, 8, 12)
    life.reported_at = at_work(rng, between(rng, earliest, max(earliest, latest)))
    checked = between(rng, wall(year, 1, 2, 8), wall(year, 1, 13, 17))
    life.reviewed_at = at_work(rng, max(checked, life.reported_at + minutes(rng, 20, 600)))
    life.closed_at = at_work(rng, life.reviewed_at + minutes(rng, 3, 900))
    return life


def _assign(rng: Random, life: Life, found: datetime, limit: Limit) -> None:
    if limit.is_urgent:
        life.assigned_at = found + minutes(rng, 3, 40)
    else:
        life.assigned_at = at_work(rng, found + minutes(rng, 5, 240))
    life.due_at = clock.due_after(life.assigned_at, limit.amount, limit.unit)


def _sign(rng: Random, life: Life, limit: Limit) -> None:
    assert life.assigned_at
    assert life.due_at
    if limit.is_urgent:
        life.signed_at = life.assigned_at + minutes(rng, 2, 25)
    else:
        # Who has four hours signs sooner than who has five days.
        patience = 40 if limit.unit == "工作时" else 200
        life.signed_at = at_work(rng, life.assigned_at + minutes(rng, 3, patience))
    if rng.random() < 0.03:
        life.extended = True
        life.due_at = clock.due_after(life.due_at, 2, "工作日")


def _report(rng: Random, life: Life) -> None:
    assert life.signed_at
    assert life.due_at
    draw = rng.random()
    earliest = life.signed_at + minutes(rng, 8, 20)
    if draw < 0.89 and earliest < life.due_at:
        if draw < 0.01:
            # To the minute: on time includes the deadline itself.
            life.reported_at = life.due_at
            return
        wanted = between(rng, earliest, life.due_at)
        moved = at_work(rng, wanted)
        life.reported_at = moved if moved <= life.due_at else wanted
    else:
        late = max(life.due_at, earliest) + minutes(rng, 5, 60 * rng.choice((2, 8, 24, 70)))
        life.reported_at = at_work(rng, late)


def _return(rng: Random, life: Life) -> None:
    assert life.reported_at
    life.return_count = 2 if rng.random() < 0.15 else 1
    delay = minutes(rng, 30, 480) * (3 if life.return_count == 2 else 1)
    life.returned_at = at_work(rng, life.reported_at + delay)


def _review(rng: Random, life: Life) -> None:
    assert life.reported_at
    if life.returned_at:
        life.reviewed_at = at_work(rng, life.returned_at + minutes(rng, 240, 3000))
    else:
        life.reviewed_at = at_work(rng, life.reported_at + minutes(rng, 15, 1600))


def found_moment(rng: Random, year: int, month: int, channel: str, last_day: int) -> datetime:
    """A moment of finding: inspectors in daylight, residents at any hour."""
    first = wall(year, month, 1)
    for _ in range(20):
        day = first + timedelta(days=rng.randint(0, last_day - 1))
        if channel in ("市民热线", "居民上报"):
            hour = rng.choice((0, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23))
        else:
            hour = rng.choice((8, 8, 9, 9, 10, 10, 11, 14, 14, 15, 15, 16, 16, 17))
        if clock.is_workday(day.date()) or rng.random() < 0.35:
            break
    return day + timedelta(hours=hour, minutes=rng.randint(0, 59))
