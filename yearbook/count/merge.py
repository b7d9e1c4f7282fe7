"""Rows about one number become one case: the row that knows the latest wins."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from yearbook.count.reader import RawRow
from yearbook.count.values import moment, number, squeezed

HAPPENED = ("found", "assigned", "signed", "reported", "returned", "reviewed", "closed")
CODE = re.compile(r"\d{4}[A-Z]?")
PASSED = frozenset({"通过"})
VOID = "作废"


@dataclass(slots=True)
class Reading:
    """One row read: times are naive Asia/Shanghai wall clock."""

    id: str
    file: str
    times: dict[str, datetime | None]
    due: datetime | None
    state: str
    verdict: str
    kind: str
    channel: str
    town: str
    department: str
    point: str
    lon: float | None
    lat: float | None
    void_reason: str
    spaced: bool
    others: list[Reading] = field(default_factory=list)

    @property
    def latest(self) -> datetime:
        return max(t for t in self.times.values() if t)

    @property
    def found(self) -> datetime:
        found = self.times["found"]
        assert found
        return found

    @property
    def is_void(self) -> bool:
        return self.state == VOID


def reading(raw: RawRow) -> Reading:
    cells = raw.cells
    lon, lat = cells.get("lon"), cells.get("lat")
    if "lonlat" in cells and squeezed(cells["lonlat"]):
        lon, _, lat = squeezed(cells["lonlat"]).partition(",")
    return Reading(
        id=squeezed(cells["id"]),
        file=raw.file,
        times={name: moment(cells.get(name)) for name in HAPPENED},
        due=moment(cells.get("due")),
        state=squeezed(cells["state"]),
        verdict=squeezed(cells.get("verdict")),
        kind=_kind(squeezed(cells.get("kind"))),
        channel=squeezed(cells.get("channel")),
        town=squeezed(cells.get("town")),
        department=squeezed(cells.get("department")),
        point=squeezed(cells.get("point")),
        lon=number(lon),
        lat=number(lat),
        void_reason=squeezed(cells.get("void_reason")),
        spaced=any("\u3000" in str(cells.get(name)) for name in ("town", "department")),
    )


def _kind(text: str) -> str:
    """`code name` of a type that sheets write in five ways."""
    code = CODE.search(text)
    if code is None:
        return text
    name = (text[: code.start()] + text[code.end() :]).removeprefix("事件").removeprefix("部件")
    # An empty pair of brackets is left where the code stood in them; brackets
    # of the name itself go back to the full-width form of the catalogue.
    plain = name.replace("()", "").strip("-").replace("(", "（").replace(")", "）")
    return f"{code.group()} {plain}"


def merged(rows: Iterable[RawRow]) -> list[Reading]:
    """Largest latest time wins; of equals the row read first (files by name)."""
    cases: dict[str, Reading] = {}
    for raw in rows:
        new = reading(raw)
        held = cases.get(new.id)
        if held is None:
            cases[new.id] = new
        elif new.latest > held.latest:
            new.others, held.others = [*held.others, held], []
            cases[new.id] = new
        else:
            held.others.append(new)
    return list(cases.values())
