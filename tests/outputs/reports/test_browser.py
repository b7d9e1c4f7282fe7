"""The report in a real browser: the panel, the folding outline, the download."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Page

from tests.factories.people import make_acting, make_user
from tests.outputs.reports.casts import declare, make_year
from wenming.foundation.people.enums import Role
from wenming.kernel import clock
from wenming.kernel.periods import Period

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}
RATE = ".paper .claim[data-figure='problems.rectification_rate']"


class Author:
    """Opens this year's report as its author, and remembers what the console complained about."""

    def __init__(self, browser: Browser, host: str, cookie: str) -> None:
        self.browser, self.host, self.cookie = browser, host, cookie
        self.complaints: list[str] = []

    def open(self, *, width: int, height: int) -> Page:
        context = self.browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
        context.add_cookies([{"name": "sessionid", "value": self.cookie, "url": self.host}])
        page = context.new_page()
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(f"{self.host}/reports/{clock.local(clock.now()).year}/")
        page.wait_for_load_state("networkidle")
        return page


@pytest.fixture
def author(browser: Browser, live_server: Any, settings: Any) -> Iterator[Author]:
    settings.DEBUG = True
    make_year(found=2, reviewed=1)
    declare("outreach.topics", "11", period=Period.parse(str(clock.local(clock.now()).year)))
    user, client = make_user(), Client()
    make_acting(Role.AUTHOR, user=user)
    client.force_login(user)
    yield Author(browser, live_server.url, client.cookies["sessionid"].value)
    for context in browser.contexts:
        context.close()


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]


def test_report_opens_the_panel_beside_the_text(author: Author) -> None:
    page = author.open(width=1440, height=900)
    assert violations(page) == []
    page.click(RATE)
    page.wait_for_selector("#panel h2")
    assert page.inner_text("#panel .insp__value") == "50.00%"
    assert page.get_attribute(RATE, "aria-current") == "true"
    assert violations(page) == []
    page.keyboard.press("Escape")
    assert page.locator("#panel h2").count() == 0
    assert page.evaluate("document.activeElement.dataset.figure") == "problems.rectification_rate"
    with page.expect_download() as download:
        page.click("[data-export] .btn--primary")
    assert download.value.suggested_filename.endswith("年度工作报告.docx")
    assert author.complaints == []


def test_report_on_a_phone_folds_its_outline_and_keeps_the_figure_in_sight(author: Author) -> None:
    page = author.open(width=390, height=844)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert not page.is_visible(".toc")
    page.locator(RATE).evaluate("claim => claim.scrollIntoView({ block: 'end' })")
    page.locator(RATE).click()
    page.wait_for_selector("#panel h2")
    page.wait_for_timeout(200)
    claim, panel = page.locator(RATE).bounding_box(), page.locator("#panel").bounding_box()
    assert claim is not None
    assert panel is not None
    assert claim["y"] + claim["height"] <= panel["y"]
    assert page.evaluate("document.activeElement.textContent") == "问题整改率"
    assert violations(page) == []
    assert author.complaints == []
