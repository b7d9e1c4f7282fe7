from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from yearbook.count.merge import merged
from yearbook.count.reader import RawRow, rows_in
from yearbook.count.report import count
from yearbook.count.values import moment, number, squeezed, wall
from yearbook.write import Parameters, Year, write

Written = Callable[[int], tuple[Path, Year]]
PACKAGE = Path(__file__).resolve().parents[2] / "yearbook"


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_count_equals_what_the_writer_knows(written: Written, seed: int) -> None:
    folder, whole = written(seed)
    counted, truth = count(folder), whole.figures()
    cutoff = dict(counted["cutoff"])
    assert cutoff.pop("at") == "2025-01-01T00:00:00+08:00"
    assert cutoff == truth.pop("cutoff")
    assert {name: counted[name] for name in truth} == truth


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_count_meets_the_planned_ugliness(written: Written, seed: int) -> None:
    folder, whole = written(seed)
    seen, planned, wanted = count(folder)["seen"], whole.planned, whole.wanted
    expected = {
        name: planned[name]
        for name in (
            "coordinates_zero", "coordinates_swapped", "coordinates_outside", "wide_space", "short_name", "void",
            "void_duplicate", "carried_over", "found_next_year", "reviewed_after_year_end", "reported_late",
            "reported_on_the_minute",
        )
    }  # fmt: skip
    assert {name: seen[name] for name in expected} == expected
    hidden = planned["coordinates_missing"] + planned["hotline_without_coordinates"]
    assert seen["coordinates_missing"] == hidden
    repeats = (
        "rows_repeated_in_another_book", "resubmitted_same", "resubmitted_later_state",
        "resubmitted_earlier_state", "resubmitted_as_void",
    )  # fmt: skip
    assert seen["rows_beyond_the_first"] == sum(planned[name] for name in repeats)
    assert seen["unknown_territory"] == 0
    assert planned["void_duplicate"] == wanted.void_duplicate
    assert planned["coordinates_zero"] == wanted.coordinates_zero
    assert planned["photos_taken_after_the_deadline"] >= wanted.late_photos
    assert all(value > 0 for value in planned.values())


def test_count_reads_every_row_of_every_layout(written: Written) -> None:
    folder, whole = written(1)
    rows = [row for path in (folder / "problems").glob("*.xlsx") for row in rows_in(path)]
    repeated = whole.planned["rows_repeated_in_another_book"] + sum(
        value for name, value in whole.planned.items() if name.startswith("resubmitted")
    )
    assert len(rows) == len(whole.cases) + len(whole.living) + repeated


def test_count_shares_nothing_with_the_writer() -> None:
    for path in PACKAGE.rglob("*.py"):
        imported = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module)
            elif isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
        assert not {name for name in imported if name.startswith(("wenming", "django"))}
        if path.parent.name == "count":
            own = {name for name in imported if name.startswith("yearbook")}
            assert {name for name in own if not name.startswith("yearbook.count")} == set()


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2024-03-05 14:20", wall(2024, 3, 5, 14, 20)),
        ("2024年3月5日 14时20分", wall(2024, 3, 5, 14, 20)),
        ("2024.3.5", wall(2024, 3, 5)),
        ("２０２４/03/05 14:20 ", wall(2024, 3, 5, 14, 20)),
        (45356.597222222, wall(2024, 3, 5, 14, 20)),
        (wall(2024, 3, 5, 14, 20) - timedelta(milliseconds=3), wall(2024, 3, 5, 14, 20)),
        (date(2024, 3, 5), wall(2024, 3, 5)),
        ("", None),
        (None, None),
    ],
)
def test_count_reads_a_time_however_it_is_typed(cell: object, expected: datetime | None) -> None:
    assert moment(cell) == expected


def test_count_squeezes_spaces_and_widths() -> None:
    assert squeezed("　文昌 街道　") == "文昌街道"
    assert squeezed(81202404100001.0) == "81202404100001"
    assert number(" １１８.５ ") == 118.5


def raw(file: str, **cells: object) -> RawRow:
    return RawRow(file, "Sheet1", 1, {"id": "CX-1", "found": "2024-03-05 09:00", "state": "整改中"} | cells)


def test_count_lets_the_row_that_knows_the_latest_win() -> None:
    early = raw("16.xlsx", signed="2024-03-05 10:00")
    late = raw("01.xlsx", reviewed="2024-03-06 10:00", verdict="通过 ", state="已整改待结案")
    assert [case.state for case in merged([early, late])] == ["已整改待结案"]
    assert [case.state for case in merged([late, early])] == ["已整改待结案"]


def test_count_keeps_the_first_of_equal_rows() -> None:
    first, second = raw("01.xlsx"), raw("02.xlsx", state="待交办")
    case = merged([first, second])[0]
    assert (case.file, [other.file for other in case.others]) == ("01.xlsx", ["02.xlsx"])


def test_count_ignores_the_deadline_when_it_merges() -> None:
    promised = raw("01.xlsx", due="2024-12-31 18:00")
    done = raw("02.xlsx", signed="2024-03-05 11:00", state="待签收")
    assert merged([promised, done])[0].file == "02.xlsx"


@pytest.mark.scale
def test_count_equals_the_writer_at_the_reports_own_scale(tmp_path: Path) -> None:
    whole = write(tmp_path, Parameters(2024, 1, 1.0))
    counted = count(tmp_path)
    truth = whole.figures()
    truth.pop("cutoff")
    assert (counted["problems.found"], counted["problems.rectified"]) == (34_715, 32_504)
    assert {name: counted[name] for name in truth} == truth
