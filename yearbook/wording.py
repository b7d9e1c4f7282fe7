"""Sentences of the sheets: places, descriptions, replies, reasons."""

from __future__ import annotations

from random import Random

from yearbook import words
from yearbook.faults import Fault
from yearbook.world import Town

SIDES = ("东侧", "西侧", "南侧", "北侧", "入口处", "拐角处", "对面", "")
CLEANED = (
    "已安排人员清理完毕，现场恢复整洁。",
    "已清运，并落实专人每日巡查。",
    "环卫工人已到场清理，垃圾桶已更换。",
    "已组织志愿者集中清理，下步加强保洁频次。",
    "已冲洗地面，周边一并整治。",
)
REPAIRED = (
    "已修复，见整改后照片。",
    "维修人员已到场更换，恢复使用。",
    "已重新安装加固，经复查牢固。",
    "已联系产权单位更换到位。",
    "已修补完毕，围挡已撤除。",
)
PERSUADED = (
    "已劝导商户入店经营，现场已整改。",
    "执法队员到场教育，当事人已自行清理。",
    "已劝离，并安排早晚错时巡查。",
    "已下发整改通知书，现场已恢复。",
    "已规范停放，增设停车引导标识。",
)
VOIDS = (
    "不属于文明创建范围",
    "误报，现场核实无此问题",
    "定位错误，无法核实",
    "超出管辖范围，已移交邻市",
    "填报测试数据",
)
HOTLINE_OPENINGS = ("市民反映：", "市民来电称，", "来电人反映", "热线转办：")
HOTLINE_ENDINGS = ("，希望尽快处理。", "，多次反映未解决，请核实。", "，请相关部门处理并答复。", "，影响居民生活。")


def place(rng: Random, letter: str, town: Town) -> str:
    road, other = rng.sample(town.roads, 2)
    compound = rng.choice(town.compounds)
    village = rng.choice(town.villages).short
    number = rng.randint(2, 268)
    patterns: dict[str, tuple[str, ...]] = {
        "r": ("{road}{n}号门前", "{road}与{road2}交叉口", "{road}（近{road2}）", "{road}人行道"),
        "c": ("{compound}", "{compound}{m}号门口", "{village}{compound}"),
        "m": ("{town}菜市场", "{road}菜场", "{village}便民菜市"),
        "s": ("{road}{n}号", "{road}沿街商铺", "{road}商业综合体"),
        "p": ("{road}街头游园", "{village}文化广场", "{compound}南侧口袋公园"),
        "v": ("{village}村民组", "{village}文化广场", "{village}主干道", "{village}与{road}交界处"),
    }
    chosen = rng.choice(patterns[letter])
    return chosen.format(
        road=road,
        road2=other,
        n=number,
        m=rng.randint(1, 4),
        compound=compound,
        village=village,
        town=town.region.name,
    )


def describe(rng: Random, channel: str, where: str, fault: Fault) -> str:
    sentence = rng.choice(fault.sentences).format(
        side=rng.choice(SIDES),
        few=rng.randint(2, 6),
        many=rng.randint(8, 40),
        m=rng.randint(2, 15),
        cm=rng.choice((5, 8, 10, 12, 15, 20, 25)),
        bld=rng.randint(1, 28),
        unit=rng.randint(1, 4),
        floor=rng.randint(2, 6),
        shop=rng.choice(words.SHOPS),
    )
    if channel == "市民热线":
        return f"{rng.choice(HOTLINE_OPENINGS)}{where}{sentence}{rng.choice(HOTLINE_ENDINGS)}"
    mark = rng.choice(("，", "，", "：", "", "，"))
    return f"{where}{mark}{sentence}{rng.choice(('。', '。', '', '；请整改。'))}"


def report_note(rng: Random, fault: Fault) -> str:
    if fault.kind == "部件" or fault.name in ("道路破损", "公益广告破损", "围挡破损", "园路破损"):
        return rng.choice(REPAIRED)
    if fault.code.startswith("04") or fault.code.startswith("02"):
        return rng.choice(PERSUADED)
    return rng.choice(CLEANED)


def void_reason(rng: Random) -> str:
    return rng.choice(VOIDS)
