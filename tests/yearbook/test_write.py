from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from PIL import Image
from python_calamine import CalamineWorkbook

from yearbook.cases import FAULTS, Case
from yearbook.plan import totals
from yearbook.write import Parameters, UnsuitableToday, Year, write

Written = Callable[[int], tuple[Path, Year]]
ROOT = Path(__file__).resolve().parents[2]


def sheet_rows(path: Path, sheet: str) -> list[dict[str, object]]:
    grid = CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python()
    return [dict(zip(map(str, grid[0]), row, strict=True)) for row in grid[1:]]


def test_write_repeats_every_byte(tmp_path: Path) -> None:
    parameters = Parameters(2024, 3, 0.01, date(2026, 11, 24))
    contents = []
    for name in ("one", "two"):
        write(tmp_path / name, parameters)
        files = sorted(p for p in (tmp_path / name).rglob("*") if p.is_file())
        contents.append({p.relative_to(tmp_path / name): p.read_bytes() for p in files})
    assert contents[0] == contents[1]


def test_write_differs_by_seed(written: Written) -> None:
    first = json.loads((written(1)[0] / "MANIFEST.json").read_text(encoding="utf-8"))
    second = json.loads((written(2)[0] / "MANIFEST.json").read_text(encoding="utf-8"))
    assert first["files"]["boundaries.geojson"] != second["files"]["boundaries.geojson"]


def test_write_keeps_the_reports_proportions() -> None:
    whole, fiftieth = totals(1.0), totals(0.02)
    assert (whole.found, whole.rectified) == (34_715, 32_504)
    assert (fiftieth.found, fiftieth.rectified) == (694, 650)


def test_write_finds_exactly_what_was_planned(written: Written) -> None:
    figures = written(1)[1].figures()
    assert (figures["problems.found"], figures["problems.rectified"]) == (694, 650)
    assert figures["cutoff"]["problems.rectified"] < figures["problems.rectified"]


def test_write_refuses_a_today_within_the_books(tmp_path: Path) -> None:
    with pytest.raises(UnsuitableToday):
        write(tmp_path, Parameters(2024, 1, 0.01, date(2024, 6, 1)))


def moments(case: Case) -> list[datetime]:
    life = case.life
    steps = (
        case.found_at, life.assigned_at, life.signed_at, life.reported_at,
        life.returned_at, life.reviewed_at, life.closed_at,
    )  # fmt: skip
    return [step for step in steps if step is not None]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_write_keeps_causes_before_effects(written: Written, seed: int) -> None:
    whole = written(seed)[1]
    impossible = [c.number for c in [*whole.cases, *whole.living] if moments(c) != sorted(moments(c))]
    assert impossible == []


def test_write_prints_states_that_follow_from_the_times(written: Written) -> None:
    whole = written(1)[1]
    for case in [*whole.cases, *whole.living]:
        life = case.life
        has = (life.assigned_at is not None, life.signed_at is not None, life.closed_at is not None)
        assert (
            has
            == {
                "结案": (True, True, True),
                "已整改待结案": (True, True, False),
                "整改中": (True, True, False),
                "待签收": (True, False, False),
                "待交办": (False, False, False),
                "作废": (False, False, True),
            }[case.state]
        )
        assert (case.review_result == "通过") <= (life.reviewed_at is not None)


def test_write_works_mostly_in_working_hours(written: Written) -> None:
    reviewed = [c.life.reviewed_at for c in written(1)[1].cases if c.life.reviewed_at]
    in_hours = [m for m in reviewed if time(8) <= m.time() <= time(12) or time(14) <= m.time() <= time(18)]
    assert len(in_hours) == len(reviewed)


def test_write_words_faults_in_many_ways(written: Written) -> None:
    cases = written(1)[1].cases
    assert len(FAULTS) >= 60
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    assert len({case.description for case in cases}) > 0.95 * len(cases)


