"""Living cases of the twenty days before today, in every open state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from random import Random

from yearbook import lives, wording
from yearbook.cases import Case, Composer, number_all
from yearbook.clock import minutes
from yearbook.lives import Life, Limit
from yearbook.plan import Slot
from yearbook.words import COUNTIES

# what the desk should have to do: fate, number of cases
WANTED: tuple[tuple[str, int], ...] = (
    ("filed", 7),
    ("assigned", 9),
    ("assigned_overdue", 3),
    ("handling", 11),
    ("overdue", 7),
    ("due_today", 5),
    ("reported", 10),
    ("returned", 3),
    ("passed", 4),
    ("asks_extension", 1),
    ("asks_handback", 1),
)
OUTCOMES = {
    "assigned_overdue": "assigned",
    "overdue": "handling",
    "due_today": "handling",
    "asks_extension": "handling",
    "asks_handback": "assigned",
}


def living_cases(seed: int, composer: Composer, today: datetime) -> list[Case]:
    """`today` is the moment of looking: nine in the morning, Asia/Shanghai."""
    rng = Random(f"{seed}/recent/{today:%Y%m%d}")
    composer.rng = rng
    cases = [_one(rng, composer, today, fate) for fate, number in WANTED for _ in range(number)]
    cases.sort(key=lambda c: (c.book, c.found_at, c.description))
    number_all(cases)
    return cases


def _one(rng: Random, composer: Composer, today: datetime, fate: str) -> Case:
    outcome = OUTCOMES.get(fate, fate)
    source = rng.choices([c[0] for c in COUNTIES], weights=[c[3] for c in COUNTIES])[0]
    fits = _tests(today)[fate]
    for _ in range(5000):
        # The slot's month only shapes a throw-away life: the living one follows.
        case = composer.case(Slot(source, composer.year, 6, "filed"))
        limit = Limit(case.fault.limit, case.fault.limit_unit)
        found = _found(rng, today)
        life = lives.live(rng, found, limit, outcome)
        latest = life.latest()
        if (latest or found) <= today and fits(life):
            break
    else:
        raise ValueError(f"no living case fits {fate} before {today}")
    case.outcome, case.found_at, case.life = outcome, found, life
    case.territory = case.town.region.name
    case.department = case.fault.department
    case.report_note = wording.report_note(rng, case.fault) if life.reported_at else ""
    if fate == "asks_extension":
        case.extension_reason = "雨天无法施工，材料已订购，申请延期 3 个工作日。"
    if fate == "asks_handback":
        case.handback_reason = "经现场核实，该路段由市级单位管养，申请退回重新交办。"
    return case


def _found(rng: Random, today: datetime) -> datetime:
    # Three in four within the last week, as an inbox looks.
    days = rng.choice((0, 1, 1, 2, 3, 3, 4, 5, 6, 7, 9, 12, 15, 19))
    midnight = datetime.combine(today.date(), time())
    found = midnight - timedelta(days=days) + timedelta(hours=rng.choice((7, 8, 9, 10, 11, 14, 15, 16)))
    found += minutes(rng, 0, 59)
    return found if found < today else found - timedelta(days=1)


def _tests(today: datetime) -> dict[str, Callable[[Life], bool]]:
    end_of_day = datetime.combine(today.date(), time(23, 59))

    def is_overdue(life: Life) -> bool:
        return life.due_at is not None and life.due_at <= today

    def is_later(life: Life) -> bool:
        return life.due_at is not None and life.due_at > end_of_day

    def is_today(life: Life) -> bool:
        return life.due_at is not None and today < life.due_at <= end_of_day

    def is_any(life: Life) -> bool:
        return True

    return {
        "filed": is_any,
        "assigned": is_later,
        "assigned_overdue": is_overdue,
        "handling": is_later,
        "overdue": is_overdue,
        "due_today": is_today,
        "reported": is_any,
        "returned": is_any,
        "passed": is_any,
        "asks_extension": is_today,
        "asks_handback": is_later,
    }
