"""What residents raised in the year: an opinion meeting with its sign-in sheet, and a book of appeals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from yearbook import clock, xlsx
from yearbook.units import Unit, units_of
from yearbook.world import Town, World

REPORT_SOLVED = 638
REPORT_STREETS = 10
REPORT_COMMUNITIES = 32
DEPARTMENTS_MET = 8
# Of a hundred that were raised, so many are solved by the end; the rest is explained, waits, or is still being handled.
SOLVED_IN_A_HUNDRED = 94
TOPIC = "文明创建征求意见会"
SOURCES = (("入户走访", 58), ("来电", 18), ("问卷调查", 14), ("征求意见会", 10))
MATTERS = (
    ("楼道灯不亮，晚上看不清台阶", "已换灯泡和声控开关。"),
    ("小区充电桩不够，有人飞线充电", "新装充电插座，已拆除飞线。"),
    ("垃圾桶少，早晚满溢", "增加两组垃圾桶，改为一日两清。"),
    ("人行道地砖松动，下雨溅水", "已重新铺平。"),
    ("楼顶漏水，报修后一直没人来", "维修队已补好防水，试水不漏。"),
    ("路边停车堵住消防通道", "已划线并加装隔离桩。"),
    ("健身器材坏了两样", "已更换配件，恢复使用。"),
    ("背街小巷没有路灯", "已加装路灯三盏。"),
    ("菜场门口占道经营，行人走机动车道", "已引导入市，安排人员值守。"),
    ("公厕晚上锁门太早", "开放时间延长到晚上十点。"),
)
OPEN_STATES = ("待交办", "办理中", "待确认", "已说明")


@dataclass(frozen=True, slots=True)
class Appeal:
    number: str
    raised: datetime
    source: str
    community: str
    text: str
    is_public: bool
    lead: str
    assigned: datetime | None
    answered: datetime | None
    answer: str
    said_by: str
    confirmed_by: str
    solved: datetime | None
    closed: datetime | None
    state: str

    def cells(self) -> list[object]:
        return [
            self.number,
            self.raised,
            self.source,
            self.community,
            self.text,
            "是" if self.is_public else "否",
            self.lead,
            self.assigned,
            self.answered,
            self.answer,
            self.said_by,
            self.confirmed_by,
            self.solved,
            self.closed,
            self.state,
        ]


HEADINGS = (
    *("编号", "反映时间", "来源", "社区（村）", "反映内容", "同意公开", "办理单位", "交办时间", "答复时间", "答复"),
    *("谁说解决", "确认单位", "确认时间", "办结时间", "状态"),
)


def held_on(year: int) -> date:
    return date(year, 5, 16)


def attending(seed: int, world: World) -> list[Unit]:
    """Streets and communities in the report's number, with the departments that matter most."""
    rng = Random(f"{seed}/meeting")
    units = units_of(world)
    streets = [unit for unit in units if unit.kind == "街道"]
    communities = [unit for unit in units if unit.kind == "社区"]
    departments = [unit for unit in units if unit.kind == "部门"]
    return [
        *rng.sample(streets, min(REPORT_STREETS, len(streets))),
        *rng.sample(communities, min(REPORT_COMMUNITIES, len(communities))),
        *departments[:DEPARTMENTS_MET],
    ]


def appeals_of(seed: int, year: int, world: World, scale: float) -> list[Appeal]:
    """By the time at which they were raised; those solved in the year are exactly the scaled number of the report."""
    rng = Random(f"{seed}/appeals")
    solved = max(1, round(REPORT_SOLVED * scale))
    others = max(len(OPEN_STATES), round(solved * 100 / SOLVED_IN_A_HUNDRED) - solved)
    states = ["已解决"] * solved + [OPEN_STATES[i % len(OPEN_STATES)] for i in range(others)]
    rng.shuffle(states)
    moments = sorted(_moments(rng, year, len(states)))
    towns = [town for town in world.towns if town.villages]
    made = zip(states, moments, strict=True)
    return [
        _appeal(rng, n, year, state=state, raised=at, town=rng.choice(towns)) for n, (state, at) in enumerate(made, 1)
    ]


def _moments(rng: Random, year: int, count: int) -> Iterator[datetime]:
    """Early enough that what is solved is so before the year ends."""
    for _each in range(count):
        day = date(year, 1, 2) + timedelta(days=rng.randrange(330))
        yield clock.wall(day.year, day.month, day.day, rng.randrange(8, 18), rng.randrange(60))


def _appeal(rng: Random, number: int, year: int, *, state: str, raised: datetime, town: Town) -> Appeal:
    source = rng.choices([name for name, _odds in SOURCES], weights=[odds for _name, odds in SOURCES])[0]
    if source == "征求意见会":
        day = held_on(year)
        raised = clock.wall(day.year, day.month, day.day, 9, number % 60)
    text, answer = rng.choice(MATTERS)
    community = town.region.name + rng.choice(town.villages).short
    steps = [raised]
    for hours in (rng.randrange(1, 20), rng.randrange(20, 90), rng.randrange(2, 60), rng.randrange(1, 40)):
        steps.append(steps[-1] + timedelta(hours=hours, minutes=rng.randrange(60)))
    _raised, assigned, answered, confirmed, closed = steps
    is_assigned, is_answered = state != "待交办", state in ("待确认", "已解决", "已说明")
    is_solved, is_over = state == "已解决", state in ("已解决", "已说明")
    return Appeal(
        number=f"{year}-{number:04}",
        raised=raised,
        source=source,
        community=community,
        text=text,
        is_public=rng.random() < 0.3,
        lead=town.region.name if is_assigned else "",
        assigned=assigned if is_assigned else None,
        answered=answered if is_answered else None,
        answer=answer if is_answered else "",
        said_by=("当事人" if rng.random() < 0.7 else "第二人") if is_solved else "",
        confirmed_by=f"{town.county.name}文明办" if is_over else "",
        solved=confirmed if is_solved else None,
        closed=closed if is_over else None,
        state=state,
    )


def write(path: Path, stamp: datetime, *, seed: int, year: int, world: World, scale: float) -> None:
    with xlsx.Book(path, stamp) as book:
        sheet = book.sheet("征求意见会")
        sheet.append(["日期", "会议主题", "地点", "召集单位"])
        sheet.append([held_on(year), TOPIC, "市文明办三楼会议室", "市文明办创建科"])
        sheet = book.sheet("签到")
        sheet.append(["会议日期", "参加单位"])
        for unit in attending(seed, world):
            sheet.append([held_on(year), unit.name])
        sheet = book.sheet("群众诉求")
        sheet.append(list(HEADINGS))
        for appeal in appeals_of(seed, year, world, scale):
            sheet.append(appeal.cells())
