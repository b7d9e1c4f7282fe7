"""Cases composed from the plan: where, what, who, and how it went."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from yearbook import clock, faults, lives, shapes, wording, words
from yearbook.faults import Fault
from yearbook.lives import Life, Limit
from yearbook.plan import HOTLINE, Slot
from yearbook.points import Spot, near
from yearbook.units import Rename, old_name
from yearbook.world import Town, World

FAULTS: tuple[Fault, ...] = faults.load()
CRITERIA: dict[str, str] = {
    "道路破损": "07-01-01",
    "非机动车乱停": "07-04-02",
    "机动车乱停": "07-04-02",
    "公共厕所": "07-02-01",
    "飞线充电": "07-03-02",
    "线缆垂落": "07-03-02",
    "店外经营": "07-03-01",
    "非法小广告": "07-03-01",
    "占消防通道": "08-01-01",
    "垃圾未分类": "07-06-01",
    "违规养犬": "06-06-01",
    "临街立面不洁": "07-03-03",
    "乱堆物料": "07-05-01",
    "道路积水": "07-05-02",
    "路灯": "07-01-03",
}
CHANNELS = ("督查员巡查", "居民上报", "测评反馈", "单位自查", "县区巡查")
CHANNEL_ODDS = (62, 12, 8, 6, 12)


@dataclass(slots=True)
class Case:
    """One true case; `book` is the source whose workbook first lists it."""

    number: str
    book: str
    outcome: str
    found_at: datetime
    channel: str
    town: Town
    spot: Spot | None
    place: str
    fault: Fault
    description: str
    true_lon: float
    true_lat: float
    lon: float | None
    lat: float | None
    territory: str
    department: str
    lead: str
    life: Life
    criterion: str = ""
    report_note: str = ""
    void_reason: str = ""
    photo_before: str = ""
    photo_after: str = ""
    extension_reason: str = ""
    handback_reason: str = ""
    marks: set[str] = field(default_factory=set)

    @property
    def state(self) -> str:
        return lives.STATES[self.outcome]

    @property
    def review_result(self) -> str:
        if self.outcome in lives.REVIEWED:
            return "通过"
        return {"returned": "退回", "explained": "说明结案"}.get(self.outcome, "")


class Composer:
    """Makes cases of slots for one city and its registers."""

    def __init__(self, seed: int, year: int, world: World, spots: list[Spot], changes: list[Rename]) -> None:
        self.rng = Random(f"{seed}/cases/{year}")
        self.world = world
        self.year = year
        self.changes = changes
        self.spots: dict[tuple[int, str], list[Spot]] = defaultdict(list)
        self.spots_of_town: dict[int, list[Spot]] = defaultdict(list)
        for spot in spots:
            self.spots_of_town[spot.town.region.code].append(spot)
        self.by_letter: dict[str, list[Fault]] = defaultdict(list)
        for fault in FAULTS:
            for letter in fault.where:
                self.by_letter[letter].append(fault)
        self.by_letter["x"] += self.by_letter["r"]
        self.horizon = clock.wall(year + 1, 1, 18, 17)

    def compose(self, planned: list[Slot]) -> list[Case]:
        cases = [self.case(slot) for slot in planned]
        cases.sort(key=lambda c: (c.book, c.found_at, c.description))
        number_all(cases)
        self._point_duplicates_back(cases)
        return cases

    def case(self, slot: Slot) -> Case:
        rng = self.rng
        town = self._town(slot.source)
        channel = "市民热线" if slot.source == HOTLINE else rng.choices(CHANNELS, CHANNEL_ODDS)[0]
        spot = None
        if channel != "市民热线" and rng.random() < 0.72:
            spot = rng.choice(self.spots_of_town[town.region.code])
        letter = spot.letter if spot else rng.choice("rrccmsp" if town.is_street else "rvvcm")
        choice = self.by_letter[letter]
        fault = rng.choices(choice, weights=[f.weight for f in choice])[0]
        found_at, life = self._life(slot, channel, fault)
        place = spot.name if spot else wording.place(rng, letter, town)
        lon, lat = self._position(town, spot)
        shown = channel != "市民热线" or rng.random() < 0.4
        department = fault.department
        if spot and spot.department and rng.random() < 0.3:
            department = spot.department
        return Case(
            number="",
            book=slot.source,
            outcome=slot.outcome,
            found_at=found_at,
            channel=channel,
            town=town,
            spot=spot,
            place=place,
            fault=fault,
            description=wording.describe(rng, channel, place, fault),
            true_lon=lon,
            true_lat=lat,
            lon=lon if shown else None,
            lat=lat if shown else None,
            territory=self._name_then(town.region.name, found_at),
            department=self._name_then(department, found_at),
            lead=fault.lead,
            life=life,
            criterion=CRITERIA.get(fault.name, "") if rng.random() < 0.6 else "",
            report_note=wording.report_note(rng, fault) if life.reported_at else "",
            void_reason=wording.void_reason(rng) if slot.outcome == "void" else "",
        )

    def _town(self, source: str) -> Town:
        rng = self.rng
        name = source
        if source == HOTLINE:
            name = rng.choices([c[0] for c in words.COUNTIES], weights=[c[3] for c in words.COUNTIES])[0]
        towns = [town for town in self.world.towns if town.county.name == name]
        return rng.choices(towns, weights=[3 if town.is_street else 1 for town in towns])[0]

    def _position(self, town: Town, spot: Spot | None) -> tuple[float, float]:
        if spot is None:
            return near(self.rng, town, self.rng.choice(town.villages))
        for _ in range(20):
            lon = round(spot.true_lon + self.rng.gauss(0, 0.0002), 6)
            lat = round(spot.true_lat + self.rng.gauss(0, 0.0002), 6)
            if shapes.contains(town.ring, lon, lat):
                return lon, lat
        return spot.true_lon, spot.true_lat

    def _life(self, slot: Slot, channel: str, fault: Fault) -> tuple[datetime, Life]:
        limit = Limit(fault.limit, fault.limit_unit)
        days = {2: 28, 4: 30, 6: 30, 9: 30, 11: 30}.get(slot.month, 31)
        if slot.year > self.year:
            days = 8
        for attempt in range(200):
            last_day = max(2, days - attempt // 3)
            found = lives.found_moment(self.rng, slot.year, slot.month, channel, last_day)
            if slot.outcome == "late":
                if found.day < 10:
                    continue
                life = lives.live_over_new_year(self.rng, found, limit, slot.year + 1)
            else:
                life = lives.live(self.rng, found, limit, slot.outcome)
            if self._fits(slot, life):
                return found, life
        raise ValueError(f"no life fits {slot}")

    def _fits(self, slot: Slot, life: Life) -> bool:
        latest = life.latest()
        if latest and latest > self.horizon:
            return False
        if slot.outcome in ("closed", "passed", "explained") and slot.year == self.year:
            return life.reviewed_at is not None and life.reviewed_at.year == self.year
        return True

    def _name_then(self, name: str, moment: datetime) -> str:
        """The unit's name as the sheet of that day has it; one in eight still writes the old one."""
        change = old_name(self.changes, name)
        if change is None:
            return name
        return change.old if moment.date() < change.on or self.rng.random() < 0.125 else name

    def _point_duplicates_back(self, cases: list[Case]) -> None:
        by_book: dict[str, list[Case]] = defaultdict(list)
        for case in cases:
            earlier = by_book[case.book]
            if case.outcome == "void_duplicate":
                if not earlier:
                    case.void_reason = "重复上报"
                    continue
                original = self.rng.choice(earlier[-25:])
                case.fault, case.place, case.spot = original.fault, original.place, original.spot
                case.town = original.town
                case.territory = self._name_then(original.town.region.name, case.found_at)
                case.true_lon, case.true_lat = original.true_lon, original.true_lat
                case.lon, case.lat = original.lon, original.lat
                case.description = wording.describe(self.rng, case.channel, case.place, case.fault)
                case.void_reason = self.rng.choice(("重复，与 {} 重复", "重复上报，原编号 {}")).format(original.number)
            elif not case.outcome.startswith("void"):
                earlier.append(case)


def number_all(cases: list[Case]) -> None:
    """Numbers in order of finding, one series for each source and day."""
    series: dict[tuple[str, str], int] = defaultdict(int)
    prefixes = {name: (initials, code % 100) for name, code, initials, _ in words.COUNTIES}
    for case in cases:
        day = case.found_at.strftime("%Y%m%d")
        series[case.book, day] += 1
        serial = series[case.book, day]
        if case.book == HOTLINE:
            case.number = f"RX{day}{serial:04}"
        elif case.book in ("栖岭市", "石渡县"):
            # These two number with digits only, so their sheets hold numbers.
            case.number = f"{prefixes[case.book][1]}{day}{serial:04}"
        else:
            case.number = f"{prefixes[case.book][0]}-{day}-{serial:03}"
