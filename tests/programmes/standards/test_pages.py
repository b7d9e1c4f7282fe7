"""The pages: who may open and change what, what they show, and what they cost."""

import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories import standards as make
from tests.factories.people import COUNTY, OTHER_TOWN, make_acting, make_unit, make_user
from tests.factories.places import make_point, make_regions
from wenming.foundation.audit.models import AuditRecord
from wenming.foundation.people.enums import WORKING, Role, UnitKind
from wenming.foundation.places.models import Point
from wenming.kernel.actors import SYSTEM
from wenming.kernel.ui import nav, userbox
from wenming.programmes.standards import selectors, services
from wenming.programmes.standards.models import Criterion, Responsibility, Standard
from wenming.programmes.standards.services import Assignment
from wenming.programmes.standards.workbook import plain

pytestmark = pytest.mark.django_db
PAGES = ("standards:tree", "standards:types", "standards:matrix", "standards:versions")


@pytest.fixture(autouse=True)
def _bare_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what other apps count in the rail: a list's queries are its own."""
    monkeypatch.setattr(nav, "_entries", {e.key: e for e in nav.entries() if e.key.startswith("standards.")})
    monkeypatch.setattr(userbox, "_provided", {})


def signed_in(client: Client, role: Role = Role.OFFICE, **grant: Any) -> Client:
    user = make_user()
    make_acting(role, user=user, **grant)
    client.force_login(user)
    return client


def assign_url(point: Point, criterion: Criterion) -> str:
    return reverse("standards:assign", args=[point.public_id, criterion.pk])


@pytest.mark.parametrize("name", PAGES)
def test_open_page_as_a_stranger_leads_to_signing_in(client: Client, name: str) -> None:
    assert client.get(reverse(name)).status_code == 302


@pytest.mark.parametrize("role", [*WORKING, Role.ADMINISTRATOR])
@pytest.mark.parametrize("name", PAGES)
def test_open_page_as_staff(client: Client, name: str, role: Role) -> None:
    make.make_standard()
    make.make_catalogue()
    assert signed_in(client, role).get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_open_page_when_nothing_is_published_says_what_to_do(client: Client, name: str) -> None:
    answer = signed_in(client).get(reverse(name))
    assert answer.status_code == 200
    assert "还没有" in answer.content.decode()


@pytest.mark.parametrize(
    "query", ["version=x", "version=999999999", "cursor=", "county=abc", "county=000000000000", "unit=x"]
)
@pytest.mark.parametrize("name", PAGES)
def test_open_page_with_a_senseless_filter_narrows_nothing(client: Client, name: str, query: str) -> None:
    make.make_standard()
    make.make_catalogue()
    assert signed_in(client).get(f"{reverse(name)}?{query}").status_code == 200


def _criteria(size: int) -> list[tuple[str, ...]]:
    return [("", f"项目{n}", f"内容{n}", f"标准{n}", "实地", "", "市城管局", "市交通局") for n in range(size)]


@pytest.mark.parametrize("size", [1, 3])
def test_tree_costs_the_same_for_more_rows(client: Client, size: int, django_assert_num_queries: Any) -> None:
    make_unit(kind=UnitKind.DEPARTMENT, name="市城管局")
    make_unit(kind=UnitKind.DEPARTMENT, name="市交通局")
    make.make_standard(criteria=_criteria(size), rules=())
    signed_in(client)
    client.get(reverse("standards:tree"))
    with django_assert_num_queries(9):
        answer = client.get(reverse("standards:tree"))
    assert answer.content.decode().count("市城管局") == size


@pytest.mark.parametrize("size", [1, 3])
def test_types_cost_the_same_for_more_rows(client: Client, size: int, django_assert_num_queries: Any) -> None:
    make.make_catalogue(types=make.TYPES[:size])
    signed_in(client)
    client.get(reverse("standards:types"))
    with django_assert_num_queries(8):
        answer = client.get(reverse("standards:types"))
    assert len(answer.context["page"].rows) == size


@pytest.mark.parametrize("size", [1, 3])
def test_matrix_page_costs_the_same_for_more_points(client: Client, size: int, django_assert_num_queries: Any) -> None:
    standard = make.make_standard()
    criterion = selectors.criterion_for("01-01-01", standard=standard)
    for _ in range(size):
        point = make_point(type_key="主次干道", territory_id=make_unit().pk)
        services.assign_responsibility(Assignment(criterion, point, None, make_unit()), reason="会议定", by=SYSTEM)
    signed_in(client)
    client.get(reverse("standards:matrix"))
    with django_assert_num_queries(12):
        answer = client.get(reverse("standards:matrix"))
    assert len(answer.context["groups"]) == size


