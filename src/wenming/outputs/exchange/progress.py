"""How far an import is, on standard error: a moving line for a person who watches, now and then a line for a log."""

import sys
import time
from typing import Final, TextIO

EVERY_SECONDS: Final = 5.0
EVERY_SECONDS_WATCHED: Final = 0.1


class Progress:
    """Call it with the number of rows that were just done."""

    def __init__(self, label: str, *, out: TextIO | None = None) -> None:
        self._label = label
        self._out = out or sys.stderr
        self._is_watched = self._out.isatty()
        self._started = self._told = time.monotonic()
        self._rows = 0

    def __call__(self, rows: int) -> None:
        self._rows += rows
        now = time.monotonic()
        if now - self._told >= (EVERY_SECONDS_WATCHED if self._is_watched else EVERY_SECONDS):
            self._told = now
            self._tell(now)

    def end(self) -> None:
        """Leaves the moving line behind; a short import in a log says nothing."""
        if self._is_watched:
            self._tell(time.monotonic())
            self._out.write("\n")
        self._out.flush()

    def _tell(self, now: float) -> None:
        seconds = now - self._started
        rate = self._rows / seconds if seconds else 0.0
        start, end = ("\r", "") if self._is_watched else ("", "\n")
        self._out.write(f"{start}{self._label}: {self._rows} rows, {seconds:.0f} s, {rate:.0f} rows/s{end}")
        self._out.flush()
