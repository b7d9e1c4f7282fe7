"""What a template may name, with an example of each: the page that lists it, and what a new template is tried with."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from wenming.outputs.papers.enums import Kind

_COMMON: Final[Mapping[str, Any]] = {
    "city": "和安市", "issuer": "和安市文明办", "masthead": "和安市文明城市创建督查通报", "contact": "李明", "phone": "0101234",
    "title": "关于2026年3月督查情况的通报", "unit": "梅溪街道办事处", "cc": "市城管局", "urgency": "急件",
    "due": "2026年3月12日", "cutoff": "2026年3月5日9时00分", "number": "创交〔2026〕15号", "date": "2026年3月5日",
}  # fmt: skip
_PROBLEM: Final[Mapping[str, Any]] = {
    "number": 1, "code": "2026-03-02-0007", "category": "市容环境", "site": "文昌路口", "address": "文昌路18号",
    "text": "垃圾桶满溢", "criterion": "Ⅱ-3-2", "request": "立行立改，报整改后同角度照片", "due": "2026年3月12日",
    "found": "2026年3月2日", "state": "处理中", "unit": "梅溪街道办事处", "photos": "1～2",
}  # fmt: skip
_COUNTS: Final[Mapping[str, Any]] = {
    "found": 14, "rectified": 12, "rectifying": 2, "late": 1, "rework": 1, "recurred": 0, "rate": "85.71%",
}  # fmt: skip
_RANKED: Final[Mapping[str, Any]] = {
    "unit": "梅溪街道办事处", **_COUNTS, "ordinal": "2", "before": "4", "moved": "升2位",
}  # fmt: skip
_PHOTO: Final[Mapping[str, Any]] = {"image": "（照片）", "caption": "1　文昌路口　2026年3月2日"}
_LATE: Final[Mapping[str, Any]] = {**_PROBLEM, "overdue": "3天"}

_OWN: Final[Mapping[Kind, Mapping[str, Any]]] = {
    Kind.ORDER: {
        "intro": "请按时限完成整改。", "problems": [_PROBLEM],
        "receipt": {"unit": "梅溪街道办事处", "name": "王芳", "time": "2026年3月6日9时00分"}, "photos_by_two": [[_PHOTO, _PHOTO]],
        "photo_rows": [[_PHOTO, _PHOTO, _PHOTO]],
    },
    Kind.REMINDER: {"intro": "下列问题已超过整改时限。", "problems": [_LATE]},
    Kind.SUPERVISION: {
        "intro": "下列问题已超过整改时限。", "problems": [_LATE], "matter": _LATE, "colour": "红色（超期）",
    },
    Kind.LIST: {"period": "2026年3月", "total": _COUNTS, "problems": [_PROBLEM], "left_out": 0},
    Kind.CIRCULAR: {
        "period": "2026年3月", "overview": "2026年3月，全市共发现问题14个。", "ranked_from": 10, "total": _COUNTS,
        "groups": [{"name": "属地", "rows": [_RANKED], "ranked": 1, "unranked": 0}],
        "units": [
            {
                "heading": "（一）梅溪街道办事处（14个）", "name": "梅溪街道办事处",
                "sites": [{"name": "文昌路口", "problems": ["（1）垃圾桶满溢", "（2）占道经营"]}],
            }
        ],
        "left_out": 0, "progress": "本期问题已整改12个。", "late_units": "没有超过时限的问题。",
        "next_steps": "请逐项整改。",
        "pair_rows": [{"unit": "梅溪街道办事处", "before": "（照片）", "after": "（照片）", "caption": "文昌路口"}],
    },
}  # fmt: skip


def sample_of(kind: Kind) -> dict[str, Any]:
    """One invented paper of this kind, as a template sees it."""
    return {**_COMMON, **_OWN[kind]}


def variables_of(kind: Kind) -> list[tuple[str, str]]:
    """Every name that a template of this kind may use, as it is written there, with an example."""
    return list(_walk(sample_of(kind), ""))


def _walk(values: Mapping[str, Any], owner: str) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        path = f"{owner}.{name}" if owner else name
        if isinstance(value, Mapping):
            yield from _walk(value, path)
        elif isinstance(value, list):
            item = value[0]
            yield f"{{%tr for {_item(name)} in {path} %}}", "…"
            if isinstance(item, Mapping):
                yield from _walk(item, _item(name))
            elif isinstance(item, list):
                yield from _walk(item[0], f"{_item(name)}[0]")
            else:
                yield f"{{{{ {_item(name)} }}}}", str(item)
        else:
            yield f"{{{{ {path} }}}}", str(value)


def _item(name: str) -> str:
    return {"problems": "p", "photos_by_two": "row", "photo_rows": "row", "pair_rows": "row", "groups": "group", "units": "u", "rows": "r",
            "sites": "site"}.get(name, "item")  # fmt: skip
