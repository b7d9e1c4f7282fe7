"""Taking in a table on screen: upload, columns, trial, taking, result."""

import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import people
from tests.factories.places import make_city, make_point
from wenming.foundation.audit.models import AuditRecord
from wenming.foundation.files import selectors as files
from wenming.foundation.jobs.models import Job
from wenming.foundation.jobs.services import run_due
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import WORKING, Role, UnitKind
from wenming.foundation.people.models import Unit, User
from wenming.foundation.places.models import Point
from wenming.kernel.actors import SYSTEM
from wenming.outputs.exchange.layouts import Layout
from wenming.outputs.exchange.office import cases, points, units
from wenming.outputs.exchange.office.sheets import meant_by, suggest
from wenming.programmes.problems.enums import State
from wenming.programmes.problems.models import Problem
from wenming.programmes.standards import services as standards

pytestmark = pytest.mark.django_db

POINTS = [["全市点位登记表"], ["编号", "点位名称（全称）", "类别", "X", "Y"], ["P-1", "文昌路口", "路口", 118.5, 30.25]]


def sheet(rows: list[list[Any]], *, title: str = "台账", name: str = "点位.xlsx") -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = title
    for row in rows:
        page.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return SimpleUploadedFile(name, buffer.getvalue())


def enter(client: Client, acting: Acting) -> Client:
    client.force_login(User.objects.get(pk=acting.user_id))
    return client


@pytest.fixture
def office(client: Client) -> Client:
    return enter(client, people.make_acting(Role.OFFICE))


def uploaded(client: Client, kind: str, file: SimpleUploadedFile) -> str:
    answer = client.post(reverse("exchange:imports"), {"kind": kind, "file": file})
    assert answer.status_code == 302
    return str(answer["Location"])


def tried(client: Client, at: str, **fields: Any) -> Any:
    """The page of the trial, done; the columns are as suggested but for `fields`."""
    shown = client.get(at).context["fields"]
    given = {each["name"]: each["chosen"] for each in shown} | {
        f"field-{name}": column for name, column in fields.items()
    }
    answer = client.post(at, given)
    assert answer.status_code == 302, answer.context["error"]
    run_due()
    return client.get(answer["Location"])


def taken(client: Client, trial: Any) -> Any:
    answer = client.post(reverse("exchange:take", args=[trial.context["run"]]))
    run_due()
    return client.get(answer["Location"])


# Doors ---------------------------------------------------------------------


@pytest.mark.parametrize("role", [role for role in WORKING if role != Role.OFFICE])
def test_imports_are_not_for_everybody(client: Client, role: Role) -> None:
    assert enter(client, people.make_acting(role)).get(reverse("exchange:imports")).status_code == 403


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        (Role.OFFICE, ["points", "problems"]),
        (Role.ADMINISTRATOR, ["units", "accounts", "points"]),
        (Role.SECURITY, ["roles"]),
    ],
)
def test_offers_what_the_role_may_take_in(client: Client, role: Role, kinds: list[str]) -> None:
    page = enter(client, people.make_acting(role)).get(reverse("exchange:imports"))
    assert [table.kind for table in page.context["tables"]] == kinds


def test_whoever_sees_a_part_of_the_city_takes_in_nothing(client: Client) -> None:
    enter(client, people.make_acting(Role.OFFICE, region_code=people.COUNTY))
    page = client.get(reverse("exchange:imports"))
    assert (page.context["tables"], "没有您能导入的" in page.content.decode()) == ([], True)


def test_another_persons_upload_and_run_are_not_there(client: Client, office: Client) -> None:
    address = uploaded(office, "points", sheet(POINTS))
    trial = tried(office, address, code=0, name=1)
    stranger = enter(Client(), people.make_acting(Role.OFFICE))
    assert stranger.get(address).status_code == 404
    assert stranger.get(reverse("exchange:run", args=[trial.context["run"]])).status_code == 404
    assert stranger.post(reverse("exchange:take", args=[trial.context["run"]])).status_code == 404


def test_upload_for_a_kind_that_is_anothers(office: Client) -> None:
    address = uploaded(office, "points", sheet(POINTS)).replace("kind=points", "kind=units")
    assert office.get(address).status_code == 404


# Upload and columns ----------------------------------------------------------


@pytest.mark.parametrize("data", [b"\x00\x01", b"PK\x03\x04broken"])
def test_upload_of_what_is_no_table_is_refused(office: Client, data: bytes) -> None:
    given = {"kind": "points", "file": SimpleUploadedFile("x.xlsx", data)}
    assert office.post(reverse("exchange:imports"), given).status_code == 400
    assert office.post(reverse("exchange:imports"), {"kind": "points"}).status_code == 400


