"""The shapes that the shared partials draw. Each is named after its template, `kernel/_<name>.html`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Figure:
    """A number never stands alone. `value` and `unit` are ready to print ("91.74", "%"); `url` leads to the rows."""

    name: Text
    value: str
    unit: Text = ""
    definition: Text = ""
    numerator: int | None = None
    denominator: int | None = None
    count_unit: Text = ""
    as_of: datetime | None = None
    url: str = ""
    note: Text = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of `_steps.html`; `status` is done, now, late or todo."""

    label: Text
    note: Text = ""
    status: str = "todo"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of `_timeline.html`, newest first. `reason` is always shown; `tone` is "" or "late"."""

    icon: str
    title: Text
    at: datetime
    who: Text = ""
    reason: Text = ""
    note: Text = ""
    tone: str = ""
    shots: Sequence["Shot"] = ()


@dataclass(frozen=True, slots=True)
class Shot:
    """A photograph: `thumb_url` is drawn, `url` opens when it is pressed, `alt` says what it shows."""

    url: str
    alt: Text
    thumb_url: str = ""
    label: Text = ""
    taken_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """`values` has one number, or None for a gap, for each category of its chart."""

    name: Text
    values: Sequence[float | int | None]
    is_dashed: bool = False
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """`kind` is line or bar. The table beside the picture is drawn from the same numbers."""

    title: Text
    categories: Sequence[str]
    series: Sequence[Series]
    kind: str = "line"
    unit: Text = ""
    note: Text = ""
    as_of: datetime | None = None

    def rows(self) -> list[tuple[str, list[float | int | None]]]:
        return [
            (category, [series.values[index] for series in self.series])
            for index, category in enumerate(self.categories)
        ]

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "unit": str(self.unit),
            "categories": list(self.categories),
            "series": [
                {"name": str(s.name), "values": list(s.values), "dashed": s.is_dashed, "tone": s.tone}
                for s in self.series
            ],
        }


@dataclass(frozen=True, slots=True)
class Consequence:
    """A dialog before what cannot be undone: `text` says what will happen, `act` names it."""

    key: str
    title: Text
    text: Text
    act: Text
    url: str
    is_danger: bool = False
    reason_label: Text = ""
    hidden: Mapping[str, str] = field(default_factory=dict)
