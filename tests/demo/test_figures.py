"""The figures of a city that was taken in, against an independent count of the same raw workbooks."""

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import transaction

from tests.demo.conftest import count_yearbook, write_yearbook
from wenming.demo import city
from wenming.engines.metrics import registry
from wenming.engines.metrics import selectors as metrics
from wenming.engines.metrics.evaluation import Evaluation
from wenming.foundation.places import selectors as places
from wenming.kernel.clock import SHANGHAI
from wenming.kernel.periods import Period
from wenming.programmes.appeals.services.machine import LOOP as APPEALS_LOOP
from wenming.programmes.problems.models import Problem
from wenming.programmes.problems.services.machine import LOOP

pytestmark = pytest.mark.django_db

YEAR = Period.parse("2024")
YEAR_END = datetime(2025, 1, 1, tzinfo=SHANGHAI)
SEEDS = range(2, 21)
COUNTS = {
    "problems.found": "problems.found",
    "problems.rectified": "problems.rectified",
    "problems.closed": "problems.closed",
    "problems.unlocated": "problems.unlocated",
}
APPEALS = ("raised", "solved", "meetings", "meeting_streets", "meeting_communities", "meeting_units")
RATES = {
    "problems.rectification_rate": "problems.rectification_rate",
    "problems.reported_rate": "problems.reported_rate",
    "problems.on_time_rate": "problems.on_time",
}


class UndoError(Exception):
    """Ends a seed: the next begins with an empty database."""


def take(folder: Path) -> None:
    results = city.take_in(folder, say=lambda _text: None)
    assert {name: result.errors for name, result in results.items() if result.errors} == {}


def ours(cutoff: datetime | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, name in {**COUNTS, **RATES}.items():
        figure = metrics.evaluate(key, period=YEAR, cutoff=cutoff)
        found[name] = (figure.numerator, figure.denominator) if key in RATES else figure.numerator
    return found


def theirs(counted: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in (*COUNTS.values(), *RATES.values()):
        value = counted[name]
        found[name] = (value["numerator"], value["denominator"]) if isinstance(value, dict) else value
    return found


def by_county() -> dict[str, tuple[int, int]]:
    figure = metrics.evaluate("problems.rectification_rate", period=YEAR, by=("region",))
    names = places.region_names([cell.by["region"] for cell in figure.rows])
    return {names[code]: pair for code, pair in _pairs(figure, "region").items()}


def by_month() -> dict[str, tuple[int, int]]:
    figure = metrics.evaluate("problems.rectification_rate", period=YEAR, by=("ym",))
    return {f"{ym // 100}-{ym % 100:02}": pair for ym, pair in _pairs(figure, "ym").items()}


def by_type() -> dict[str, tuple[int, int]]:
    """As the ledgers write a type: its number, which components and events share, and its name."""
    figure = metrics.evaluate("problems.rectification_rate", period=YEAR, by=("type",))
    codes = [cell.by["type"] for cell in figure.rows]
    names = dict(Problem.objects.filter(type_code__in=codes).values_list("type_code", "type_name"))
    return {f"{code[1:]} {names[code]}": pair for code, pair in _pairs(figure, "type").items()}


def _pairs(figure: Evaluation, dimension: str) -> dict[Any, tuple[int, int]]:
    return {cell.by[dimension]: (cell.denominator or 0, cell.numerator or 0) for cell in figure.rows}


def groups(counted: dict[str, dict[str, int]]) -> dict[str, tuple[int, int]]:
    return {name: (group["found"], group["rectified"]) for name, group in counted.items()}


def compare(folder: Path) -> None:
    take(folder)
    counted = count_yearbook(folder)
    assert ours(None) == theirs(counted)
    assert ours(YEAR_END) == theirs(counted["cutoff"])
    assert by_county() == groups(counted["by_county"])
    assert by_month() == groups(counted["by_month"])
    assert by_type() == groups(counted["by_type"])
    compare_appeals(counted)


def compare_appeals(counted: dict[str, Any]) -> None:
    found = {name: metrics.evaluate(f"appeals.{name}", period=YEAR).numerator for name in APPEALS}
    assert found == {name: counted[f"appeals.{name}"] for name in APPEALS}
    rate = metrics.evaluate("appeals.solved_rate", period=YEAR)
    assert {"numerator": rate.numerator, "denominator": rate.denominator} == counted["appeals.solved_rate"]
    assert (found["meeting_streets"], found["meeting_communities"]) == (10, 32)


def test_figures_equal_the_independent_count(yearbook_one: Path) -> None:
    compare(yearbook_one)
    assert LOOP.verify() == APPEALS_LOOP.verify() == []


@pytest.mark.parametrize("seed", SEEDS)
def test_figures_equal_the_independent_count_for_seed(seed: int, tmp_path: Path) -> None:
    compare(write_yearbook(tmp_path / "yearbook", seed=seed))


def every_figure() -> dict[str, Any]:
    """Each registered problem figure as a whole, by county and, where it can be, by month."""
    found: dict[str, Any] = {}
    for metric in registry.metrics():
        if metric.fact != "problems":
            continue
        for by in ((), ("region",), ("ym",)):
            if not set(by) <= set(metric.dimensions):
                continue
            figure = metrics.evaluate(metric.key, period=YEAR, by=by)
            found[f"{metric.key} {by}"] = (figure.numerator, figure.denominator)
            for cell in figure.rows:
                found[f"{metric.key} {by} {dict(cell.by)}"] = (cell.numerator, cell.denominator)
    return found


def change_one_row(folder: Path) -> None:
    """The last row that has not been reviewed: the office writes that it passed, and when."""
    path = next(p for p in sorted((folder / "problems").glob("01*.xlsx")))
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    heads = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        is_answered = sheet.cell(row, heads["反馈时间"]).value and not sheet.cell(row, heads["审核时间"]).value
        if is_answered and sheet.cell(row, heads["状态"]).value.strip() != "作废":
            sheet.cell(row, heads["审核时间"]).value = datetime(2025, 2, 1, 9, 0)  # noqa: DTZ001 - a cell has no zone
            sheet.cell(row, heads["审核结果"]).value = "通过"
            book.save(path)
            return
    raise AssertionError("no row waits for its review: choose another seed")


def test_changing_one_row_moves_only_what_depends_on_it(yearbook_one: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed"
    shutil.copytree(yearbook_one, changed)
    change_one_row(changed)
    seen = []
    for folder in (yearbook_one, changed):
        try:
            with transaction.atomic():
                take(folder)
                seen.append(every_figure())
                raise UndoError
        except UndoError:
            pass
    before, after = seen
    moved = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    keys = {name.split(" ")[0] for name in moved}
    assert keys == {"problems.rectification_rate", "problems.rectified"}
    # Of each of the two: the whole (asked three times), one county and one month.
    assert len(moved) == 2 * (3 + 1 + 1)


def test_taking_in_again_changes_nothing(yearbook_one: Path) -> None:
    take(yearbook_one)
    before = every_figure()
    results = city.take_in(yearbook_one, say=lambda _text: None)
    assert {name: (r.created, r.updated, r.rejected) for name, r in results.items()} == dict.fromkeys(
        results, (0, 0, 0)
    )
    assert every_figure() == before
