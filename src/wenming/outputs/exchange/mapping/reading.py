"""Checks a mapping file and says every fault at once, each with its line and key."""

import codecs
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Final, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from wenming.foundation.people.enums import UnitKind
from wenming.outputs.exchange.errors import BadMapping
from wenming.outputs.exchange.mapping.model import (
    EXCEL_DATES,
    Mapping,
    StatusRule,
    Target,
    UnitRule,
    UnknownUnits,
)
from wenming.outputs.exchange.mapping.nodes import Fault, Node, NotAMapping, children_of, parse
from wenming.programmes.problems.enums import Channel

KINDS: Final = ("requests", "messages")
FIELDS: Final = (
    "key",
    "title",
    "description",
    "type_name",
    "found_at",
    "due_at",
    "status",
    "status_at",
    "closed_at",
    "lead",
    "channel",
    "address",
    "lat",
    "lon",
)
REQUIRED_FIELDS: Final = ("key", "title", "found_at")
TIME_FIELDS: Final = ("found_at", "status_at", "closed_at")
TOP_KEYS: Final = (
    "kind",
    "source",
    "encoding",
    "time_zone",
    "dates",
    "columns",
    "channel",
    "channels",
    "triage",
    "statuses",
    "places",
    "units",
)
NEEDS_LEAD: Final = (Target.DISPATCHED, Target.HANDLING)
_SOURCE: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,29}")
_UNIT_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,23}")
_TRUTHS: Final = {"true": True, "yes": True, "false": False, "no": False}
PATTERN_CHARACTERS_MAX: Final = 200

EnumT = TypeVar("EnumT", bound=Enum)
T = TypeVar("T")


def read_mapping(path: Path, *, kind: str) -> Mapping:
    """The mapping in `path`, which must be one for `kind`. Raises BadMapping with all faults."""
    try:
        top = parse(path.read_bytes())
    except NotAMapping as error:
        raise _bad(path, [error.fault]) from error
    reader = _Reader(top)
    mapping = reader.mapping(kind)
    if reader.faults:
        raise _bad(path, sorted(reader.faults, key=lambda fault: fault.line))
    return mapping


def _bad(path: Path, faults: Sequence[Fault]) -> BadMapping:
    fields = {f"{path.name}:{fault.line} {fault.path}".strip(): fault.text for fault in faults}
    return BadMapping(file=path.name, faults=_("；").join(str(fault) for fault in faults), fields=fields)


