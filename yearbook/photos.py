"""Photos: which cases have them."""

from __future__ import annotations

from pathlib import Path

from yearbook.cases import Case
from yearbook.plan import Totals


def choose(seed: int, cases: list[Case], living: list[Case], wanted: Totals) -> list[Case]:
    return []


def draw(seed: int, folder: Path, shown: list[Case]) -> dict[str, int]:
    return {}
