"""How far the taking in of a year is: a bar for a person who watches, now and then a line for a log."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

EVERY_SECONDS: Final = 10.0
EVERY_SECONDS_WATCHED: Final = 0.2
CELLS: Final = 24


class Bar:
    """Over several workbooks of known size. Rows are not known before they are read, so each workbook is as much of
    the whole as its bytes, and within one the rows count that a workbook of its size had so far."""

    def __init__(self, write: Callable[[str], object], *, is_watched: bool) -> None:
        self._write = write
        self._is_watched = is_watched
        self._started = self._told = time.monotonic()
        self._bytes_total = self._bytes_done = self._bytes_here = 0
        self._rows = self._rows_here = 0
        self._name = ""

    def begin(self, paths: Sequence[Path]) -> None:
        self._started = self._told = time.monotonic()
        self._bytes_total = sum(path.stat().st_size for path in paths)

    def open(self, path: Path) -> None:
        self._name, self._bytes_here, self._rows_here = path.stem, path.stat().st_size, 0

    def __call__(self, rows: int) -> None:
        self._rows += rows
        self._rows_here += rows
        now = time.monotonic()
        if now - self._told >= (EVERY_SECONDS_WATCHED if self._is_watched else EVERY_SECONDS):
            self._told = now
            self._write(self._line(now))

    def close(self) -> None:
        """The workbook is done."""
        self._bytes_done, self._bytes_here = self._bytes_done + self._bytes_here, 0

    def end(self) -> None:
        self._name = ""
        now = time.monotonic()
        self._write(self._line(now) + ("\n" if self._is_watched else ""))

    def share(self) -> float:
        """Of the whole, 0 to 1."""
        rows_before = self._rows - self._rows_here
        if self._bytes_total == 0:
            return 1.0
        here = 0.0
        if self._bytes_here and rows_before:
            expected = rows_before * self._bytes_here / self._bytes_done
            here = min(self._rows_here / expected, 1.0) * self._bytes_here
        return (self._bytes_done + here) / self._bytes_total

    def _line(self, now: float) -> str:
        seconds, share = now - self._started, self.share()
        rate = self._rows / seconds if seconds else 0.0
        left = f"{seconds * (1 - share) / share:.0f}" if share else "…"
        full = round(share * CELLS)
        told = _("{share:.0%} {rows:,} 行，每秒 {rate:.0f} 行，还要 {left} 秒").format(
            share=share, rows=self._rows, rate=rate, left=left
        )
        bar = "█" * full + "░" * (CELLS - full)
        return f"\r{bar} {told} {self._name}\x1b[K" if self._is_watched else f"{told} {self._name}\n"
