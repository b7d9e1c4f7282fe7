import json
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, expect

from tests.kernel.ui.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found if each["impact"] in ("serious", "critical")]


@pytest.mark.parametrize("device", [{}, {"width": 1100}, PHONE], ids=["desk", "narrow", "phone"])
def test_specimen_is_accessible_and_keeps_to_its_width(visitor: Visitor, device: dict[str, int]) -> None:
    page = visitor.open("/specimen/", **device)
    expect(page.locator(".mapbox .markbox").first).to_be_visible()
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == device.get("width", 1440)
    assert visitor.complaints == []


def test_dialog_keeps_the_focus_and_gives_it_back(visitor: Visitor) -> None:
    page = visitor.open("/specimen/")
    opener = page.locator('a[href="#ask-return"]')
    opener.click()
    expect(page.locator("#ask-return-reason")).to_be_focused()
    for _press in range(3):
        page.keyboard.press("Tab")
    expect(page.locator("#ask-return-reason")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#ask-return")).to_be_hidden()
    expect(opener).to_be_focused()


def test_dialog_opens_and_closes_without_scripts(visitor: Visitor) -> None:
    page = visitor.open("/specimen/", java_script_enabled=False)
    page.click('a[href="#ask-return"]')
    expect(page.locator("#ask-return")).to_be_visible()
    page.click("#ask-return .dialog__foot a")
    expect(page.locator("#ask-return")).to_be_hidden()
    expect(page.locator("#photos")).to_be_visible()


def test_keys_move_along_the_rows_but_not_while_typing(visitor: Visitor) -> None:
    page = visitor.open("/specimen/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("tr.is-here")).to_have_attribute("data-map-key", "11-21-0417")
    page.keyboard.press("/")
    page.keyboard.type("jj")
    expect(page.locator("[data-key-search]")).to_have_value("jj")
    expect(page.locator("tr.is-here")).to_have_attribute("data-map-key", "11-21-0417")


def test_rows_chosen_are_counted(visitor: Visitor) -> None:
    page = visitor.open("/specimen/")
    page.locator("[data-row]").nth(1).check()
    page.locator("[data-row]").nth(2).check()
    expect(page.locator("[data-row-count]")).to_have_text("已选 2 件")
    page.locator("[data-row-all]").check()
    expect(page.locator("[data-row-count]")).to_have_text("已选 6 件")


def test_map_marks_the_row_that_is_pointed_at(visitor: Visitor) -> None:
    page = visitor.open("/specimen/")
    expect(page.locator(".mapbox .markbox").first).to_be_visible()
    page.hover('tr[data-map-key="11-21-0417"]')
    expect(page.locator(".markbox.is-here")).to_have_attribute(
        "aria-label", "盲道被共享单车占用，约 40 米，文昌街道 · 市城管局"
    )
    expect(page.locator("[data-map-card]")).to_be_visible()


def test_pin_is_placed_moved_and_cleared_by_keyboard(visitor: Visitor) -> None:
    page = visitor.open("/specimen/")
    page.get_by_role("button", name="标在地图中间").click()
    before = float(page.input_value("#id_lat"))
    page.keyboard.press("ArrowUp")
    assert float(page.input_value("#id_lat")) > before
    page.get_by_role("button", name="不标位置").click()
    expect(page.locator("#id_lat")).to_have_value("")


def test_photo_is_shrunk_and_tells_when_and_where(visitor: Visitor, tmp_path: Path) -> None:
    photo = Image.new("RGB", (3000, 2000), "#6a7")
    exif = photo.getexif()
    exif.get_ifd(0x8769)[0x9003] = "2026:11:24 08:15:30"
    exif.get_ifd(0x8825).update({1: "N", 2: (32.0, 57.0, 36.0), 3: "E", 4: (113.0, 5.0, 24.0)})
    photo.save(tmp_path / "t.jpg", exif=exif)
    (tmp_path / "bad.jpg").write_bytes(b"no picture")
    page = visitor.open("/specimen/")
    page.set_input_files("#photos", [tmp_path / "t.jpg", tmp_path / "bad.jpg"])
    expect(page.locator("[data-photo-error]")).to_have_text("“bad.jpg”打不开。请换一张 JPG 或 PNG 照片。")
    expect(page.locator("[data-photo-list] .shot")).to_have_count(1)
    assert json.loads(page.input_value("[data-photo-meta]")) == [
        {"name": "t.jpg", "taken_at": "2026-11-24T08:15:30", "lat": 32.96, "lon": 113.09, "width": 1600, "height": 1067}
    ]
    expect(page.locator("[data-draft-note]")).to_have_text("已存在本机，断网也不会丢")
    page.reload()
    expect(page.locator("[data-photo-list] .shot")).to_have_count(1)


def test_elder_choice_is_remembered_by_a_cookie(visitor: Visitor) -> None:
    page = visitor.open("/specimen/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<button data-elder id=e>x</button>')")
    page.locator("#e").dispatch_event("click")
    assert [c["value"] for c in page.context.cookies() if c["name"] == "wm_elder"] == ["1"]


def test_refusal_becomes_a_toast_and_leaves_the_target_alone(visitor: Visitor) -> None:
    page = visitor.open("/sending/", **PHONE)
    with page.expect_request("**/refuse/") as asked:
        page.click("#ask")
    expect(page.locator("#toasts .toast--late")).to_contain_text("同事刚改过这一件")
    expect(page.locator("#kept")).to_have_text("原样")
    assert asked.value.headers["x-csrftoken"] != ""


def test_confirmation_asks_in_our_own_dialog(visitor: Visitor) -> None:
    page = visitor.open("/sending/", **PHONE)
    page.click("#sure")
    page.get_by_role("button", name="先不做").click()
    expect(page.locator("#toasts .toast")).to_have_count(0)
    page.click("#sure")
    page.get_by_role("button", name="继续").click()
    expect(page.locator("#toasts .toast--late")).to_have_count(1)


def test_upload_sends_what_was_shrunk_and_forgets_the_draft(visitor: Visitor, tmp_path: Path) -> None:
    Image.new("RGB", (2400, 1800), "#6a7").save(tmp_path / "t.png")
    page = visitor.open("/sending/", **PHONE)
    page.fill("textarea", "已清移")
    page.set_input_files("#photos", tmp_path / "t.png")
    expect(page.locator("[data-photo-list] .shot")).to_have_count(1)
    page.wait_for_timeout(700)
    page.click("#send button.btn--primary")
    page.wait_for_url("**/received/**")
    assert page.url.endswith("photos=t.jpg")
    page.goto(f"{visitor.host}/sending/")
    page.wait_for_timeout(900)
    expect(page.locator("textarea")).to_have_value("")


def test_form_pressed_twice_is_sent_once(visitor: Visitor) -> None:
    page = visitor.open("/sending/", **PHONE)
    sent: list[str] = []
    page.route("**/slow/", lambda route: sent.append(route.request.url))
    page.evaluate("const f = document.querySelector('#slow button'); f.click(); setTimeout(() => f.click(), 50)")
    page.wait_for_timeout(300)
    assert len(sent) == 1
