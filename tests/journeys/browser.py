"""A browser for journeys: signed-in people at two widths, and a screenshot of every step."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

from tests.machine import chromium_path
from tests.workers import ROOT

WIDTHS = {1280: 900, 360: 740}
SCREENSHOTS = ROOT / "var" / "screenshots"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a sandbox because tests may run as root, and without asking other hosts."""
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=flags)
        yield browser
        browser.close()


class Visitor:
    """Somebody at a screen of some width; complaints of the browser's console are kept."""

    def __init__(self, browser: Browser, address: str, width: int = 1280) -> None:
        size = {"width": width, "height": WIDTHS[width]}
        self.context = browser.new_context(viewport=size, base_url=address, accept_downloads=True)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.console: list[str] = []
        self.page.on("console", self._heard)

    def _heard(self, message) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.console.append(message.text)

    def sign_in(self, email: str, password: str) -> "Visitor":
        """Sign in by password, as the demonstration allows."""
        self.page.goto("/accounts/login/")
        self.page.get_by_label("Email", exact=True).fill(email)
        self.page.locator("input[name=password]").fill(password)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.wait_for_url("**/")
        return self

    def goto(self, path: str) -> Page:
        """Open an address."""
        self.page.goto(path)
        return self.page

    def heading(self) -> str:
        """The page's one h1."""
        return re.sub(r"\s+", " ", self.page.locator("h1").inner_text())

    def shoot(self, name: str) -> None:
        """A picture of this page at both widths, and no sideways scrolling at either."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        before = self.page.viewport_size
        for width, height in WIDTHS.items():
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", full_page=True)
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{name} scrolls sideways at {width} pixels: {wide}"
        self.page.set_viewport_size(before)

    def close(self) -> None:
        """Leave; nothing may have been said on the console."""
        self.context.close()
        assert self.console == []