class _Reader:
    """Collects faults instead of stopping at the first; what it returns after a fault is of no use."""

    def __init__(self, top: dict[str, Node]) -> None:
        self._top = Node(top, 1, "")
        self.faults: list[Fault] = []

    def mapping(self, kind: str) -> Mapping:
        top = self._keys(self._top, TOP_KEYS, required=("kind", "source", "columns", "dates"))
        if "kind" in top:
            said = self._one_of(top["kind"], KINDS)
            if said in KINDS and said != kind:
                self._fault(top["kind"], _("这是 {said} 的映射，不是 {kind} 的").format(said=said, kind=kind))
        columns = self._columns(top.get("columns"))
        places = self._keys(top.get("places"), ("placeholders", "address_patterns", "missing_address"))
        return Mapping(
            kind=kind,
            source=self._matching(top.get("source"), _SOURCE, _("写小写字母、数字、点和短横，最多 30 个")),
            columns=columns,
            dates=tuple(self._date_format(node) for node in self._list(top.get("dates"))),
            zone=self._zone(top.get("time_zone")),
            encoding=self._encoding(top.get("encoding")),
            channel=self._enum(top.get("channel"), Channel, Channel.IMPORT),
            channels=self._channels(top.get("channels"), columns),
            needs_triage=self._truth(top.get("triage")),
            statuses=self._statuses(top.get("statuses"), columns),
            placeholders=tuple(self._position(node) for node in self._list(places.get("placeholders"))),
            addresses=tuple(self._pattern(node) for node in self._list(places.get("address_patterns"))),
            missing_address=self._text(places["missing_address"]) if "missing_address" in places else _("未注明地点"),
            units=self._units(top.get("units")),
        )

    # Parts ------------------------------------------------------------------

    def _columns(self, node: Node | None) -> dict[str, tuple[str, ...]]:
        found = self._keys(node, FIELDS, required=REQUIRED_FIELDS)
        columns: dict[str, tuple[str, ...]] = {}
        for name, below in found.items():
            columns[name] = tuple(self._text(item) for item in self._list(below))
            if not all(columns[name]):
                self._fault(below, _("要写列名"))
        if ("lat" in columns) != ("lon" in columns) and node is not None:
            self._fault(node, _("lat 和 lon 要成对"))
        return columns

    def _channels(self, node: Node | None, columns: dict[str, tuple[str, ...]]) -> tuple[tuple[str, Channel], ...]:
        if node is None:
            return ()
        if "channel" not in columns:
            self._fault(node, _("columns 里没有 channel 列"))
        return tuple((word, self._enum(below, Channel, Channel.IMPORT)) for word, below in self._map(node).items())

    def _statuses(self, node: Node | None, columns: dict[str, tuple[str, ...]]) -> tuple[tuple[str, StatusRule], ...]:
        if node is None:
            return ()
        if "status" not in columns:
            self._fault(node, _("columns 里没有 status 列"))
        return tuple((word, self._status(below, columns)) for word, below in self._map(node).items())

    def _status(self, node: Node, columns: dict[str, tuple[str, ...]]) -> StatusRule:
        found = self._keys(node, ("state", "at", "duplicate"), required=("state",))
        target = self._enum(found.get("state"), Target, Target.FILED)
        times = []
        for item in self._list(found.get("at")):
            name = self._one_of(item, TIME_FIELDS)
            if name in TIME_FIELDS and name not in columns:
                self._fault(item, _("columns 里没有 {name} 列").format(name=name))
            times.append(name)
        if target in (Target.HANDLING, Target.CLOSED, Target.VOID) and not times:
            self._fault(node, _("要用 at 写明从哪一列取时间，例如 at: [closed_at]"))
        if target in NEEDS_LEAD and "lead" not in columns:
            self._fault(node, _("columns 里没有 lead 列，不能是 {state}").format(state=target.value))
        return StatusRule(target, tuple(times), self._truth(found.get("duplicate")))

    def _units(self, node: Node | None) -> UnitRule:
        if node is None:
            return UnitRule()
        found = self._keys(node, ("unknown", "kind", "under"), required=("unknown",))
        unknown = self._enum(found.get("unknown"), UnknownUnits, UnknownUnits.REJECT)
        kind = self._enum(found.get("kind"), UnitKind, UnitKind.DEPARTMENT)
        if unknown is UnknownUnits.REJECT:
            return UnitRule(unknown, kind)
        under = self._keys(found.get("under"), ("code", "name"), required=("code", "name"))
        if "under" not in found:
            self._fault(node, _("unknown: create 时要写 under，例如 under: {code: HOTLINE, name: 热线转来的单位}"))
        code = self._matching(under.get("code"), _UNIT_CODE, _("写字母、数字、点和短横，最多 24 个"))
        return UnitRule(unknown, kind, code, self._text(under["name"])[:100] if "name" in under else "")

    # Words ------------------------------------------------------------------

    def _zone(self, node: Node | None) -> ZoneInfo:
        name = self._text(node) if node else "Asia/Shanghai"
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            if node:
                self._fault(node, _("没有“{name}”这个时区，例如 Asia/Shanghai").format(name=name))
            return ZoneInfo("UTC")

    def _encoding(self, node: Node | None) -> str | None:
        if node is None:
            return None
        name = self._text(node)
        try:
            is_text = codecs.lookup(name)._is_text_encoding  # noqa: SLF001 - the only word on it
        except (LookupError, ValueError):
            is_text = False
        if not is_text:
            self._fault(node, _("没有“{name}”这种编码，例如 utf-8 或 gb18030").format(name=name))
        return name

    def _date_format(self, node: Node) -> str:
        """A format must read back what it writes, to the day."""
        text = self._text(node)
        if text == EXCEL_DATES:
            return text
        sample = datetime(2024, 11, 23, 13, 45)  # noqa: DTZ001 - a wall-clock time
        try:
            is_whole = datetime.strptime(sample.strftime(text), text).date() == sample.date()  # noqa: DTZ007
        except (ValueError, re.error):
            is_whole = False
        if not is_whole:
            self._fault(node, _("不是完整的日期格式，例如 %Y-%m-%d %H:%M:%S 或 excel"))
        return text

    def _position(self, node: Node) -> tuple[float, float]:
        items = self._list(node)
        try:
            lat, lon = (float(self._text(item)) for item in items)
        except ValueError:
            self._fault(node, _("要写成 [纬度, 经度]，例如 [0, 0]"))
            return 0.0, 0.0
        return lat, lon

    def _pattern(self, node: Node) -> re.Pattern[str]:
        text = self._text(node)
        try:
            if not text or len(text) > PATTERN_CHARACTERS_MAX:
                raise re.error("too long")
            return re.compile(text)
        except re.error as error:
            self._fault(node, _("不是正则表达式（{problem}）").format(problem=error))
            return re.compile("")

    def _enum(self, node: Node | None, choices: type[EnumT], default: EnumT) -> EnumT:
        if node is None:
            return default
        known = {str(choice.value): choice for choice in choices}
        return known.get(self._one_of(node, tuple(known)), default)

    def _one_of(self, node: Node, known: Sequence[str]) -> str:
        text = self._text(node)
        if text not in known:
            self._fault(node, _("“{text}”不认识，可以写：{known}").format(text=text, known=_("、").join(known)))
        return text

    def _truth(self, node: Node | None) -> bool:
        return node is not None and _TRUTHS[self._known(node, _TRUTHS.__contains__, _("写 true 或 false"), "false")]

    def _matching(self, node: Node | None, pattern: re.Pattern[str], advice: str) -> str:
        return "" if node is None else self._known(node, lambda text: bool(pattern.fullmatch(text)), advice, "")

    def _known(self, node: Node, is_known: Callable[[str], bool], advice: str, default: str) -> str:
        text = self._text(node)
        if is_known(text):
            return text
        self._fault(node, advice)
        return default

    # Shapes -----------------------------------------------------------------

    def _text(self, node: Node) -> str:
        if isinstance(node.value, str):
            return node.value
        self._fault(node, _("要写一个值"))
        return ""

    def _list(self, node: Node | None) -> list[Node]:
        """A single value is a list of one."""
        if node is None:
            return []
        return node.value if isinstance(node.value, list) else [node]

    def _map(self, node: Node | None) -> dict[str, Node]:
        if node is None:
            return {}
        if not isinstance(node.value, dict):
            self._fault(node, _("要写成“键: 值”"))
        return dict(children_of(node))

    def _keys(self, node: Node | None, known: Sequence[str], *, required: Sequence[str] = ()) -> dict[str, Node]:
        found = self._map(node)
        for name, below in found.items():
            if name not in known:
                self._fault(below, _("没有这个键，可以写：{known}").format(known=_("、").join(known)))
        if node is not None:
            for name in required:
                if name not in found:
                    self._fault(node, _("缺 {name}").format(name=name))
        return {name: below for name, below in found.items() if name in known}

    def _fault(self, node: Node, text: str) -> None:
        self.faults.append(Fault(node.line, node.path, text))
