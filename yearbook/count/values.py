"""Cells as people type them, made into times, numbers and plain text."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta

SPACES = re.compile(r"\s+")
DIGITS = re.compile(r"\d+")
EXCEL_EPOCH = datetime(1899, 12, 30)


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
        return datetime(cell.year, cell.month, cell.day)
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return moment(EXCEL_EPOCH + timedelta(days=float(cell)))
    parts = [int(digits) for digits in DIGITS.findall(unicodedata.normalize("NFKC", str(cell or "")))]
    if len(parts) < 3:
        return None
    year, month, day, *rest = parts
    hour, minute = (*rest, 0, 0)[:2]
    return datetime(year, month, day, hour, minute)


def number(cell: object) -> float | None:
    text = squeezed(cell)
    try:
        return float(text)
    except ValueError:
        return None
