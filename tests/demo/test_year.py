"""A city's whole year: what the reference report says of 2024, computed, and within the time and memory promised."""

import os
import time
from pathlib import Path

import pytest
from django.db import connection

from tests.config.installations import installation
from tests.demo import digests
from tests.demo.conftest import count_yearbook, write_yearbook
from tests.demo.test_digests import be_the_same_on_both, end_alike_after_kills, today
from tests.demo.test_figures import by_county, by_month, by_type, compare_appeals, groups, ours, take, theirs
from wenming.engines.metrics import selectors as metrics
from wenming.kernel.periods import Period

pytestmark = pytest.mark.scale

MINUTES_MAX = 10
MEMORY_KIB_MAX = 400 * 1024


@pytest.mark.django_db
def test_year_equals_the_independent_count_and_the_report(tmp_path: Path) -> None:
    folder = write_yearbook(tmp_path / "yearbook", seed=1, today=today(), scale="1.0")
    take(folder)
    counted = count_yearbook(folder)
    assert ours(None) == theirs(counted)
    for mine, name in ((by_county(), "by_county"), (by_month(), "by_month"), (by_type(), "by_type")):
        assert mine == groups(counted[name])
    found = metrics.evaluate("problems.found", period=Period.parse("2024"))
    rate = metrics.evaluate("problems.rectification_rate", period=Period.parse("2024"))
    assert (found.numerator, rate.denominator, rate.display) == (34_715, 34_715, "93.63%")
    assert counted["problems.rectified"] == rate.numerator
    compare_appeals(counted)
    assert counted["appeals.solved"] == 638


def test_year_is_built_in_time_and_in_bounded_memory(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with installation(tmp_path / "home") as made:
        started, before = time.monotonic(), os.times()
        process = digests.start(made.environment, "build", "year", today())
        told = digests.answer(process)
        seconds, after = time.monotonic() - started, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    peak = told["peak_kib"]
    with capsys.disabled():
        print(
            f"\n{connection.vendor}: {told['problems']} problems, {told['events'][0]} events in {seconds:.0f} s "
            f"({cpu:.0f} s of CPU, digests among them), at most {peak // 1024} MiB"
        )
    assert seconds < MINUTES_MAX * 60
    assert peak < MEMORY_KIB_MAX


def test_year_ends_alike_after_kills(tmp_path: Path) -> None:
    end_alike_after_kills(tmp_path, "year")


def test_year_is_the_same_on_both_databases(tmp_path: Path) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL only: this run is on SQLite")
    assert be_the_same_on_both(tmp_path, "year")["figures"]["problems.found"][""][0] == 34_715