@pytest.mark.parametrize("size", [1, 3])
def test_versions_cost_the_same_for_more_rows(client: Client, size: int, django_assert_num_queries: Any) -> None:
    for number in range(size):
        make.make_standard(edition=f"e{number}")
    signed_in(client)
    client.get(reverse("standards:versions"))
    with django_assert_num_queries(5):
        answer = client.get(reverse("standards:versions"))
    assert len(answer.context["standards"]) == size


def test_tree_filters_by_project_method_and_text(client: Client) -> None:
    make.make_standard()
    signed_in(client)

    def codes(query: str) -> list[str]:
        sections = client.get(f"{reverse('standards:tree')}?{query}").context["projects"]
        return [row["criterion"].code for s in sections for c in s["contents"] for row in c["rows"]]

    assert codes("") == ["01-01-01", "01-01-02", "02-01-01"]
    assert codes("project=02") == ["02-01-01"]
    assert codes("method=field") == ["01-01-01", "01-01-02"]
    assert codes("q=盲道") == ["01-01-02"]
    assert codes("q=市交通局") == ["01-01-01"]


def test_types_filter_by_kind_category_and_text(client: Client) -> None:
    make.make_catalogue()
    signed_in(client)

    def codes(query: str) -> list[str]:
        return [row.code for row in client.get(f"{reverse('standards:types')}?{query}").context["page"].rows]

    assert codes("kind=event") == ["E0110", "E0101"]
    assert codes("category=公用设施") == ["C0101"]
    assert codes("q=0101") == ["C0101", "E0101"]
    assert codes("q=e0110") == ["E0110"]


def test_matrix_says_how_many_gaps_there_are(client: Client) -> None:
    make.make_standard()
    for _ in range(2):
        make_point(type_key="主次干道")
    make_point(type_key="车站")
    text = signed_in(client).get(reverse("standards:matrix")).content.decode()
    assert "2 个点位没有主管部门" in text
    assert "2 个点位没有属地单位" in text
    assert "1 个点位的类型不在标准里" in text


def test_matrix_filters_by_county(client: Client) -> None:
    make_regions()
    make.make_standard()
    mine = make_point(type_key="主次干道")
    make_point(type_key="主次干道", region_code=OTHER_TOWN)
    answer = signed_in(client).get(f"{reverse('standards:matrix')}?county={COUNTY}")
    assert [group["point"] for group in answer.context["groups"]] == [mine]


def test_assign_through_the_form(client: Client) -> None:
    standard, point = make.make_standard(), make_point(type_key="主次干道")
    criterion, town = selectors.criterion_for("01-01-02", standard=standard), make_unit()
    url = assign_url(point, criterion)
    signed_in(client)
    assert client.get(url).status_code == 200
    back = reverse("standards:matrix") + "?gaps=1"
    answer = client.post(url, {"territory": town.pk, "reason": "现场会议定", "seen": 0, "back": back})
    assert (answer.status_code, answer["Location"]) == (302, back)
    row = Responsibility.objects.get()
    assert (row.territory, row.department, row.reason) == (town, None, "现场会议定")
    client.post(reverse("standards:withdraw", args=[point.public_id, criterion.pk]))
    row.refresh_from_db()
    assert row.valid_until_at is not None


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example/standards/matrix/", "/desk/", "javascript:x"]
)
def test_assign_never_leads_away(client: Client, back: str) -> None:
    standard, point, town = make.make_standard(), make_point(type_key="主次干道"), make_unit()
    url = assign_url(point, selectors.criterion_for("01-01-02", standard=standard))
    answer = signed_in(client).post(url, {"territory": town.pk, "reason": "会议定", "seen": 0, "back": back})
    assert answer["Location"] == reverse("standards:matrix")


@pytest.mark.parametrize(
    ("posted", "status"),
    [
        ({"reason": "", "seen": 0}, 400),
        ({"reason": "会议定", "seen": 0}, 400),
        ({"territory": 987654, "reason": "会议定", "seen": 0}, 400),
    ],
)
def test_assign_when_wrongly_filled_writes_nothing(client: Client, posted: dict[str, Any], status: int) -> None:
    standard, point = make.make_standard(), make_point(type_key="主次干道")
    url = assign_url(point, selectors.criterion_for("01-01-02", standard=standard))
    answer = signed_in(client).post(url, posted)
    assert answer.status_code == status
    assert 'role="alert"' in answer.content.decode()
    assert not Responsibility.objects.exists()


