"""The desk of problems in a real browser: list and map in step, acts by keyboard, filing, many at once."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits
from tests.factories import people
from tests.factories import standards as standards_factory
from tests.factories.places import MIDDLE, SECOND_TOWN, make_city, make_point
from tests.factories.problems import Cast, ask, bring_to, make_problem
from wenming.programmes.problems import services
from wenming.programmes.problems.enums import Action, State
from wenming.programmes.problems.models import Problem

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}
LONG = "宣传栏玻璃破裂，人行道与绿化带之间堆放大量装修垃圾及废弃家具影响行人通行安全问题请尽快处理"


def settled(page: Page, path: str) -> Page:
    page.goto(path)
    page.wait_for_load_state("networkidle")
    return page


@pytest.fixture
def cast() -> Cast:
    make_city()
    standards_factory.make_catalogue()
    return Cast()


def spread(cast: Cast, count: int = 6) -> list[Problem]:
    lat, lon = MIDDLE[people.TOWN]
    place: dict[str, Any] = {"region_code": None, "territory_id": None, "department_id": None}
    return [
        make_problem(cast, title=LONG if n == 0 else f"井盖缺失 {n}", lat=lat + n / 25, lon=lon + n / 12, **place)
        for n in range(count)
    ]


@pytest.mark.parametrize("device", [{}, PHONE], ids=["desk", "phone"])
def test_pages_are_accessible_and_keep_to_their_width(
    cast: Cast, page_as: Callable[..., Page], axe: Callable[[Page], list[str]], visits: Visits, device: dict[str, Any]
) -> None:
    spread(cast)
    point = make_point(territory_id=cast.street.pk)
    review = bring_to(cast, make_problem(cast, title=LONG, point=point), Action.REPORT_BACK)
    page = page_as(cast.county, **device)
    for path in (
        "/problems/",
        "/problems/?q=没有这样的",
        "/problems/inbox/",
        "/problems/new/",
        "/problems/print/",
        f"/problems/{review.public_id}/",
        f"/problems/points/{point.public_id}/",
    ):
        settled(page, path)
        assert axe(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") == device.get("width", 1440), path
    assert visits.complaints == []


def test_list_and_map_point_at_the_same_problem(cast: Cast, page_as: Callable[..., Page]) -> None:
    for code in (people.TOWN, SECOND_TOWN):
        make_problem(cast, lat=MIDDLE[code][0], lon=MIDDLE[code][1])
    page = settled(page_as(cast.county), "/problems/")
    expect(page.locator(".mapbox .markbox").first).to_be_visible()
    page.keyboard.press("j")
    here = page.locator("tr.is-here")
    expect(here).to_have_count(1)
    expect(page.locator("[data-map-card] a")).to_have_text(here.locator(".c-cut a").inner_text())
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_visible()


def test_review_by_keyboard(cast: Cast, page_as: Callable[..., Page], axe: Callable[[Page], list[str]]) -> None:
    problem = bring_to(cast, make_problem(cast), Action.REPORT_BACK)
    page = settled(page_as(cast.county), f"/problems/{problem.public_id}/")
    page.keyboard.press("r")
    reason = page.locator("#act-return-reason")
    expect(reason).to_be_focused()
    assert axe(page) == []
    page.keyboard.press("Escape")
    expect(reason).to_be_hidden()
    page.keyboard.press("p")
    expect(page.locator(".toast")).to_contain_text("审核通过")
    problem.refresh_from_db()
    assert problem.state == State.REVIEWED


def test_conflict_keeps_the_words(cast: Cast, page_as: Callable[..., Page]) -> None:
    problem = bring_to(cast, make_problem(cast), Action.DISPATCH)
    page = settled(page_as(cast.county), f"/problems/{problem.public_id}/")
    services.perform_one(cast.office, ask(problem, Action.REMIND, reason="今天中午前回复"))
    page.locator("a[href='#act-remind']").click()
    page.fill("#act-remind-reason", "请拍全景")
    page.locator("#act-remind").get_by_role("button", name="催办").click()
    expect(page.locator(".errors")).to_contain_text("同事刚改过")
    expect(page.locator("section[aria-label='这期间的改动']")).to_contain_text("今天中午前回复")
    expect(page.locator("#act-remind-reason")).to_have_value("请拍全景")
    page.locator("#act-remind").get_by_role("button", name="催办").click()
    expect(page.locator(".toast")).to_contain_text("催办")


def test_many_are_dispatched_in_one_request(cast: Cast, page_as: Callable[..., Page]) -> None:
    spread(cast, 3)
    page = settled(page_as(cast.county), "/problems/?state=filed")
    page.locator("[data-row-all]").check()
    expect(page.locator("[data-row-count]")).to_have_text("已选 3 件")
    page.locator("[data-row-bar]").get_by_role("button", name="派遣").click()
    expect(page.locator("h1")).to_have_text("派遣 3 件")
    page.locator("form").get_by_role("button", name="派遣").click()
    expect(page.locator("h1")).to_have_text("派遣：做了 3 件")
    assert set(Problem.objects.values_list("state", "lead")) == {(State.DISPATCHED, cast.street.pk)}


def mark_the_middle(page: Page) -> None:
    """Once the map shows the city: before that its middle is somewhere else."""
    expect(page.locator(".leaflet-overlay-pane path").first).to_be_attached()
    page.get_by_role("button", name="标在地图中间").click()
    expect(page.locator("#id_lat")).not_to_have_value("")


def test_filing_with_photo_pin_and_a_warning_of_duplicates(cast: Cast, page_as: Callable[..., Page]) -> None:
    page = settled(page_as(cast.county), "/problems/new/")
    buffer = io.BytesIO()
    Image.new("RGB", (80, 60), (20, 120, 90)).save(buffer, "JPEG")
    page.set_input_files("#photos", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()})
    expect(page.locator("[data-photo-list] img")).to_have_count(1)
    mark_the_middle(page)
    lat, lon = float(page.input_value("#id_lat")), float(page.input_value("#id_lon"))
    page.fill("#id_title", "垃圾桶满溢")
    page.fill("#id_type", "E0110 暴露垃圾")
    page.locator("#id_type").blur()
    page.get_by_role("button", name="登记问题").click()
    expect(page.locator("h1")).to_contain_text("垃圾桶满溢")
    expect(page.locator(".toast")).to_contain_text("登记")
    problem = Problem.objects.get()
    assert (problem.photos.count(), problem.type_code) == (1, "E0110")
    assert (problem.lat, problem.lon) == (lat, lon)
    settled(page, "/problems/new/")
    mark_the_middle(page)
    page.fill("#id_type", "E0110 暴露垃圾")
    page.locator("#id_type").blur()
    expect(page.locator("#duplicates")).to_contain_text("垃圾桶满溢")


def test_filing_without_scripts(cast: Cast, page_as: Callable[..., Page]) -> None:
    page = page_as(cast.county, java_script_enabled=False)
    page.goto("/problems/new/")
    page.get_by_role("button", name="登记问题").click()
    page.fill("#id_title", "井盖缺失")
    page.fill("#id_address", "文昌路口")
    page.get_by_role("button", name="登记问题").click()
    assert Problem.objects.get().title == "井盖缺失"
