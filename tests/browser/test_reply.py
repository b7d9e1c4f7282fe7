"""A clerk answers an assignment inside WeChat, with her thumb."""

import io
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits
from tests.factories import people
from tests.factories.problems import Cast, ask, bring_to, make_problem
from wenming.foundation.files import services as files
from wenming.foundation.files.models import StoredFile
from wenming.foundation.people.enums import Role
from wenming.kernel.actors import SYSTEM
from wenming.programmes.problems import services
from wenming.programmes.problems.enums import Action, State
from wenming.programmes.problems.models import Problem

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Window = Callable[..., Page]
Judge = Callable[[Page], list[str]]


BLOCK = 200


def picture(seed: int = 1) -> bytes:
    """As large as a phone takes them, so that the page has something to shrink; two seeds show two things, or the
    answer would be asked why it looks like what it answers."""
    image, some = Image.new("RGB", (2400, 1800)), Random(seed)
    draw = ImageDraw.Draw(image)
    for left in range(0, image.width, BLOCK):
        for top in range(0, image.height, BLOCK):
            draw.rectangle((left, top, left + BLOCK, top + BLOCK), fill=tuple(some.choices(range(256), k=3)))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG")
    return buffer.getvalue()


def upload(name: str = "after.jpg") -> dict[str, Any]:
    return {"name": name, "mimeType": "image/jpeg", "buffer": picture(2)}


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def problem(cast: Cast) -> Problem:
    before: StoredFile = files.receive_photo(data=picture(), name="before.jpg", by=SYSTEM)
    made = make_problem(
        cast, title="盲道被共享单车占用，约 40 米", description="请清移车辆，恢复畅通，同角度拍照。", photos=(before,)
    )
    return bring_to(cast, made, Action.DISPATCH)


@pytest.fixture
def address(problem: Problem) -> str:
    return services.reply_url(problem.links.get(revoked_at=None))


class Thumb:
    """Counts what a hand does."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    def tap(self, selector: str) -> None:
        self.taps += 1
        self.page.locator(selector).tap()

    def choose(self, selector: str, file: dict[str, Any]) -> None:
        with self.page.expect_file_chooser() as chooser:
            self.tap(selector)
        chooser.value.set_files(file)


def test_answer_in_four_taps(phone: Window, problem: Problem, visits: Visits, axe: Judge) -> None:
    page, address = phone(), services.reply_url(problem.links.get())
    thumb = Thumb(page)
    page.goto(address)  # the tap on the message
    thumb.taps += 1
    before = page.get_by_alt_text("整改前照片 1")
    expect(before).to_be_visible()
    page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=before.element_handle())
    assert axe(page) == []
    thumb.choose(".photo__label", upload())
    expect(page.locator(".photo .shot img")).to_be_visible()
    thumb.tap("label[for=quick-cleaned]")
    thumb.tap("button[form=reply]")
    expect(page.get_by_text("已报整改，等待审核")).to_be_visible()
    expect(page.get_by_alt_text("整改后照片 1")).to_be_visible()
    assert thumb.taps <= 4
    problem.refresh_from_db()
    assert problem.state == State.REPORTED_BACK
    sent = problem.photos.get(moment="after").file
    assert max(sent.width, sent.height) == 1600
    assert axe(page) == []
    assert visits.complaints == []
    services.perform_one(people.make_acting(Role.COUNTY), ask(problem, Action.PASS_REVIEW))
    page.reload()
    expect(page.get_by_text("审核已通过")).to_be_visible()


def test_answer_without_scripts(phone: Window, problem: Problem, address: str) -> None:
    page = phone(java_script_enabled=False)
    page.goto(address)
    page.set_input_files("#id_photos", upload())
    page.get_by_label("已清理").check(force=True)
    page.locator("button[form=reply]").click()
    expect(page.get_by_text("已报整改，等待审核")).to_be_visible()
    problem.refresh_from_db()
    assert problem.state == State.REPORTED_BACK


def test_answer_without_a_photo_says_so_and_keeps_the_note(phone: Window, address: str, axe: Judge) -> None:
    page = phone()
    page.goto(address)
    page.fill("#id_note", "已清移 31 辆")
    page.locator("button[form=reply]").tap()
    expect(page.locator("[data-focus]")).to_be_focused()
    expect(page.locator("#id_note")).to_have_value("已清移 31 辆")
    assert axe(page) == []


def test_what_was_typed_and_photographed_survives_a_closed_page(phone: Window, address: str) -> None:
    page = phone()
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.fill("#id_note", "已清移 31 辆")
    page.set_input_files("#id_photos", upload())
    expect(page.locator("[data-draft-note]")).to_be_visible()
    page.wait_for_timeout(1000)
    page.goto("about:blank")
    page.goto(address)
    expect(page.locator("#id_note")).to_have_value("已清移 31 辆")
    expect(page.locator(".photo .shot img")).to_be_visible()
    page.locator("button[form=reply]").tap()
    expect(page.get_by_text("已报整改，等待审核")).to_be_visible()


def test_ask_for_time_on_a_page_of_its_own(phone: Window, problem: Problem, address: str, axe: Judge) -> None:
    page = phone()
    page.goto(address)
    page.get_by_role("link", name="申请延期").tap()
    expect(page.locator("#id_reason")).to_be_visible()
    assert axe(page) == []
    page.fill("#id_extension_value", "2")
    page.fill("#id_reason", "配件明天才到")
    page.get_by_role("button", name="申请延期").tap()
    expect(page.get_by_text("配件明天才到")).to_be_visible()
    problem.refresh_from_db()
    assert problem.pending_request == "extension"


@pytest.mark.parametrize("width", [320, 360, 390, 430])
def test_reply_keeps_to_the_width_and_to_the_size_of_a_thumb(phone: Window, address: str, width: int) -> None:
    page = phone(width=width)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    small = page.evaluate(
        """() => Array.from(document.querySelectorAll("main label.chip, main .photo__label, footer a, footer button, main a.tap"))
            .filter((each) => each.getBoundingClientRect().height < 48).map((each) => each.outerHTML)"""
    )
    assert small == []


def test_reply_speaks_english(phone: Window, address: str, axe: Judge) -> None:
    page = phone()
    page.goto(address)
    page.locator(".topbar a[lang=en]").tap()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert axe(page) == []


def test_county_passes_at_the_desk_what_was_answered_on_the_phone(
    page_as: Window, cast: Cast, problem: Problem
) -> None:
    after = files.receive_photo(data=picture(2), name="after.jpg", by=SYSTEM)
    services.answer_by_link(
        services.open_link(services.links.token_of(problem.links.get())), photos=(after,), note="已清理。"
    )
    page = page_as(cast.county)
    page.goto(f"/problems/{problem.public_id}/")
    expect(page.get_by_text("已清理。").first).to_be_visible()
    page.get_by_role("button", name="审核通过").first.click()
    expect(page.get_by_text("待结案").first).to_be_visible()
    problem.refresh_from_db()
    assert problem.state == State.REVIEWED
