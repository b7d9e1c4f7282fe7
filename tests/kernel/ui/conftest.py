"""A real browser for the parts that only a browser can judge."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page


class Visitor:
    """Opens pages of one device and remembers what the console complained about."""

    def __init__(self, browser: Browser, host: str) -> None:
        self.browser = browser
        self.host = host
        self.complaints: list[str] = []

    def open(self, path: str, *, width: int = 1440, height: int = 900, **device: Any) -> Page:
        context = self.browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", **device)
        page = context.new_page()
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(f"{self.host}{path}")
        page.wait_for_load_state("networkidle")
        return page

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)


@pytest.fixture
def visitor(browser: Browser, live_server: Any, settings: Any) -> Iterator[Visitor]:
    settings.DEBUG = True
    settings.ROOT_URLCONF = "tests.kernel.ui.urls"
    someone = Visitor(browser, live_server.url)
    yield someone
    for context in browser.contexts:
        context.close()
