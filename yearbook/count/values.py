"""Cells as people type them, made into times, numbers and plain text."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta

SPACES = re.compile(r"\s+")
DIGITS = re.compile(r"\d+")


def wall(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """Asia/Shanghai by the clock on the wall: cells carry no zone."""
    return datetime(year, month, day, hour, minute)  # noqa: DTZ001


EXCEL_EPOCH = wall(1899, 12, 30)
NEVER = wall(9999, 1, 1)


def squeezed(cell: object) -> str:
    """Text without any space, full-width forms narrowed."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return SPACES.sub("", unicodedata.normalize("NFKC", "" if cell is None else str(cell)))


def moment(cell: object) -> datetime | None:
    """A wall-clock time to the minute; a date alone is its midnight."""
    if isinstance(cell, datetime):
        # Serial numbers come back a few milliseconds off the minute.
        return (cell + timedelta(seconds=30)).replace(second=0, microsecond=0)
    if isinstance(cell, date):
        return wall(cell.year, cell.month, cell.day)
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return moment(EXCEL_EPOCH + timedelta(days=float(cell)))
    parts = [int(digits) for digits in DIGITS.findall(unicodedata.normalize("NFKC", str(cell or "")))]
    if len(parts) < 3:
        return None
    year, month, day, *rest = parts
    hour, minute = (*rest, 0, 0)[:2]
    return wall(year, month, day, hour, minute)


def number(cell: object) -> float | None:
    text = squeezed(cell)
    try:
        return float(text)
    except ValueError:
        return None
