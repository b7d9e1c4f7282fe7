"""Rounds that alternate between contestants, and ratios of their medians: the only numbers that travel."""

import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeVar
from urllib.parse import urlsplit

ROUNDS = 5
Name = TypeVar("Name")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of what is printed: `ratio` against `goal`, or None where nothing was promised."""

    work: str
    figure: str
    ratio: float
    against: str
    goal: float | None = None
    is_most: bool = False
    note: str = ""

    @property
    def verdict(self) -> str:
        if self.goal is None:
            return "-"
        is_met = self.ratio <= self.goal if self.is_most else self.ratio >= self.goal
        return "OK" if is_met else "SHORT"


def interleaved(contestants: Mapping[Name, Callable[[], float]], rounds: int = ROUNDS) -> dict[Name, float]:
    """The median of what each answers, after one round that nobody counts."""
    found: dict[Name, list[float]] = {name: [] for name in contestants}
    for number in range(rounds + 1):
        for name, run in contestants.items():
            value = run()
            if number:
                found[name].append(value)
        print(f"round {number} of {rounds}", file=sys.stderr)
    return {name: median(values) for name, values in found.items()}


def report(title: str, rows: Sequence[Row]) -> None:
    print(f"\n{title}")
    for row in rows:
        goal = "" if row.goal is None else f"(goal {'≤' if row.is_most else '≥'} {row.goal:g})"
        print(
            f"{row.verdict:<6}{row.work:<44}{row.figure:>18}  {row.ratio:8.4g} × {row.against} {goal} {row.note}".rstrip()
        )


class PgBench:
    """`pgbench` on the same server, in a database of its own."""

    def __init__(self, url: str, *, scale: int = 10, clients: int = 4) -> None:
        parts = urlsplit(url)
        self.clients = clients
        self.words = ["-h", parts.hostname or "", "-p", str(parts.port or 5432), "-U", parts.username or ""]
        self.environment = {"PGPASSWORD": parts.password or "", "PATH": "/usr/lib/postgresql/15/bin:/usr/bin:/bin"}
        subprocess.run(["createdb", *self.words, "pgbench"], env=self.environment, check=True)
        self._run("-i", "-q", "-s", str(scale))

    def tpcb(self, seconds: int = 3) -> float:
        return self._rate("-T", str(seconds))

    def select(self, seconds: int = 3) -> float:
        return self._rate("-S", "-T", str(seconds))

    def _rate(self, *words: str) -> float:
        out = self._run("-n", "-c", str(self.clients), "-j", "2", *words)
        found = re.search(r"tps = ([\d.]+) \(without initial", out)
        if found is None:
            raise SystemExit(out)
        return float(found[1])

    def _run(self, *words: str) -> str:
        done = subprocess.run(
            ["pgbench", *words, *self.words, "pgbench"],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout
