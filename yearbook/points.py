"""The register of points (点位): where inspectors go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random

from yearbook import shapes, words, xlsx
from yearbook.world import Town, Village, World

URBAN, RURAL, BOTH = "u", "r", "ur"


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    letter: str  # which faults occur there: letters of faults.Fault.where
    area: str
    weight: int
    pattern: str
    department: str


KINDS: tuple[Kind, ...] = (
    Kind("主次干道", "r", BOTH, 10, "{road}（{side}段）", "市城市管理局"),
    Kind("交通路口", "x", BOTH, 6, "{road}与{road2}路口", "市公安局交警支队"),
    Kind("背街小巷", "r", URBAN, 8, "{road}{n}号巷", "市城市管理局"),
    Kind("居民小区", "c", BOTH, 12, "{compound}", "市住房和城乡建设局"),
    Kind("农贸市场", "m", BOTH, 5, "{town}{dir}农贸市场", "市市场监督管理局"),
    Kind("公交站点", "b", BOTH, 5, "{road}{side}公交站", "市交通运输局"),
    Kind("公交车", "b", URBAN, 1, "{n} 路公交车（{road}首末站）", "市交通运输局"),
    Kind("公园", "p", URBAN, 4, "{compound}西侧街心公园", "市园林绿化中心"),
    Kind("广场", "p", BOTH, 4, "{town}{dir}文化广场", "市文化旅游局"),
    Kind("公共文化设施", "p", BOTH, 2, "{town}综合文化站", "市文化旅游局"),
    Kind("医院", "s", BOTH, 2, "{town}卫生服务中心", "市卫生健康委员会"),
    Kind("商业大街", "s", URBAN, 5, "{road}商业街{side}段", "市城市管理局"),
    Kind("商场超市", "s", BOTH, 3, "{road}惠民购物中心", "市市场监督管理局"),
    Kind("城乡接合部", "v", BOTH, 3, "{village}与{road}接合部", ""),
    Kind("学校", "s", BOTH, 3, "{town}中心小学", "市教育体育局"),
    Kind("校园周边", "r", BOTH, 4, "{town}中心小学周边{side}", "市教育体育局"),
    Kind("宾馆饭店", "s", URBAN, 2, "{road}迎宾酒店", "市文化旅游局"),
    Kind("餐饮店", "s", BOTH, 4, "{shop}（{road}店）", "市市场监督管理局"),
    Kind("建筑工地", "s", BOTH, 4, "{road}{n}号地块工地", "市住房和城乡建设局"),
    Kind("政务大厅", "s", BOTH, 1, "{town}便民服务大厅", "市市场监督管理局"),
    Kind("新时代文明实践中心", "p", URBAN, 1, "{town}新时代文明实践中心", ""),
    Kind("新时代文明实践所（站）", "v", BOTH, 3, "{village}新时代文明实践站", ""),
    Kind("火车/汽车站", "s", BOTH, 1, "{town}汽车站", "市交通运输局"),
    Kind("社区", "c", URBAN, 5, "{village}居委会", "市民政局"),
    Kind("行政村", "v", RURAL, 8, "{village}村部", ""),
    Kind("乡镇", "v", RURAL, 3, "{town}集镇{dir}街片区", ""),
    Kind("营业厅", "s", BOTH, 1, "{road}供电营业厅", "和安市供电公司"),
    Kind("银行网点", "s", BOTH, 2, "{road}银行网点", ""),
)
SIDES = ("东", "西", "南", "北", "中")


@dataclass(slots=True)
class Spot:
    """A point of the register; lon and lat are None where the register lacks them."""

    number: str
    name: str
    kind: str
    letter: str
    region: int
    town: Town
    lon: float | None
    lat: float | None
    true_lon: float
    true_lat: float
    department: str


def points_of(seed: int, world: World, scale: float) -> list[Spot]:
    rng = Random(f"{seed}/points")
    growth = min(8.0, max(1.0, (scale / 0.02) ** 0.5))
    spots: list[Spot] = []
    for town in world.towns:
        area = URBAN if town.is_street else RURAL
        choice = [kind for kind in KINDS if area in kind.area]
        number = round(rng.randint(6, 10) * growth)
        taken: set[str] = set()
        for index, kind in enumerate(_kinds_in(rng, choice, number), 1):
            spot = _spot(rng, town, kind, index)
            while spot.name in taken:
                spot.name += rng.choice(("东区", "西区", "南侧", "北侧", "二期", "乙"))
            taken.add(spot.name)
            spots.append(spot)
    _make_every_kind_occur(rng, spots)
    for spot in rng.sample(spots, max(4, len(spots) // 60)):
        spot.lon = spot.lat = None
    for spot in rng.sample(spots, max(6, len(spots) // 25)):
        spot.department = ""
    return spots


def _kinds_in(rng: Random, choice: list[Kind], number: int) -> list[Kind]:
    return rng.choices(choice, weights=[kind.weight for kind in choice], k=number)


def _make_every_kind_occur(rng: Random, spots: list[Spot]) -> None:
    missing = [kind for kind in KINDS if kind.name not in {spot.kind for spot in spots}]
    for kind in missing:
        area = URBAN if URBAN in kind.area else RURAL
        town = rng.choice([s.town for s in spots if s.town.is_street == (area == URBAN)])
        index = 1 + sum(1 for spot in spots if spot.town is town)
        spots.append(_spot(rng, town, kind, index))


def _spot(rng: Random, town: Town, kind: Kind, index: int) -> Spot:
    village = rng.choice(town.villages)
    lon, lat = near(rng, town, village)
    road, other = rng.sample(town.roads, 2)
    name = kind.pattern.format(
        road=road,
        road2=other,
        n=rng.randint(1, 60),
        side=rng.choice(SIDES),
        compound=rng.choice(town.compounds),
        town=town.region.name,
        village=village.short,
        dir=rng.choice(("东", "西", "")),
        shop=rng.choice(words.SHOPS),
    )
    region = village.region.code if rng.random() < 0.9 else town.region.code
    number = f"DW{town.region.code // 1000}{index:03}"
    return Spot(number, name, kind.name, kind.letter, region, town, lon, lat, lon, lat, kind.department)


def near(rng: Random, town: Town, village: Village) -> tuple[float, float]:
    """A place some hundred metres from the village's middle, inside the town."""
    for _ in range(50):
        lon = round(village.lon + rng.gauss(0, 0.004), 6)
        lat = round(village.lat + rng.gauss(0, 0.0035), 6)
        if shapes.contains(town.ring, lon, lat):
            return lon, lat
    return village.lon, village.lat


def write_points(spots: list[Spot], path: Path, stamp: datetime) -> None:
    with xlsx.Book(path, stamp) as book:
        sheet = book.sheet("点位台账")
        sheet.append(
            [
                "点位编号",
                "点位名称",
                "点位类型",
                "所在区划代码",
                "经度",
                "纬度",
                "属地单位",
                "主管部门",
            ]
        )
        for spot in spots:
            sheet.append(
                [
                    spot.number,
                    spot.name,
                    spot.kind,
                    spot.region,
                    spot.lon,
                    spot.lat,
                    spot.town.region.name,
                    spot.department or None,
                ]
            )
