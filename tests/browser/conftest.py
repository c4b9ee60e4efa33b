"""A browser for the tests that look at a page as a person would."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.axe import violations
from tests.browser.served import Served, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Start a browser, and end it soon: while it runs, so does an event loop in this thread."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


class Opened:
    """A page, and everything it said or asked for while it was open."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.said: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))

    def violations(self) -> list[str]:
        """Return what axe finds wrong, WCAG 2.2 AA and good practice."""
        return violations(self.page)


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """Write a page to a file of its own and open it, without network."""
    contexts = []

    def opened(html: str, *, width: int = 1000, javascript: bool = True) -> Opened:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=javascript, offline=True
        )
        contexts.append(context)
        file = tmp_path / "page.html"
        file.write_text(html, encoding="utf-8")
        shown = Opened(context.new_page())
        shown.page.goto(file.as_uri())
        if javascript:
            expect(shown.page.locator(".chart:empty")).to_have_count(0)
        return shown

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def served(browser: Browser, tmp_path: Path) -> Iterator[Served]:
    """Serve a small county of the test's own: what one person opens is not another's to find."""
    with serving(f"sqlite:///{tmp_path / 'nearhome.sqlite'}") as (service, origin):
        opened = Served(service, origin, browser)
        yield opened
        opened.close()
