"""Ledgers with one bad thing in them: the rest goes in, and the answer says what did not."""

from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.factories import people
from wenming.foundation.people.enums import UnitKind
from wenming.kernel.actors import SYSTEM
from wenming.kernel.clock import SHANGHAI
from wenming.outputs.exchange import office
from wenming.outputs.exchange.kinds import Source
from wenming.outputs.exchange.office.sheets import HeadingMissing, NotATime, moment_of, number_of, text_of
from wenming.outputs.exchange.results import Result
from wenming.programmes.problems.enums import State
from wenming.programmes.problems.models import Problem
from wenming.programmes.standards import services as standards

pytestmark = pytest.mark.django_db
HEADS = (
    *("编号", "发现时间", "发现渠道", "地点", "问题类别", "问题描述", "属地", "主管部门", "牵头单位"),
    *("交办时间", "整改时限", "签收时间", "反馈时间", "审核时间", "审核结果", "结案时间", "状态", "整改前照片"),
)
ROW: dict[str, Any] = {
    "编号": "A-1",
    "发现时间": "2024-03-05 09:00",
    "发现渠道": "督查员巡查",
    "地点": "文昌路口",
    "问题描述": "垃圾桶满溢",
    "属地": "文昌街道",
    "主管部门": "市城市管理局",
    "牵头单位": "属地",
    "交办时间": "2024年3月5日 10时00分",
    "整改时限": "2024.3.6",
    "签收时间": "2024-03-05 11:00",
    "反馈时间": "2024-03-05 15:00",
    "审核时间": "2024-03-06 09:00",
    "审核结果": "通过",
    "结案时间": "2024-03-06 10:00",
    "状态": "结案",
}


@pytest.fixture(autouse=True)
def _city() -> None:
    people.make_unit(kind=UnitKind.STREET, name="文昌街道")
    people.make_unit(kind=UnitKind.DEPARTMENT, name="市城市管理局", region_code=people.CITY)
    people.make_unit(kind=UnitKind.COUNTY_OFFICE, name="澄溪区文明办", region_code=people.COUNTY)
    standards.load_starter(by=SYSTEM)


def take(tmp_path: Path, *rows: dict[str, Any]) -> Result:
    folder = tmp_path / "problems"
    folder.mkdir(exist_ok=True)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(HEADS))
    for row in rows:
        sheet.append([row.get(head, "") for head in HEADS])
    book.save(folder / "ledger.xlsx")
    return office.take_problems(Source(path=folder / "ledger.xlsx", by=SYSTEM))


def test_take_problems_files_the_whole_history(tmp_path: Path) -> None:
    result = take(tmp_path, ROW)
    assert (result.read, result.created, result.errors) == (1, 1, [])
    problem = Problem.objects.get()
    assert problem.state == State.CLOSED
    assert problem.handle_due_at == datetime(2024, 3, 6, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"属地": "没有的街道"}, "people.unknown_unit"),
        ({"发现时间": "后天"}, "exchange.not_a_time"),
        ({"发现时间": 9e12}, "exchange.not_a_time"),
        ({"审核时间": "2024-03-05 14:00"}, "exchange.out_of_order"),
        ({"反馈时间": ""}, "exchange.never_reported"),
        ({"交办时间": "", "签收时间": ""}, "exchange.never_assigned"),
    ],
)
def test_take_problems_rejects_the_bad_row_and_takes_the_others(
    tmp_path: Path, changes: dict[str, Any], code: str
) -> None:
    result = take(tmp_path, ROW | {"编号": "A-0"} | changes, ROW)
    assert (result.read, result.created, result.rejected) == (2, 1, 1)
    assert (result.errors[0].code, result.errors[0].row) == (code, 2)
    assert [problem.source_key for problem in Problem.objects.all()] == ["A-1"]


def test_take_problems_carries_on_what_is_known(tmp_path: Path) -> None:
    early = ROW | dict.fromkeys(("反馈时间", "审核时间", "审核结果", "结案时间"), "") | {"状态": "整改中"}
    assert take(tmp_path, early).created == 1
    assert Problem.objects.get().state == State.HANDLING
    again = take(tmp_path, ROW)
    assert (again.created, again.updated, again.unchanged) == (0, 1, 0)
    assert Problem.objects.get().state == State.CLOSED
    assert take(tmp_path, ROW).unchanged == 1
    assert take(tmp_path, early).unchanged == 1


def test_take_problems_leaves_out_a_photo_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"not a photo")
    result = take(tmp_path, ROW | {"整改前照片": "a.jpg"})
    assert (result.created, result.notes) == (1, {"photos_refused": 1, "unlocated": 1})


@pytest.mark.parametrize("name", ["../secret.jpg", "x" * 400, "/etc/passwd"])
def test_take_problems_looks_for_photos_in_their_folder_only(tmp_path: Path, name: str) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    result = take(tmp_path, ROW | {"整改前照片": name})
    assert (result.created, result.notes) == (1, {"unlocated": 1})


def test_take_problems_without_a_heading(tmp_path: Path) -> None:
    (tmp_path / "notes.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")
    with pytest.raises(HeadingMissing):
        office.take_problems(Source(path=tmp_path / "notes.csv", by=SYSTEM))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2024-03-05 14:20", (2024, 3, 5, 14, 20)),
        ("2024年3月5日 14时20分", (2024, 3, 5, 14, 20)),
        ("2024.3.5", (2024, 3, 5, 0, 0)),
        (45356.5972222222, (2024, 3, 5, 14, 20)),
    ],
)
def test_moment_of_the_forms_that_offices_write(cell: Any, expected: tuple[int, ...]) -> None:
    assert moment_of(cell) == datetime(*expected, tzinfo=SHANGHAI)


@pytest.mark.parametrize("cell", ["后天", "2024-13-01", "2024"])
def test_moment_of_what_is_no_time(cell: str) -> None:
    with pytest.raises(NotATime):
        moment_of(cell)


def test_cells_are_read_as_people_see_them() -> None:
    assert (text_of(3.0), text_of("　甲　"), text_of(None)) == ("3", "甲", "")
    assert (number_of("１２.5"), number_of("甲"), number_of("")) == (12.5, None, None)