def test_write_gives_the_desk_living_cases(written: Written) -> None:
    living = written(1)[1].living
    look = datetime.combine(date(2026, 11, 24), time(9))
    states = {case.state for case in living}
    assert 55 <= len(living) <= 65
    assert states == {"待交办", "待签收", "整改中", "已整改待结案"}
    assert max(moment for case in living for moment in moments(case)) <= look
    assert min(case.found_at for case in living) >= look - timedelta(days=21)
    open_due = [
        c.life.due_at for c in living if c.life.due_at and not c.life.reported_at and c.state in ("待签收", "整改中")
    ]
    assert sum(due <= look for due in open_due) == 10
    assert sum(look < due <= look + timedelta(hours=15) for due in open_due) >= 5
    assert sum(bool(c.extension_reason) for c in living) == 1
    assert sum(bool(c.handback_reason) for c in living) == 1
    assert sum(c.life.reported_at is not None and c.life.reviewed_at is None for c in living) == 10


def taken_at(path: Path) -> datetime:
    with Image.open(path) as image:
        stamp = image.getexif().get_ifd(0x8769)[0x9003]
        assert image.size == (640, 480)
        assert set(image.getexif().get_ifd(0x8825)) == {1, 2, 3, 4}
    return datetime.fromisoformat(stamp.replace(":", "-", 2))


def test_write_draws_the_photos_that_rows_name(written: Written) -> None:
    folder, whole = written(1)
    shown = [c for c in [*whole.cases, *whole.living] if c.photo_before]
    named = {name for c in shown for name in (c.photo_before, c.photo_after) if name}
    assert {p.name for p in (folder / "photos").iterdir()} == named
    assert len(named) == whole.planned["photos"]
    assert sum(1 for c in whole.cases if c.photo_before) == 40


def test_write_dates_photos_as_planned(written: Written) -> None:
    folder, whole = written(1)
    late = 0
    for case in [*whole.cases, *whole.living]:
        if case.photo_after:
            taken = taken_at(folder / "photos" / case.photo_after)
            assert case.life.signed_at
            assert case.life.reported_at
            assert case.life.due_at
            assert case.life.signed_at <= taken <= case.life.reported_at
            late += taken > case.life.due_at
    assert late == whole.planned["photos_taken_after_the_deadline"]
    assert late >= 8


def test_write_gives_every_answering_unit_an_account(written: Written) -> None:
    folder = written(1)[0]
    people = sheet_rows(folder / "people.xlsx", "人员")
    units = sheet_rows(folder / "units.xlsx", "单位")
    answering = {u["单位名称"] for u in units if u["类型"] in ("街道", "乡镇", "部门", "企业")}
    assert {p["单位"] for p in people if p["角色"] == "联络员"} == answering
    assert {p["单位"] for p in people} <= {u["单位名称"] for u in units}
    assert len({p["用户名"] for p in people}) == len(people)
    assert {u["上级单位"] for u in units} - {""} <= {u["单位名称"] for u in units}


def test_write_names_sources_that_hold_the_declared_number(written: Written) -> None:
    folder = written(1)[0]
    people = {p["用户名"] for p in sheet_rows(folder / "people.xlsx", "人员")}
    declared = sheet_rows(folder / "declared.xlsx", "申报数据")
    for row in declared:
        source = folder / str(row["来源文件"])
        number = f"{row['数值']:g}" if isinstance(row["数值"], float) and row["数值"] < 1000 else f"{row['数值']:.0f}"
        if source.suffix == ".txt":
            content = source.read_text(encoding="utf-8")
        else:
            content = str(CalamineWorkbook.from_path(source).get_sheet_by_index(0).to_python())
        assert number in content
        assert row["申报人(用户名)"] in people
        assert row["确认人(用户名)"] != row["申报人(用户名)"]
    assert sum(row["确认人(用户名)"] == "" for row in declared) == 2


def test_write_runs_as_a_command_that_counts_its_books(tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "yearbook", *arguments], cwd=ROOT, text=True, capture_output=True, check=False
        )

    out = str(tmp_path / "year")
    assert run("write", "--out", out, "--year", "2023", "--seed", "5", "--scale", "0.01").returncode == 0
    counted = json.loads(run("count", out, "--json").stdout)
    assert (counted["period"], counted["problems.found"]) == ("2023", 347)
    assert run("write", "--out", out, "--scale", "7").returncode == 2
