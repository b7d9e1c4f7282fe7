"""That each benchmark starts, and that the peer of the figures counts what the product counts."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.factories import places
from tests.factories.problems import Cast, bring_to, make_problem
from wenming.kernel import clock
from wenming.programmes.problems.enums import Action

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks"
NAMES = sorted(path.name for path in FOLDER.glob("[a-z]*.py"))


@pytest.fixture
def beside_them(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    known = set(sys.modules)
    monkeypatch.syspath_prepend(FOLDER)
    yield
    for name in set(sys.modules) - known:
        if str(FOLDER) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


@pytest.mark.parametrize("name", NAMES)
def test_benchmark_starts_and_says_what_it_takes(name: str) -> None:
    done = subprocess.run([sys.executable, str(FOLDER / name), "--help"], capture_output=True, text=True, check=False)
    # How often it is repeated is the caller's: in rounds of time, or over seeds where chance is what is measured.
    assert (done.returncode, "--rounds" in done.stdout or "--seeds" in done.stdout) == (0, True), done.stderr


@pytest.mark.django_db
@pytest.mark.usefixtures("beside_them")
def test_peer_of_the_figures_counts_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    figures: Any = __import__("figures")
    monkeypatch.setattr(figures, "YEAR", str(clock.local(clock.now() - timedelta(minutes=1)).year))
    places.make_city()
    cast = Cast()
    for last in (Action.DISPATCH, Action.SIGN, Action.REPORT_BACK, Action.PASS_REVIEW, Action.CLOSE):
        bring_to(cast, make_problem(cast), last)
    ours, theirs = figures.live(), figures.by_orm()
    assert figures.differences(ours, theirs) == []
    assert theirs["problems.found"] == 5
    make_problem(cast)
    assert figures.differences(figures.live(), theirs) != []


@pytest.mark.usefixtures("beside_them")
def test_interleaved_gives_the_median_without_the_first_round() -> None:
    measure: Any = __import__("_measure")
    values = iter([100.0, 3.0, 1.0, 2.0])
    assert measure.interleaved({"one": lambda: next(values)}, rounds=3) == {"one": 2.0}
    row = measure.Row("work", "2/s", 0.5, "a peer", goal=0.6)
    assert (row.verdict, measure.Row("work", "2/s", 0.5, "a peer", goal=0.6, is_most=True).verdict) == ("SHORT", "OK")
