from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tests.engines.loop.toy.flow import FLOW
from tests.engines.loop.toy.models import Repair, RepairClock, RepairEvent
from wenming.engines.loop.commands import Command, New, Outcome
from wenming.engines.loop.engine import Loop
from wenming.kernel.actors import Actor, ActorKind
from wenming.kernel.calendar import Limit, LimitUnit

OFFICE = Actor(ActorKind.USER, "1", 10, "office")
HANDLER = Actor(ActorKind.USER, "2", 20, "liaison")
COLLEAGUE = Actor(ActorKind.USER, "3", 20, "liaison")


def limit_for(item: Repair, stage: str) -> Limit | None:
    if stage == "check" or item.limit_days is None:
        return None
    return Limit(item.limit_days, LimitUnit.WORKING_DAY)


LOOP = Loop(FLOW, item_model=Repair, event_model=RepairEvent, clock_model=RepairClock, limit_for=limit_for)


def make_repairs(count: int, *, at: datetime | None = None, limit_days: int | None = 3) -> list[Repair]:
    news = [New(item=Repair(title=f"第 {n} 件", limit_days=limit_days)) for n in range(count)]
    return LOOP.create(news, by=OFFICE, at=at)


def make_repair(*, at: datetime | None = None, limit_days: int | None = 3) -> Repair:
    return make_repairs(1, at=at, limit_days=limit_days)[0]


# What each action needs to be carried out, so that a test names only what it is about.
USUAL: dict[str, dict[str, Any]] = {
    "suspend": {"reason": "等材料"},
    "extend": {"reason": "雨天", "limits": {"handle": Limit(2, LimitUnit.WORKING_DAY)}},
    "report": {"evidence": {"photo": [7]}},
    "return": {"reason": "照片不清"},
    "void": {"reason": "重复登记"},
}


def step(item: Repair, action: str, *, by: Actor = OFFICE, at: datetime | None = None, **more: Any) -> Outcome[Repair]:
    return steps([item], action, by=by, at=at, **more)[0]


def steps(
    items: Sequence[Repair], action: str, *, by: Actor = OFFICE, at: datetime | None = None, **more: Any
) -> list[Outcome[Repair]]:
    given = {**USUAL.get(action, {}), **more}
    return LOOP.apply([Command(item_id=item.pk, action=action, **given) for item in items], by=by, at=at)
