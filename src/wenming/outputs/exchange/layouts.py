"""Where a person says that things stand in a table: which sheet, which row is the heading, which column means what."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Layout:
    """`heading_row` counts from 1; `places` maps the names of fields to columns counted from 0."""

    sheet: str
    heading_row: int
    places: Mapping[str, int]

    def as_args(self) -> dict[str, Any]:
        return {"sheet": self.sheet, "heading_row": self.heading_row, "places": dict(self.places)}

    @classmethod
    def of_args(cls, args: Mapping[str, Any]) -> "Layout":
        return cls(args["sheet"], args["heading_row"], dict(args["places"]))