def test_columns_are_suggested_below_a_title(office: Client) -> None:
    shown = office.get(uploaded(office, "points", sheet(POINTS))).context
    chosen = {each["name"]: (each["chosen"], each["sample"]) for each in shown["fields"]}
    assert (shown["layout"].heading_row, shown["row_count"]) == (2, 1)
    assert (chosen["field-code"], chosen["field-name"]) == (("0", "P-1"), ("1", "文昌路口"))
    assert chosen["field-lon"] == ("", "")


def test_heading_row_and_sheet_can_be_chosen(office: Client) -> None:
    address = uploaded(office, "points", sheet(POINTS))
    shown = office.get(f"{address}&sheet=0&row=1").context
    assert (shown["layout"].heading_row, shown["row_count"]) == (1, 2)
    assert office.get(f"{address}&sheet=99&row=x").context["layout"].heading_row == 2


@pytest.mark.parametrize("fields", [{"name": ""}, {"address": 0}])
def test_columns_that_cannot_be_meant_are_refused(office: Client, fields: dict[str, Any]) -> None:
    address = uploaded(office, "points", sheet(POINTS))
    given = {"field-code": 0, "field-name": 1} | {f"field-{name}": at for name, at in fields.items()}
    assert office.post(address, given).status_code == 400
    assert not Job.objects.exists()


@given(st.permutations(sorted(points.COLUMNS)))
def test_suggest_finds_every_column_in_any_order(names: list[str]) -> None:
    heading = [points.COLUMNS[name][0] for name in names]
    assert suggest({"": [["题"], heading]}, points.COLUMNS) == Layout("", 2, {n: at for at, n in enumerate(names)})


def test_suggest_prefers_the_heading_itself() -> None:
    assert meant_by(["点位编号说明", "编号"], {"code": ("点位编号", "编号")}) == {"code": 1}


# Trial and taking ------------------------------------------------------------


def test_trial_writes_nothing_and_taking_writes_it_once(office: Client) -> None:
    make_city()
    trial = tried(office, uploaded(office, "points", sheet(POINTS)), lon=3, lat=4, type=2)
    assert (trial.context["result"]["created"], Point.objects.count()) == (1, 0)
    for _ in range(2):
        done = taken(office, trial)
    point = Point.objects.get()
    assert (point.code, point.lat, point.type_key, done.context["result"]["created"]) == ("P-1", 30.25, "路口", 1)
    assert (Job.objects.count(), AuditRecord.objects.filter(action="exchange.import").count()) == (2, 1)
    again = tried(office, uploaded(office, "points", sheet(POINTS)))
    assert again.context["result"]["unchanged"] == 1
    assert "导入能收的" not in again.content.decode()


def test_refused_rows_are_told_one_by_one_and_handed_out(office: Client) -> None:
    rows = [
        ["编号", "名称", "属地"],
        ["P-1", "好的", ""],
        ["P-2", "不好的", "-没有的街道"],
        ["P-3", "", ""],
        ["P-4", "长" * 101, ""],
    ]
    trial = tried(office, uploaded(office, "points", sheet(rows)))
    result = trial.context["result"]
    assert (result["read"], result["created"], result["rejected"]) == (4, 1, 3)
    assert [(error["sheet"], error["row"]) for error in result["errors"]] == [("台账", 3), ("台账", 4), ("台账", 5)]
    file = trial.context["job"].file
    page = openpyxl.load_workbook(io.BytesIO(files.open_received(file))).active
    assert page is not None
    told = [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]
    assert told[0][:2] == ["台账", 3]
    assert told[0][3:6] == ["P-2", "不好的", "'-没有的街道"]


def test_bad_place_is_taken_and_counted(office: Client) -> None:
    make_city()
    rows = [["编号", "名称", "经度", "纬度", "区划代码"], ["P-1", "海里", 0, 0, 999999999999]]
    done = taken(office, tried(office, uploaded(office, "points", sheet(rows))))
    assert (done.context["result"]["created"], done.context["result"]["unlocated"]) == (1, 1)
    assert Point.objects.get().lat is None


