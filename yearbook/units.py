"""The units that answer for problems, their renames, and the accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from random import Random

from yearbook import words, xlsx
from yearbook.world import World


@dataclass(frozen=True, slots=True)
class Unit:
    code: str
    name: str
    kind: str
    parent: str
    region: int
    section: str


@dataclass(frozen=True, slots=True)
class Rename:
    old: str
    new: str
    on: date


@dataclass(frozen=True, slots=True)
class Account:
    username: str
    name: str
    unit: str
    role: str
    scope: int


def units_of(world: World) -> list[Unit]:
    city = world.city.code
    units = [Unit("HA-WMB", "市文明办", "市文明办", "", city, "")]
    units += [Unit(f"HA-KS-{i:02}", name, "科室", "市文明办", city, "") for i, name in enumerate(words.SECTIONS, 1)]
    units += [
        Unit(f"HA-BM-{i:02}", name, "部门", "市文明办", city, "市文明办创建科")
        for i, name in enumerate(words.DEPARTMENTS, 1)
    ]
    above = {"供水": "市住房和城乡建设局", "供电": "市文明办", "燃气": "市住房和城乡建设局", "环卫": "市城市管理局"}
    units += [
        Unit(f"HA-QY-{i:02}", name, "企业", above[name[3:5]], city, "市文明办创建科")
        for i, name in enumerate(words.COMPANIES, 1)
    ]
    for county in world.counties:
        office = f"{county.name}文明办"
        prefix = county.code // 10**6
        units.append(Unit(f"HA-XQ-{prefix}", office, "县文明办", "市文明办", county.code, "市文明办创建科"))
        for town in world.towns_of(county.code):
            kind = "街道" if town.is_street else "乡镇"
            code = town.region.code // 1000
            units.append(Unit(f"HA-XZ-{code}", town.region.name, kind, office, town.region.code, "市文明办督查科"))
            units += [
                Unit(
                    f"HA-SQ-{v.region.code}",
                    town.region.name + v.short,
                    "社区" if v.short.endswith("社区") else "村",
                    town.region.name,
                    v.region.code,
                    "",
                )
                for v in town.villages
            ]
    return units


def renames(year: int) -> list[Rename]:
    return [Rename(old, new, date(year, month, day)) for old, new, month, day in words.RENAMES]


def old_name(changes: list[Rename], name: str) -> Rename | None:
    return next((change for change in changes if change.new == name), None)


def person(rng: Random) -> str:
    given = "".join(rng.sample(words.GIVEN, rng.choice((1, 2, 2, 2))))
    return rng.choice(words.SURNAMES) + given


def accounts(seed: int, world: World) -> list[Account]:
    rng = Random(f"{seed}/people")
    city = world.city.code
    listed: list[Account] = []

    def add(username: str, unit: str, role: str, scope: int) -> None:
        listed.append(Account(username, person(rng), unit, role, scope))

    add("admin", "市文明办", "管理员", city)
    for number in (1, 2, 3):
        add(f"cjk{number:02}", "市文明办创建科", "市创建科", city)
    add("leader01", "市文明办", "领导", city)
    add("leader02", "市文明办", "领导", city)
    add("author01", "市文明办综合科", "笔杆子", city)
    add("author02", "市文明办宣教科", "笔杆子", city)
    for number in (1, 2, 3, 4):
        add(f"ducha{number:02}", "市文明办督查科", "督查员", city)
    for index, (name, _prefix, initials, _share) in enumerate(words.COUNTIES):
        county = world.counties[index]
        short = initials.lower()
        add(f"{short}wmb01", f"{name}文明办", "县文明办", county.code)
        add(f"{short}wmb02", f"{name}文明办", "县文明办", county.code)
        add(f"{short}dc01", f"{name}文明办", "督查员", county.code)
        for place, town in enumerate(world.towns_of(county.code), 1):
            add(f"{short}lly{place:02}", town.region.name, "联络员", town.region.code)
    for number, name in enumerate((*words.DEPARTMENTS, *words.COMPANIES), 1):
        add(f"bm{number:02}", name, "联络员", city)
    return listed


def write_units(world: World, year: int, path: Path, stamp: datetime) -> None:
    with xlsx.Book(path, stamp) as book:
        sheet = book.sheet("单位")
        sheet.append(["编码", "单位名称", "类型", "上级单位", "所在区划代码", "联系科室"])
        for unit in units_of(world):
            sheet.append([unit.code, unit.name, unit.kind, unit.parent, unit.region, unit.section])
        sheet = book.sheet("更名")
        sheet.append(["原名称", "现名称", "更名日期"])
        for change in renames(year):
            sheet.append([change.old, change.new, change.on])
        sheet = book.sheet("简称")
        sheet.append(["简称", "现名称"])
        for name, short in words.SHORT_NAMES.items():
            sheet.append([short, name])


def write_people(seed: int, world: World, path: Path, stamp: datetime) -> None:
    with xlsx.Book(path, stamp) as book:
        sheet = book.sheet("人员")
        sheet.append(["用户名", "姓名", "单位", "角色", "数据范围(区划代码)"])
        for account in accounts(seed, world):
            sheet.append([account.username, account.name, account.unit, account.role, account.scope])
