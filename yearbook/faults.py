"""Kinds of fault and how inspectors put them into words.

Codes, limits and units follow the public catalogue of filing and closing
standards that city management centres use; the sentences are invented.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Fault:
    kind: str
    code: str
    name: str
    limit: int
    limit_unit: str
    department: str
    lead: str  # 属地 or 主管
    weight: int
    where: str  # letters of points.Kind.letter
    sentences: tuple[str, ...]


def load() -> tuple[Fault, ...]:
    """The catalogue beside this module, in its file's order."""
    with Path(__file__).with_name("faults.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Fault(
                kind=row["kind"],
                code=row["code"],
                name=row["name"],
                limit=int(row["limit"]),
                limit_unit=row["limit_unit"],
                department=row["department"],
                lead=row["lead"],
                weight=int(row["weight"]),
                where=row["where"],
                sentences=tuple(row["sentences"].split("|")),
            )
            for row in csv.DictReader(file)
        )