def test_last_years_cases_come_as_they_are(office: Client) -> None:
    people.make_unit(kind=UnitKind.STREET, name="文昌街道")
    standards.load_starter(by=SYSTEM)
    heading = ["案号", "发现于", "哪里", "情况", "属地", "结案时间", "交办时间", "现在怎样"]
    row = ["A-1", "2024-03-05 09:00", "路口", "积水", "文昌街道", "2024-03-06 10:00", "2024-03-05 10:00", "结案"]
    address = uploaded(office, "problems", sheet([heading, row], name="去年.xlsx"))
    fields = {
        "id": 0,
        "found": 1,
        "address": 2,
        "description": 3,
        "territory": 4,
        "closed": 5,
        "assigned": 6,
        "state": 7,
    }
    trial = tried(office, f"{address}&sheet=0&row=1", **fields)
    assert (trial.context["result"]["created"], Problem.objects.count()) == (1, 0)
    done = taken(office, trial)
    problem = Problem.objects.get()
    assert (problem.state, problem.source, problem.is_unlocated) == (State.CLOSED, cases.SOURCE, True)
    assert done.context["target_url"] == f"{reverse('problems:list')}?state=all&unlocated=1"
    assert problem.events.order_by("seq").values_list("actor_kind", flat=True)[0] == "import"


def test_units_with_their_parents_in_any_order(client: Client) -> None:
    enter(client, people.make_acting(Role.ADMINISTRATOR))
    rows = [
        ["单位编码", "单位名称", "单位类型", "上级单位"],
        ["B", "下级", "部门", "上级局"],
        ["A", "上级局", "部门", ""],
        ["C", "没爹的", "部门", "不存在"],
        ["D", "没爹的下级", "部门", "C"],
        ["A", "重复的", "部门", ""],
        ["E", "怪", "怪类", ""],
    ]
    trial = tried(client, uploaded(client, "units", sheet(rows, name="单位.xlsx")))
    assert not Unit.objects.filter(code="A").exists()
    result = taken(client, trial).context["result"]
    assert (result["created"], result["unchanged"], result["rejected"], result["read"]) == (2, 1, 3, 6)
    assert Unit.objects.get(code="B").parent == Unit.objects.get(code="A")


def test_csv_is_taken_too(office: Client) -> None:
    file = SimpleUploadedFile("点位.csv", "点位编号,点位名称\nP-1,文昌路口\n".encode("gb18030"))
    done = taken(office, tried(office, uploaded(office, "points", file)))
    assert (done.context["result"]["created"], Point.objects.get().name) == (1, "文昌路口")


def test_run_under_way_shows_how_far_and_asks_again(office: Client) -> None:
    address = uploaded(office, "points", sheet(POINTS))
    answer = office.post(address, {"field-code": 0, "field-name": 1})
    page = office.get(answer["Location"]).content.decode()
    assert ("排队中" in page, 'hx-trigger="every 1s"' in page) == (True, True)
    job = Job.objects.get()
    office.post(reverse("jobs:cancel", args=[job.public_id]))
    assert "已取消" in office.get(answer["Location"]).content.decode()


def test_trial_lets_others_write_between_its_batches(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each batch is taken back by itself, and what was there before stays."""
    make_point(name="原来的")
    monkeypatch.setattr(points, "BATCH_ROWS", 1)
    rows = [["编号", "名称"], *([f"P-{n}", f"点{n}"] for n in range(3))]
    trial = tried(office, uploaded(office, "points", sheet(rows)))
    assert (trial.context["result"]["created"], Point.objects.count()) == (3, 1)


def test_unit_rows_too_long_are_refused(client: Client) -> None:
    enter(client, people.make_acting(Role.ADMINISTRATOR))
    rows = [["单位编码", "单位名称", "单位类型"], ["X" * 41, "名", "部门"], ["Y", "", "部门"]]
    result = tried(client, uploaded(client, "units", sheet(rows))).context["result"]
    assert (result["created"], result["rejected"]) == (0, 2)
    assert units.UNIT_REQUIRED == ("code", "name", "kind")


def cost(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as caught:
        client.get(path)
    return len(caught)


@pytest.mark.parametrize("count", [1, 3])
def test_pages_cost_a_fixed_number_of_statements(office: Client, count: int) -> None:
    rows = [["编号", "名称", "属地"], *([f"P-{n}", "点", "没有的"] for n in range(count))]
    address = uploaded(office, "points", sheet(rows))
    run = reverse("exchange:run", args=[tried(office, address).context["run"]])
    # The first page asks for nothing of its own; the others for the upload, and for the run with it.
    plain = cost(office, reverse("exchange:imports"))
    assert [cost(office, path) - plain for path in (address, run)] == [1, 2]
