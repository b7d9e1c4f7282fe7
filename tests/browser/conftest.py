"""A real browser in front of the real pages: at a desk under any role, or on a phone inside WeChat."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.factories import people
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import Role
from wenming.foundation.people.models import User

WECHAT = (
    "Mozilla/5.0 (Linux; Android 12; TEST-AN00 Build/TEST; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/107.0.5304.141 Mobile Safari/537.36 XWEB/5023 MMWEBSDK/20221011 MicroMessenger/8.0.30.2260(0x28001E3B) "
    "WeChat/arm64 Weixin NetType/4G Language/zh_CN ABI/arm64"
)


class Visits:
    """Opens windows, closes them after the test, and remembers what their consoles complained about."""

    def __init__(self, browser: Browser, host: str) -> None:
        self.browser, self.host = browser, host
        self.complaints: list[str] = []
        self._contexts: list[BrowserContext] = []

    def window(self, **device: Any) -> Page:
        """An empty page whose relative addresses are those of the server under test."""
        context = self.browser.new_context(base_url=self.host, locale="zh-CN", **device)
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)


@pytest.fixture
def visits(browser: Browser, live_server: Any) -> Iterator[Visits]:
    someone = Visits(browser, live_server.url)
    yield someone
    someone.close()


@pytest.fixture
def page_as(visits: Visits) -> Callable[..., Page]:
    """`page_as(Role.COUNTY)` or `page_as(acting)`: an empty window at a desk, signed in under that grant."""

    def open_window(who: Role | Acting, *, width: int = 1440, height: int = 900, **device: Any) -> Page:
        acting = people.make_acting(who) if isinstance(who, Role) else who
        client = Client()
        client.force_login(User.objects.get(pk=acting.user_id))
        session = client.session
        session["grant_id"] = acting.grant_id
        session.save()
        page = visits.window(viewport={"width": width, "height": height}, **device)
        name = django_settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": visits.host}])
        return page

    return open_window


@pytest.fixture
def phone(visits: Visits) -> Callable[..., Page]:
    """`phone()`: an empty window of WeChat's browser on a phone 390 px wide, signed in nowhere."""

    def open_window(*, width: int = 390, height: int = 844, **device: Any) -> Page:
        return visits.window(
            **{
                "viewport": {"width": width, "height": height},
                "user_agent": WECHAT,
                "is_mobile": True,
                "has_touch": True,
                "device_scale_factor": 2,
                **device,
            }
        )

    return open_window


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """What is seriously wrong with a page for those who cannot see or hold well: an empty list when all is well."""

    def serious(page: Page) -> list[str]:
        found = Axe().run(page).response["violations"]
        return [
            f"{each['id']}: {each['nodes'][0]['html']}" for each in found if each["impact"] in ("serious", "critical")
        ]

    return serious
