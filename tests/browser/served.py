"""The service on a port of this machine, with the small county in it, for a real browser."""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn

from api.storage.database import Database
from tests.api.service import DemoService, load_county

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from api.records.actor import Role

PICTURES = Path(__file__).parents[2] / "docs" / "images" / "pages"
"""Where pictures for the docs are written when NEARHOME_SCREENSHOTS is set."""


class Served:
    """The service, and browsers in which somebody of a role is signed in."""

    def __init__(self, service: DemoService, origin: str, browser: Browser) -> None:
        self.service = service
        self.origin = origin
        self.browser = browser
        self._contexts: list[Any] = []

    def signed_in(
        self, role: Role | None, *, javascript: bool = True, width: int = 1200
    ) -> Watched:
        """Return a page in which somebody of a role is signed in; None for a stranger."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 900},
            reduced_motion="reduce",
        )
        context.set_default_timeout(20_000)
        self._contexts.append(context)
        watched = Watched(context.new_page(), self.origin, javascript=javascript)
        if role is not None:
            signed_in = self.service.of(role).client.cookies
            context.add_cookies(
                [
                    {"name": key, "value": value, "url": self.origin}
                    for key, value in signed_in.items()
                ]
            )
        return watched

    def close(self) -> None:
        """Close every page."""
        for context in self._contexts:
            context.close()


class Watched:
    """A page, what it said, and whom it asked."""

    def __init__(self, page: Page, origin: str, *, javascript: bool = True) -> None:
        self.page = page
        self.origin = origin
        self.javascript = javascript
        # Playwright's own switch is for good: axe could not be let run in a page without.
        self._tools = page.context.new_cdp_session(page)
        if not javascript:
            self.let_scripts_run(False)
        self.said: list[str] = []
        self.strangers: list[str] = []
        page.on("console", lambda message: self.said.append(f"{page.url}: {message.text}"))
        page.on("pageerror", lambda error: self.said.append(f"{page.url}: {error}"))
        page.on("request", lambda request: self._asked(request.url))

    def _asked(self, url: str) -> None:
        if not url.startswith((self.origin, "data:")):
            self.strangers.append(url)

    def go(self, path: str) -> None:
        """Open a page of ours."""
        self.page.goto(self.origin + path)

    def let_scripts_run(self, run: bool) -> None:
        """Let scripts run from now on, or not.

        Those of a page that was read without are passed over for good: what is brought in
        afterwards runs, they do not.
        """
        off = {"value": not run}
        self._tools.send("Emulation.setScriptExecutionDisabled", off)

    def quiet(self) -> list[str]:
        """Return what was said and asked that should not have been."""
        refusals = "the server responded with a status of 4"
        return [each for each in self.said if refusals not in each] + self.strangers

    def picture(self, name: str) -> None:
        """Write a picture for the docs, when that is wanted: as most people see the page."""
        if os.environ.get("NEARHOME_SCREENSHOTS") and self.javascript:
            PICTURES.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=PICTURES / f"{name}.png")


@contextmanager
def serving(url: str) -> Iterator[tuple[DemoService, str]]:
    """Serve a database with the county in it on a port that is free."""
    database = Database(url, durable=False)
    database.create()
    database.dispose()
    load_county(url)
    service = DemoService(url, sign_ins_per_minute=10_000)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        server = uvicorn.Server(
            uvicorn.Config(service.app, log_config=None, access_log=False, lifespan="on")
        )
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        try:
            yield service, f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(timeout=20)
            service.database.dispose()
