"""Pictures for the README, taken from a demonstration that runs at the given address.

make demo                          # in one terminal
make screenshots                   # in another
"""

import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "img"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
COLOURS = 256


@dataclass(frozen=True, slots=True)
class Shot:
    """`follow` is a selector of a link to press first, on the page at `path`."""

    name: str
    role: str
    path: str
    size: dict[str, int]
    follow: str = ""


SHOTS = (
    Shot("desk", "office", "/desk/", DESK),
    Shot("problems", "office", "/problems/", DESK),
    Shot("problem", "office", "/problems/?state=reported_back&sort=found", DESK, "tbody a[href^='/problems/']"),
    Shot("points", "office", "/places/", DESK),
    Shot("matrix", "office", "/standards/matrix/", DESK),
    Shot("figures", "author", "/figures/", DESK),
    Shot("report", "author", "/reports/2024/", DESK),
    Shot("phone-desk", "county", "/desk/", PHONE),
    Shot("phone-new", "inspector", "/problems/new/", PHONE),
)


def accounts() -> dict[str, dict[str, str]]:
    """One sign-in a role, as `wenming demo` prints them."""
    words = [str(Path(sys.executable).parent / "wenming"), "demo", "--no-serve", "--json"]
    answer = subprocess.run(words, capture_output=True, text=True, check=True)  # noqa: S603 - our own command
    document = json.loads(answer.stdout)
    return {account["role"]: account for account in document["accounts"]}


def sign_in(browser: Browser, base: str, account: dict[str, str], size: dict[str, int]) -> Page:
    page = browser.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai").new_page()
    page.goto(f"{base}/sign-in/")
    page.fill("#id_username", account["username"])
    page.fill("#id_password", account["password"])
    page.click("form.form button")
    page.wait_for_load_state("networkidle")
    return page


def keep(page: Page, name: str) -> None:
    """A palette of few colours makes a picture of text a fifth as large."""
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        picture.convert("RGB").quantize(COLOURS).save(FOLDER / f"{name}.png", optimize=True)


def main(base: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    known = accounts()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for shot in SHOTS:
            page = sign_in(browser, base, known[shot.role], shot.size)
            page.goto(base + shot.path)
            page.wait_for_load_state("networkidle")
            if shot.follow:
                page.locator(shot.follow).first.click()
                page.wait_for_load_state("networkidle")
            keep(page, shot.name)
            page.context.close()
        page = sign_in(browser, base, known["office"], DESK)
        page.context.clear_cookies()
        page.goto(f"{base}/sign-in/")
        keep(page, "sign-in")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