def test_assign_when_a_colleague_was_faster_is_a_conflict(client: Client) -> None:
    standard, point, towns = make.make_standard(), make_point(type_key="主次干道"), [make_unit(), make_unit()]
    criterion = selectors.criterion_for("01-01-02", standard=standard)
    services.assign_responsibility(Assignment(criterion, point, towns[0], None), reason="会议定", by=SYSTEM)
    posted = {"territory": towns[1].pk, "reason": "会议定", "seen": 0}
    assert signed_in(client).post(assign_url(point, criterion), posted).status_code == 409
    assert Responsibility.objects.get().territory == towns[0]


@pytest.mark.parametrize(
    ("role", "status"), [(Role.LIAISON, 403), (Role.INSPECTOR, 403), (Role.LEADER, 403), (Role.COUNTY, 200)]
)
def test_assign_asks_for_the_role(client: Client, role: Role, status: int) -> None:
    standard, point = make.make_standard(), make_point(type_key="主次干道")
    url = assign_url(point, selectors.criterion_for("01-01-02", standard=standard))
    assert signed_in(client, role).get(url).status_code == status


def test_assign_of_another_county_is_not_found(client: Client) -> None:
    standard = make.make_standard()
    point = make_point(type_key="主次干道", region_code=OTHER_TOWN)
    url = assign_url(point, selectors.criterion_for("01-01-02", standard=standard))
    assert signed_in(client, Role.COUNTY, region_code=COUNTY).get(url).status_code == 404


def test_assign_offers_a_county_its_own_territories(client: Client) -> None:
    standard, point = make.make_standard(), make_point(type_key="主次干道")
    mine, other = make_unit(), make_unit(region_code=OTHER_TOWN)
    criterion = selectors.criterion_for("01-01-02", standard=standard)
    signed_in(client, Role.COUNTY, region_code=COUNTY)
    offered = {
        value for value, _ in client.get(assign_url(point, criterion)).context["form"].fields["territory"].choices
    }
    assert mine.pk in offered
    assert other.pk not in offered
    posted = {"territory": other.pk, "reason": "会议定", "seen": 0}
    assert client.post(assign_url(point, criterion), posted).status_code == 400


def test_publish_through_the_dialog(client: Client) -> None:
    draft = make.make_draft()
    url = reverse("standards:publish_standard", args=[draft.pk])
    signed_in(client)
    assert "publish-standard" in client.get(reverse("standards:versions")).content.decode()
    client.post(url, {"effective_on": "不是日期"})
    assert not Standard.objects.get().is_published
    client.post(url, {"effective_on": "2026-05-01"})
    assert Standard.objects.get().is_published
    assert client.post(url, {"effective_on": "2026-05-01"}).status_code == 409


@pytest.mark.parametrize("role", [Role.COUNTY, Role.LIAISON, Role.AUTHOR])
def test_publish_without_the_role_is_refused(client: Client, role: Role) -> None:
    draft, catalogue = make.make_draft(), make.make_catalogue_draft()
    signed_in(client, role)
    for url in (
        reverse("standards:publish_standard", args=[draft.pk]),
        reverse("standards:publish_catalogue", args=[catalogue.pk]),
    ):
        assert client.post(url, {"effective_on": "2026-05-01"}).status_code == 403
    assert not Standard.objects.get().is_published


def test_diff_page_shows_the_change_and_the_proof(client: Client) -> None:
    make.make_standard()
    draft = services.draft_standard(edition="city", name="", by=SYSTEM)
    Criterion.objects.filter(standard=draft, code="01-01-01").update(marks_hundredths=1_000)
    services.publish_standard(draft, effective_on=make.DAY, by=SYSTEM)
    text = signed_in(client).get(reverse("standards:standard_diff", args=[draft.pk])).content.decode()
    assert "<del>4</del>" in text
    assert "<ins>10</ins>" in text
    assert "内容和发布时一致" in text
    assert client.get(reverse("standards:standard_diff", args=[0])).status_code == 404
    assert client.get(reverse("standards:catalogue_diff", args=[0])).status_code == 404


def test_export_has_the_rows_and_no_formula(client: Client) -> None:
    make.make_standard()
    make_point(type_key="主次干道", name="=HYPERLINK(1)")
    make_point(type_key="车站", name="南站")
    answer = signed_in(client).get(reverse("standards:matrix_xlsx"))
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert [row[3] for row in rows] == ["01-01-01", "01-01-02", None]
    assert rows[0][1] == "'=HYPERLINK(1)"
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert rows[0][9] == "没有属地单位；没有主管部门"
    record = AuditRecord.objects.get(action="standards.export")
    assert record.after == {"points": 2, "filters": {}}


def test_export_when_nothing_is_published_is_refused(client: Client) -> None:
    assert signed_in(client).get(reverse("standards:matrix_xlsx")).status_code == 404


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_plain_text_is_no_formula(text: str) -> None:
    assert plain(text) == f"'{text}"
    assert plain("正文=1") == "正文=1"
